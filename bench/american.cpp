// `lockstep bench american`: the grid that Andersen, Lake and Offengenden measured on.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "bench/benches.h"
#include "bench/errors.h"
#include "bench/inputs.h"
#include "bench/quantlib_peer.h"
#include "pricing/model/american.h"
#include "pricing/model/option_names.h"

namespace lockstep::bench {

namespace {

constexpr std::size_t grid_rows = 6000;
/// The truth takes QuantLib milliseconds a row: one row in so many is compared with it. No factor
/// of 6,000, or the rows compared would be alike in a spot or a time.
constexpr std::size_t rows_for_each_truth = 19;

/// Puts of strike 100 from the grid, over again where more than 6,000 are asked for. The spot runs
/// fastest, in steps that bring every stretch of the grid a bit of everything.
struct american_grid {
    std::vector<double> spot, strike, time, rate, yield, vol;
    std::vector<std::uint8_t> flags;

    explicit american_grid(std::size_t count) {
        constexpr double spots[] = {25, 50, 80, 90, 100, 110, 120, 150, 175, 200};
        constexpr double days[] = {30, 91, 182, 273, 365};
        for (std::size_t n = 0; n < count; ++n) {
            std::size_t k = n * 2459 % grid_rows;  // a prime: every row once in 6,000
            auto const digit = [&](std::size_t base) {
                std::size_t const d = k % base;
                k /= base;
                return d;
            };
            spot.push_back(spots[digit(10)]);
            time.push_back(days[digit(5)] / 365);
            rate.push_back(0.02 * static_cast<double>(1 + digit(5)));
            yield.push_back(0.04 * static_cast<double>(digit(4)));
            vol.push_back(0.1 * static_cast<double>(1 + digit(6)));
            strike.push_back(100);
            flags.push_back(option_flag::put | option_flag::spot);
        }
    }
    option_batch first(std::size_t n) const {
        return {{spot.data(), n},  {strike.data(), n}, {time.data(), n}, {rate.data(), n},
                {yield.data(), n}, {vol.data(), n},    {flags.data(), n}};
    }
};

struct american_work {
    american_grid inputs;
    bool greeks;
    std::vector<std::vector<double>> columns;
    std::vector<std::uint8_t> status;
    std::vector<double> fast, accurate;

    american_work(std::size_t count, bool with_greeks)
        : inputs(count),
          greeks(with_greeks),
          columns(with_greeks ? american_value_count : 1, std::vector<double>(count)),
          status(count),
          fast(count),
          accurate(count) {}

    std::size_t count() const { return status.size(); }
    void run(backend& on) {
        option_values values{{}, status.data(), count()};
        for (std::size_t k = 0; k < columns.size(); ++k) values.columns[k] = columns[k].data();
        on.american(inputs.first(count()), values);
    }
    void wipe() {
        for (auto& column : columns)
            std::fill(column.begin(), column.end(), std::numeric_limits<double>::quiet_NaN());
        std::fill(status.begin(), status.end(), std::uint8_t{255});
    }
    std::string digest() const {
        digest128 sum = digest_bytes(status.data(), count());
        for (std::size_t k = 0; k < columns.size(); ++k)
            sum = sum + digest_doubles(columns[k].data(), count(), k * count());
        return digest_text(sum);
    }
    std::string check();
};

std::string american_work::check() {
    auto const& price = columns[0];
    for (std::size_t i = 0; i < count(); ++i) {
        double const now = std::max(0.0, 100 - inputs.spot[i]);
        if (status[i] != 0 || !(price[i] >= now && price[i] <= 100))
            throw check_failed(fmt::format("row {}: price {:.17g}, status {}", i, price[i],
                                           option_status_names[std::min<int>(status[i], 7)]));
    }
    if (quantlib_version().empty()) return "every price between exercise and strike";
    error_sum ours, of_fast, of_accurate;
    std::size_t const whole = std::min(count(), grid_rows);
    for (std::size_t i = 0; i < whole; i += rows_for_each_truth) {
        option_batch const one = slice(inputs.first(count()), i, 1);
        double truth = 0, quick = 0, careful = 0;
        quantlib_american(one, quantlib_scheme::high_precision, &truth);
        quantlib_american(one, quantlib_scheme::fast, &quick);
        quantlib_american(one, quantlib_scheme::accurate, &careful);
        ours.add(price[i], truth);
        of_fast.add(quick, truth);
        of_accurate.add(careful, truth);
    }
    if (!(ours.rmse() <= 1e-5 && ours.worst <= 2e-4))
        throw check_failed("against QdFp high precision: " + ours.text());
    return fmt::format(
        "{} of the rows against QdFp high precision: {}; its fast scheme: {}; its "
        "accurate scheme: {}",
        ours.rows, ours.text(), of_fast.text(), of_accurate.text());
}

void add_peers(bench_case& work, std::shared_ptr<american_work> const& state) {
    if (quantlib_version().empty()) return;
    auto const add = [&](std::string const& name, quantlib_scheme scheme, std::size_t part_max,
                         std::vector<double>& values) {
        std::size_t const part = std::min(state->count(), part_max);
        double* const out = values.data();
        contender peer{quantlib_version() + name, 1, [=] {
                           return clocked(1, [&] {
                               quantlib_american(state->inputs.first(part), scheme, out);
                           });
                       }};
        peer.part = part;
        work.contenders.push_back(std::move(peer));
    };
    work.peer = quantlib_version() + " QdFp fast";
    add(" QdFp fast", quantlib_scheme::fast, 2000, state->fast);
    add(" QdFp accurate", quantlib_scheme::accurate, 400, state->accurate);
}

bench_case american_case(std::size_t count, bool greeks, settings const& chosen) {
    auto const state = std::make_shared<american_work>(count, greeks);
    bench_case work;
    work.name = greeks ? "American price + 5 Greeks" : "American price";
    work.size = count;
    work.size_of_what = "options";
    work.items = static_cast<double>(count);
    work.item = "option";
    work.bytes = work.items * (8 * (6 + static_cast<double>(state->columns.size())) + 2);
    work.wipe = [state] { state->wipe(); };
    work.check = [state] { return state->check(); };
    add_contenders(work, chosen,
                   {[state](backend& on) { state->run(on); }, [state] { return state->digest(); }});
    if (!greeks) add_peers(work, state);
    return work;
}

}  // namespace

void bench_american(settings const& chosen, case_sink const& sink) {
    auto const sizes = chosen.sizes.empty() ? std::vector<std::size_t>{grid_rows} : chosen.sizes;
    for (std::size_t const size : sizes)
        for (bool const greeks : {false, true}) sink(american_case(size, greeks, chosen));
}

}  // namespace lockstep::bench
