// `lockstep bench heston`: options under Heston's model, 40 strikes to an expiry.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "bench/benches.h"
#include "bench/inputs.h"
#include "bench/quantlib_heston.h"
#include "bench/quantlib_peer.h"

namespace lockstep::bench {

namespace {

constexpr std::size_t strikes = 40;  // of each expiry, three deviations to either side
constexpr std::size_t peer_expiries_max = 24;

struct heston_work {
    std::vector<heston_expiry> expiries;
    std::vector<std::uint32_t> begin{0};
    std::vector<double> strike, values, peer;
    std::vector<std::uint8_t> flags, status;
    std::size_t columns;  // wanted

    heston_work(std::size_t count, std::uint64_t seed, std::size_t wanted) : columns(wanted) {
        draws const random(seed, 20);
        for (std::size_t e = 0; e < count; ++e) {
            double const forward = random.between(e, 0, 20'000, 120'000);
            double const time = std::floor(random.between(e, 1, 3, 731)) / 365.0;
            expiries.push_back({forward,
                                time,
                                random.between(e, 2, 0, 0.06),
                                0,
                                {random.between(e, 3, 0.03, 0.6), random.between(e, 4, 0.5, 5),
                                 random.between(e, 5, 0.03, 0.6), random.between(e, 6, 0.2, 1.5),
                                 random.between(e, 7, -0.8, 0.2), 0, 0, 0},
                                0});
            double const deviation = std::sqrt(expiries[e].parameters.theta * time);
            for (std::size_t i = 0; i < strikes; ++i) {
                double const at = -3 + 6 * static_cast<double>(i) / (strikes - 1);
                strike.push_back(forward * exponential(at * deviation));
                flags.push_back(at < 0 ? option_flag::put : 0);
            }
            begin.push_back(static_cast<std::uint32_t>(strike.size()));
        }
        values.resize(rows() * heston_value_count);
        peer.resize(rows());
        status.resize(rows());
    }

    std::size_t rows() const { return strike.size(); }
    heston_batch first(std::size_t count) const {
        std::size_t const n = begin[count];
        return {{expiries.data(), count},
                {begin.data(), count + 1},
                {strike.data(), n},
                {flags.data(), n}};
    }
    void run(backend& on) {
        heston_values out{{}, status.data(), rows()};
        for (std::size_t k = 0; k < columns; ++k) out.columns[k] = values.data() + k * rows();
        on.heston(first(expiries.size()), out);
    }
    void wipe() {
        std::fill(values.begin(), values.end(), std::numeric_limits<double>::quiet_NaN());
        std::fill(status.begin(), status.end(), std::uint8_t{255});
    }
    std::string digest() const {
        return digest_text(digest_doubles(values.data(), columns * rows()) +
                           digest_bytes(status.data(), rows()));
    }
    std::string check() const;
};

/// Every row computed and bounded; the first expiries against QuantLib's adaptive quadrature.
std::string heston_work::check() const {
    double bound = 0;
    for (std::size_t i = 0; i < rows(); ++i) {
        if (status[i] != 0)
            throw check_failed(
                fmt::format("row {}: {}", i, heston_status_names[std::min<int>(status[i], 11)]));
        bound = std::max(bound, values[rows() + i] / values[i]);
    }
    if (!(bound < 1e-11))
        throw check_failed(fmt::format("a price is bounded to {:.1e} of itself alone", bound));
    std::string said = fmt::format("every price bounded to {:.1e} of itself", bound);
    if (quantlib_version().empty()) return said;
    std::size_t const part = std::min<std::size_t>(expiries.size(), 4);
    std::vector<double> precise(begin[part]);
    quantlib_heston_precise(first(part), precise.data());
    double worst = 0;
    for (std::size_t e = 0; e < part; ++e)
        for (std::size_t i = begin[e]; i < begin[e + 1]; ++i)
            worst = std::max(worst, std::abs(values[i] - precise[i]) / expiries[e].underlying);
    if (!(worst < 1e-9))
        throw check_failed(fmt::format("{:.1e} of the forward from {}", worst, quantlib_version()));
    return said + fmt::format(
                      "; of {} rows the worst is {:.1e} of the forward from {}'s adaptive "
                      "quadrature",
                      precise.size(), worst, quantlib_version());
}

void add_peers(bench_case& work, std::shared_ptr<heston_work> const& state) {
    if (quantlib_version().empty()) return;
    std::size_t const part = std::min(state->expiries.size(), peer_expiries_max);
    auto const add = [&](std::string const& name, void (*price)(heston_batch const&, double*)) {
        contender peer{
            quantlib_version() + name, 1,
            [=] { return clocked(1, [&] { price(state->first(part), state->peer.data()); }); }};
        peer.part = part;
        work.contenders.push_back(std::move(peer));
    };
    // Ratios are against the fastest of the three.
    work.peer = quantlib_version() + " ExponentialFittingHestonEngine";
    add(" ExponentialFittingHestonEngine", quantlib_heston_exponential);
    add(" AnalyticHestonEngine", quantlib_heston_analytic);
    add(" COSHestonEngine", quantlib_heston_cosine);
}

bench_case heston_case(std::size_t count, settings const& chosen, char const* name,
                       std::size_t columns) {
    auto const state = std::make_shared<heston_work>(count, chosen.seed, columns);
    bench_case work;
    work.name = name;
    work.size = count;
    work.size_of_what = "expiries of 40 strikes";
    work.items = static_cast<double>(state->rows());
    work.item = "strike";
    work.wipe = [state] { state->wipe(); };
    work.check = [state] { return state->check(); };
    add_contenders(work, chosen,
                   {[state](backend& on) { state->run(on); }, [state] { return state->digest(); }});
    add_peers(work, state);
    return work;
}

}  // namespace

void bench_heston(settings const& chosen, case_sink const& sink) {
    auto const sizes = chosen.sizes.empty() ? std::vector<std::size_t>{12, 500} : chosen.sizes;
    for (std::size_t const size : sizes) {
        sink(heston_case(size, chosen, "Heston price and its error", 2));
        sink(heston_case(size, chosen, "Heston price, error, 4 Greeks, 5 sensitivities",
                         heston_value_count));
    }
}

}  // namespace lockstep::bench
