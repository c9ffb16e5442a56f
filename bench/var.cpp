// `lockstep bench var`: value at risk and expected shortfall of every account by full revaluation
// over 500 scenarios: every option priced in each, every account's gains added up exactly and
// ranked, what each book adds. Beside it what one writes first: QuantLib's prices and sums in
// doubles.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <utility>

#include "bench/benches.h"
#include "bench/book.h"
#include "bench/errors.h"
#include "bench/inputs.h"
#include "bench/quantlib_peer.h"
#include "kernels/tail_batch.h"

namespace lockstep::bench {

namespace {

constexpr std::uint32_t scenarios = 500;
constexpr std::size_t instruments = 2000;
constexpr std::size_t positions_per_account = 10;
constexpr std::uint32_t tails_ppm[] = {10'000, 25'000};
constexpr std::size_t levels = std::size(tails_ppm);
constexpr std::uint32_t reach_max = 13;  // scenarios in the wider tail

/// Linear options whose forwards and vols move together in each scenario; scenario 0 of all is the
/// market as it is.
class moving_chain {
  public:
    explicit moving_chain(std::uint64_t seed)
        : chain_(option_chain(instruments, seed)), random_(seed, 21) {
        for (auto* column : {&forward_, &strike_, &time_, &zero_, &vol_})
            column->resize(instruments);
        flags_.resize(instruments);
        for (std::size_t i = 0; i < instruments; ++i) {
            strike_[i] = chain_[i].strike;
            time_[i] = chain_[i].time;
            flags_[i] = chain_[i].type == option_type::put ? option_flag::put : std::uint8_t{0};
        }
    }
    /// Moves with deviations of 4 % and 8 %, some of a fall's size.
    option_batch in(std::uint32_t scenario) {
        double const shock = normal_quantile(random_.between(scenario, 0, 0, 1));
        double const own = normal_quantile(random_.between(scenario, 1, 0, 1));
        bool const moves = scenario != 0;
        double const by = moves ? exponential(0.04 * shock) : 1.0;
        double const vol_by = moves ? exponential(-0.05 * shock + 0.06 * own) : 1.0;
        for (std::size_t i = 0; i < instruments; ++i) {
            forward_[i] = chain_[i].underlying * by;
            vol_[i] = chain_[i].vol * vol_by;
        }
        return {view_of(std::as_const(forward_)), view_of(std::as_const(strike_)),
                view_of(std::as_const(time_)),    view_of(std::as_const(zero_)),
                view_of(std::as_const(zero_)),    view_of(std::as_const(vol_)),
                view_of(std::as_const(flags_))};
    }

  private:
    std::vector<risk_inputs> chain_;
    draws random_;
    std::vector<double> forward_, strike_, time_, zero_, vol_;
    std::vector<std::uint8_t> flags_;
};

struct var_work {
    moving_chain market;
    book accounts;
    std::vector<std::uint32_t> first_set;
    std::vector<std::int64_t> gains;
    std::vector<tail_extreme> worst;
    std::vector<tail_loss> losses;
    std::vector<component_loss> components;
    std::vector<double> plain;  // value at risk and shortfall by account and level

