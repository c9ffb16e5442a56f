// `lockstep bench margin`: account x scenario sums and requirements, exact.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "bench/benches.h"
#include "bench/book.h"
#include "bench/device.h"
#include "bench/inputs.h"
#include "bench/plain_margin.h"
#include "margin/portfolio_rule.h"
#include "margin/portfolio_sums.h"

namespace lockstep::bench {

namespace {

constexpr std::size_t positions_per_account = 10;
/// A multiplication and an addition for each position and scenario, and for the eight sensitivities
/// beside them.
constexpr double flops_per_position = 2.0 * (scenario_count + sensitivity_count);

struct margin_work {
    matrix_owner matrix;
    book accounts;
    std::vector<margin_rules> rules{usual_rules()};
    std::vector<margin_row> rows;
    // The same in doubles, for the plain loop.
    std::vector<double> gains, contracts, worst_losses;

    margin_work(std::size_t instruments, std::size_t sets, book_shape shape, std::uint64_t seed)
        : matrix(instruments),
          accounts(sets, sets * positions_per_account, instruments, shape, seed),
          rows(accounts.accounts()),
          worst_losses(accounts.accounts()) {
        auto const chain = option_chain(instruments, seed);
        std::vector<scenario_set> const scenarios{usual_scenarios()};
        make_backend({backend_kind::cpu, 0, ""})
            ->risk_arrays({view_of(chain), view_of(scenarios)}, matrix.all());
        for (std::size_t i = 0; i < instruments; ++i)
            for (std::uint32_t s = 0; s < scenario_count; ++s)
                gains.push_back(static_cast<double>(matrix.all().gain(i, s)) / risk_scale_coin);
        for (auto const lots : accounts.lots) contracts.push_back(0.1 * static_cast<double>(lots));
    }
    margin_batch batch() {
        return {accounts.all(), matrix.all(), view_of(std::as_const(rules)), view_of(rows)};
    }
    void wipe() {
        std::memset(static_cast<void*>(rows.data()), 0xee, rows.size() * sizeof rows[0]);
    }
    std::string digest() const {
        return digest_text(digest_bytes(rows.data(), rows.size() * sizeof rows[0]));
    }
};

/// The serial specification: 128-bit sums, position by position, and the rule.
margin_row specified_row(margin_batch const& batch, std::size_t set, wide_sums& sums) {
    risk_matrix const& m = batch.matrix;
    auto const columns = static_cast<std::uint32_t>(m.stride());
    std::uint32_t const first = batch.positions.begin[set], last = batch.positions.begin[set + 1];
    clear(sums, columns);
    for (std::uint32_t p = first; p < last; ++p) {
        std::uint32_t const id = batch.positions.instrument[p];
        add_position(sums, m.row(id), columns, batch.positions.lots[p], m.expiry_bucket[id]);
    }
    return portfolio_margin(
        portfolio_sums<int128>{sums.columns, sums.columns + m.scenario_columns, sums.bucket_deltas,
                               sums.buckets, last - first, 0, batch.positions.lot_exponent[set]},
        batch.rules[0], margin_addons{});
}

/// The worst loss in coins, from the columns' exact sums by a shorter road than the rule's.
double worst_loss_of(wide_sums const& sums, margin_rules const& rules) {
    constexpr double units = 1e16;  // 15 places of the matrix, one of the lots
    double worst = 0;
    for (std::uint32_t s = 0; s < rules.scenarios; ++s) {
        double const gain = static_cast<double>(sums.columns[s]) / units;
        double const room = static_cast<double>(rules.dampener[s]) / risk_scale_coin;
        worst = std::max(worst, gain < 0 ? std::max(0.0, -gain - room) : 0.0);
    }
    return worst;
}

std::string check_margin(margin_work& work) {
    margin_batch const batch = work.batch();
    wide_sums sums;
    for (std::size_t a = 0; a < work.rows.size(); ++a) {
        margin_row const& ours = work.rows[a];
        margin_row const expected = specified_row(batch, a, sums);
        if (std::memcmp(&ours, &expected, sizeof ours) != 0)
            throw check_failed(fmt::format(
                "margin: account {} has initial margin {} and worst loss {} (scenario {}), the "
                "serial specification has {}, {} ({})",
                a, ours.initial_margin.nanos, ours.worst_loss.nanos, ours.worst_scenario,
                expected.initial_margin.nanos, expected.worst_loss.nanos, expected.worst_scenario));
        double const loss = worst_loss_of(sums, work.rules[0]);
        double const error = std::abs(loss - static_cast<double>(ours.worst_loss.nanos) * 1e-9);
        if (!(error <= 1e-9 + 1e-13 * loss))
            throw check_failed(
                fmt::format("margin: worst loss of account {} is {} nanos, expected "
                            "{:.17g} coins",
                            a, ours.worst_loss.nanos, loss));
    }
    return fmt::format("all {} rows byte for byte against the serial specification in 128 bits",
                       work.rows.size());
}

void add_margin_contenders(bench_case& work, std::shared_ptr<margin_work> const& state,
                           settings const& chosen) {
    backend_work const ours{[state](backend& on) { on.margin(state->batch()); },
                            [state] { return state->digest(); }};
    add_contenders(work, chosen, ours);
    auto const choices = cpu_choices(chosen);
    cpu_choice wide = *std::find_if(choices.rbegin(), choices.rend(),
                                    [](cpu_choice const& c) { return c.cores == 1; });
    wide.name += ", 128-bit sums";
    wide.options.lanes = sum_lanes::wide;
    add_contender(work, wide, ours);
    if (device_chosen(chosen)) {
        auto const there = std::shared_ptr<resident_work>(resident_margin(state->batch()));
        work.contenders.push_back({"cuda, device-resident", 0, [=] { return there->run(); },
                                   [=] {
                                       there->fetch();
                                       return state->digest();
                                   }});
    }
    work.peer = "plain loop in doubles, sums alone";
    work.contenders.push_back({work.peer, 1, [=] {
                                   return clocked(1, [&] {
                                       plain_margin(state->accounts.all(), state->gains,
                                                    state->contracts, state->worst_losses);
                                   });
                               }});
}

bench_case margin_case(std::size_t instruments, std::size_t accounts, book_shape shape,
                       settings const& chosen) {
    auto const state = std::make_shared<margin_work>(instruments, accounts, shape, chosen.seed);
    bench_case work;
    bool const skewed = shape == book_shape::skewed;
    work.name =
        fmt::format("margin, {} instruments, {}", instruments,
                    skewed ? "accounts of 1 and of 10,000 positions" : "10 positions an account");
    work.size = state->accounts.accounts();
    work.size_of_what = "accounts";
    auto const positions = static_cast<double>(state->accounts.positions());
    work.items = positions * scenario_count;
    work.item = "position-scenario";
    work.bytes = positions * 12 + static_cast<double>(work.size) * (9 + sizeof(margin_row));
    work.flops = positions * flops_per_position;
    work.wipe = [state] { state->wipe(); };
    work.check = [state] { return check_margin(*state); };
    add_margin_contenders(work, state, chosen);
    return work;
}

}  // namespace

void bench_margin(settings const& chosen, case_sink const& sink) {
    auto const sizes =
        chosen.sizes.empty() ? std::vector<std::size_t>{10'000, 100'000, 1'000'000} : chosen.sizes;
    auto const instruments =
        chosen.instruments.empty() ? std::vector<std::size_t>{2'000, 8'000} : chosen.instruments;
    for (std::size_t const count : instruments)
        for (std::size_t const size : sizes)
            sink(margin_case(count, size, book_shape::even, chosen));
    // The smallest skewed book: one account of 10,000 positions and as many of one.
    std::size_t const largest = std::max<std::size_t>(2'000, *std::ranges::max_element(sizes));
    for (std::size_t const count : instruments)
        sink(margin_case(count, largest, book_shape::skewed, chosen));
}

}  // namespace lockstep::bench
