// `lockstep bench surface`: a snapshot's implied vols and all of its surfaces.
#include <fmt/core.h>
#include <oneapi/tbb/global_control.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "bench/benches.h"
#include "bench/inputs.h"
#include "host/surface/fit.h"
#include "pricing/base/random.h"
#include "pricing/market/ssvi.h"
#include "pricing/model/black.h"

namespace lockstep::bench {

namespace {

constexpr std::size_t strikes = 42;
constexpr std::size_t expiries = 12;
constexpr double half_spread = 0.006;  // in vol
constexpr utc_ns now{1'780'000'000'000'000'000};
constexpr double days[expiries] = {0.7, 1.7, 2.7, 6.7, 13.7, 20.7, 34, 62, 97, 188, 279, 370};

/// What a book's quotes are made from.
ssvi_parameters parameters_of(std::size_t book) {
    double const tilt = static_cast<double>(book % 7) / 7;
    return {-0.35 + 0.4 * tilt, {0.9 + 0.2 * tilt, 0.3 + 0.1 * tilt, true}};
}
double theta_of(std::size_t book, std::size_t expiry) {
    double const vol = 0.55 + 0.03 * static_cast<double>(book % 5);
    return vol * vol * days[expiry] / 365;
}

/// Coin-settled options as an exchange lists them: both types at each strike, quotes with noise of
/// a third of their spread.
quote_table made_quotes(std::size_t count, std::uint64_t seed) {
    quote_table table;
    table.time = now;
    draws const noise(seed, 17);
    std::size_t const books = (count + 2 * strikes * expiries - 1) / (2 * strikes * expiries);
    for (std::size_t b = 0; b < books; ++b) table.books.push_back({fmt::format("B{}", b), 70'000});
    for (std::size_t row = 0; row < count; ++row) {
        std::size_t const expiry = row / (2 * strikes) % expiries;
        std::size_t const book = row / (2 * strikes * expiries);
        double const theta = theta_of(book, expiry), time = days[expiry] / 365;
        std::size_t const strike = row % (2 * strikes) / 2;
        double const k =
            std::sqrt(theta) * (6.5 * static_cast<double>(strike) / (strikes - 1) - 3.5);
        double const w = svi_at(ssvi_slice(parameters_of(book), theta), k).variance;
        double const vol = std::sqrt(w / time) + half_spread / 3 * noise.between(row / 2, 0, -1, 1);
        option_quote q;
        q.book = static_cast<std::uint32_t>(book);
        q.type = row % 2 == 0 ? option_type::call : option_type::put;
        q.inverse = true;
        q.forward = 70'000 * (1 + 0.05 * time);
        q.strike = q.forward * std::exp(k);
        q.expiry = {now.value + static_cast<std::int64_t>(days[expiry] * 86400e9)};
        std::uint64_t const flags = option_flag::inverse | (row % 2 == 0 ? 0 : option_flag::put);
        auto const price = [&](double v) {
            return value_option({q.forward, q.strike, time, 0, 0, v, flags}, option_depth::price)
                .price;
        };
        q.bid = price(vol - half_spread);
        q.ask = price(vol + half_spread);
        q.mark = price(vol);
        table.quotes.push_back(std::move(q));
    }
    return table;
}

struct surface_work {
    quote_table table;
    surface_fit fit;

    surface_work(std::size_t count, std::uint64_t seed) : table(made_quotes(count, seed)) {}

    void run(backend& on, int cores) {
        tbb::global_control const limit(tbb::global_control::max_allowed_parallelism,
                                        static_cast<std::size_t>(cores));
        fit = fit_surfaces(table, {}, on);
    }
    std::string digest() const {
        digest128 sum{0, 0};
        std::uint64_t at = 0;
        for (surface_slice const& s : fit.slices)
            for (double const x :
                 {s.curve.a, s.curve.b, s.curve.rho, s.curve.m, s.curve.sigma, s.theta, s.rmse})
                sum = sum + digest_double(at++, x);
        return digest_text(sum);
    }
    std::string check() const;
};

/// Every curve must lie within the quotes' spread of the one that made them, and be free of
/// arbitrage.
std::string surface_work::check() const {
    double worst = 0;
    std::size_t repaired = 0;
    for (surface_slice const& s : fit.slices) {
        repaired += s.status == slice_status::repaired;
        if (s.status > slice_status::repaired || s.remaining != 0)
            throw check_failed(fmt::format("expiry in {} years: {}, arbitrage bits {}", s.time,
                                           word(s.status), s.remaining));
        std::size_t expiry = 0;
        while (days[expiry] / 365 < s.time * (1 - 1e-9)) ++expiry;
        svi_raw const truth = ssvi_slice(parameters_of(s.book), theta_of(s.book, expiry));
        for (surface_quote const& q : s.quotes) {
            if (q.use != quote_use::used) continue;
            double const off = std::abs(q.fitted - std::sqrt(svi_at(truth, q.k).variance / s.time));
            worst = std::max(worst, off);
        }
    }
    if (fit.slices.empty() || !(worst <= half_spread))
        throw check_failed(
            fmt::format("a fitted vol is {} from the one that made its quote", worst));
    return fmt::format(
        "{} expiries, {} repaired; every fitted vol within {:.2f} points of the truth",
        fit.slices.size(), repaired, 100 * worst);
}

bench_case surface_case(std::size_t count, settings const& chosen) {
    auto const state = std::make_shared<surface_work>(count, chosen.seed);
    bench_case work;
    work.name = "Implied vols, SVI and SSVI of a snapshot";
    work.size = count;
    work.size_of_what = "options";
    work.items = static_cast<double>(count);
    work.item = "option";
    work.wipe = [state] { state->fit = {}; };
    work.check = [state] { return state->check(); };
    auto const digest = [state] { return state->digest(); };
    auto choices = cpu_choices(chosen);
    add_device(choices, chosen);
    for (auto const& choice : choices) {
        auto on = std::shared_ptr<backend>(make_backend(choice.options));
        int const cores = choice.cores;
        // Where a device fits the curves, the host does the rest on one core.
        int const host_cores = std::max(1, cores);
        work.contenders.push_back(
            {choice.name, cores,
             [=] { return clocked(cores, [&] { state->run(*on, host_cores); }); }, digest});
    }
    return work;
}

}  // namespace

void bench_surface(settings const& chosen, case_sink const& sink) {
    auto const sizes = chosen.sizes.empty() ? std::vector<std::size_t>{2'016} : chosen.sizes;
    for (std::size_t const size : sizes) sink(surface_case(size, chosen));
}

}  // namespace lockstep::bench