    var_work(std::size_t count, std::uint64_t seed)
        : market(seed),
          accounts(count, count * positions_per_account, instruments, book_shape::even, seed),
          gains(instruments * scenarios),
          worst(count),
          losses(count * levels),
          components(count * levels),
          plain(2 * levels * count) {
        for (std::uint32_t a = 0; a <= count; ++a) first_set.push_back(a);
    }
    std::size_t count() const { return worst.size(); }
    tail_batch batch() const {
        return {{gains.data(),
                 scenarios,
                 {tails_ppm, levels},
                 view_of(first_set),
                 view_of(accounts.begin),
                 view_of(accounts.instrument),
                 view_of(accounts.lots),
                 view_of(accounts.lot_exponent)},
                instruments};
    }
    void run(backend& on);
    void run_plain();
    void wipe() {
        std::memset(gains.data(), 0xee, gains.size() * sizeof gains[0]);
        std::fill(losses.begin(), losses.end(), tail_loss{-1, -1, 0});
        std::fill(components.begin(), components.end(), component_loss{-1, -1, -1});
    }
    std::string digest() const;
    std::string check() const;
};

void var_work::run(backend& on) {
    std::vector<double> base(instruments), moved(instruments);
    std::vector<std::uint8_t> status(instruments);
    auto const price = [&](std::uint32_t scenario, std::vector<double>& to) {
        option_values out{{}, status.data(), instruments};
        out.columns[0] = to.data();
        on.price(market.in(scenario), out);
    };
    price(0, base);
    for (std::uint32_t s = 0; s < scenarios; ++s) {
        price(s + 1, moved);
        for (std::size_t i = 0; i < instruments; ++i)
            gains[i * scenarios + s] =
                static_cast<std::int64_t>(std::nearbyint((moved[i] - base[i]) * 1e9));
    }
    on.tails(batch(), {worst.data(), losses.data(), components.data()});
}

/// The same in doubles: no exactness, no components, no increments, one thread.
void var_work::run_plain() {
    std::vector<double> base(instruments), moved(instruments), all(instruments * scenarios);
    quantlib_black_value(market.in(0), base.data());
    for (std::uint32_t s = 0; s < scenarios; ++s) {
        quantlib_black_value(market.in(s + 1), moved.data());
        for (std::size_t i = 0; i < instruments; ++i) all[i * scenarios + s] = moved[i] - base[i];
    }
    std::vector<double> sums(scenarios);
    for (std::size_t a = 0; a < count(); ++a) {
        std::fill(sums.begin(), sums.end(), 0.0);
        for (std::uint32_t p = accounts.begin[a]; p < accounts.begin[a + 1]; ++p) {
            double const held = 0.1 * static_cast<double>(accounts.lots[p]);
            double const* const row = &all[std::size_t{accounts.instrument[p]} * scenarios];
            for (std::uint32_t s = 0; s < scenarios; ++s) sums[s] += held * row[s];
        }
        std::partial_sort(sums.begin(), sums.begin() + reach_max, sums.end());
        for (std::size_t l = 0; l < levels; ++l) {
            double const reach = scenarios * (tails_ppm[l] / 1e6);
            double sum = 0;
            for (std::uint32_t s = 0; s < reach_max; ++s)
                sum += sums[s] * std::clamp(reach - s, 0.0, 1.0);
            plain[2 * (a * levels + l)] = -sums[static_cast<std::size_t>(std::ceil(reach)) - 1];
            plain[2 * (a * levels + l) + 1] = -sum / reach;
        }
    }
}

std::string var_work::digest() const {
    // Field by field: the rows have padding.
    std::vector<std::int64_t> numbers;
    auto const add = [&](int128 x) {
        numbers.push_back(static_cast<std::int64_t>(x));
        numbers.push_back(static_cast<std::int64_t>(x >> 64));
    };
    for (tail_extreme const& w : worst) add(w.loss), add(w.scenario);
    for (tail_loss const& l : losses) add(l.value_at_risk), add(l.expected_shortfall);
    for (component_loss const& c : components)
        add(c.value_at_risk), add(c.expected_shortfall), add(c.incremental);
    return digest_text(digest_bytes(gains.data(), gains.size() * sizeof gains[0]) +
                       digest_bytes(numbers.data(), numbers.size() * sizeof numbers[0]));
}

/// Of every account: a shortfall is no smaller than its value at risk, and the one book's component
/// is all of it. Of the peer's accounts: both numbers, to the rounding of QuantLib's prices.
std::string var_work::check() const {
    for (std::size_t i = 0; i < losses.size(); ++i)
        if (losses[i].expected_shortfall < losses[i].value_at_risk ||
            components[i].value_at_risk != losses[i].value_at_risk ||
            components[i].incremental != losses[i].value_at_risk)
            throw check_failed(
                fmt::format("account {}: shortfall or component is wrong", i / levels));
    if (quantlib_version().empty()) return "shortfalls and components of every account";
    error_sum errors;
    for (std::size_t i = 0; 2 * i < plain.size(); ++i)
        for (auto const& [ours, theirs] : {std::pair{losses[i].value_at_risk, plain[2 * i]},
                                           {losses[i].expected_shortfall, plain[2 * i + 1]}}) {
            double const value = static_cast<double>(ours) / 1e9;
            errors.add(value, theirs);
            if (!(std::abs(value - theirs) <= 1e-6 * (1 + std::abs(theirs))))
                throw check_failed(
                    fmt::format("account {}: {} nanos, QuantLib's prices give {:.9f}", i / levels,
                                static_cast<double>(ours), theirs));
        }
    return fmt::format(
        "{} accounts against QuantLib's prices in doubles: RMSE {:.1e} USD, worst "
        "{:.1e} USD",
        count(), errors.rmse(), errors.worst);
}

bench_case var_case(std::size_t count, settings const& chosen) {
    auto const state = std::make_shared<var_work>(count, chosen.seed);
    bench_case work;
    work.name = "VaR and ES over 500 scenarios, 2,000 options revalued";
    work.size = count;
    work.size_of_what = "accounts of 10 positions";
    work.items = static_cast<double>(count * positions_per_account) * scenarios;
    work.item = "position-scenario";
    work.wipe = [state] { state->wipe(); };
    work.check = [state] { return state->check(); };
    add_contenders(work, chosen,
                   {[state](backend& on) { state->run(on); }, [state] { return state->digest(); }});
    if (quantlib_version().empty()) return work;
    work.peer = quantlib_version() + " prices, sums in doubles";
    work.contenders.push_back(
        {work.peer, 1, [=] { return clocked(1, [&] { state->run_plain(); }); }});
    return work;
}

}  // namespace

void bench_var(settings const& chosen, case_sink const& sink) {
    auto const sizes = chosen.sizes.empty() ? std::vector<std::size_t>{100'000} : chosen.sizes;
    for (std::size_t const size : sizes) sink(var_case(size, chosen));
}

}  // namespace lockstep::bench
