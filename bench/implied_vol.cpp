// `lockstep bench iv`: implied vols of prices whose vols are known.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "bench/benches.h"
#include "bench/inputs.h"
#include "bench/quantlib_peer.h"
#include "pricing/model/black.h"
#include "pricing/model/implied_vol_status.h"

namespace lockstep::bench {

namespace {

/// QuantLib's methods take microseconds; they are timed on the first of the options.
constexpr std::size_t peer_part_max = 20'000;

struct implied_vol_work {
    option_columns inputs;  // forwards; the rate discounts
    std::vector<double> price, discount, vol, error, peer;
    std::vector<std::uint8_t> status;

    implied_vol_work(std::size_t count, std::uint64_t seed)
        : inputs(count, seed, 0),
          price(count),
          discount(count),
          vol(count),
          error(count),
          peer(count),
          status(count) {
        for (std::size_t i = 0; i < count; ++i) {
            discount[i] = exponential(-inputs.rate[i] * inputs.time[i]);
            // The side that is out of the money, as one would quote it.
            bool const put = inputs.strike[i] < inputs.underlying[i];
            inputs.flags[i] = put ? option_flag::put : 0;
            price[i] =
                discount[i] * value_option({inputs.underlying[i], inputs.strike[i], inputs.time[i],
                                            0, 0, inputs.vol[i], std::uint64_t{inputs.flags[i]}},
                                           option_depth::price)
                                  .price;
        }
    }

    std::size_t count() const { return status.size(); }
    implied_vol_batch first(std::size_t n) const {
        return {{inputs.underlying.data(), n}, {inputs.strike.data(), n},
                {inputs.time.data(), n},       {price.data(), n},
                {discount.data(), n},          {inputs.flags.data(), n}};
    }
    void run(backend& on) {
        on.implied_vol(first(count()), {vol.data(), error.data(), status.data(), count()});
    }
    void wipe() {
        std::fill(vol.begin(), vol.end(), std::numeric_limits<double>::quiet_NaN());
        std::fill(error.begin(), error.end(), std::numeric_limits<double>::quiet_NaN());
        std::fill(status.begin(), status.end(), std::uint8_t{255});
    }
    std::string digest() const {
        return digest_text(digest_doubles(vol.data(), count()) +
                           digest_doubles(error.data(), count(), count()) +
                           digest_bytes(status.data(), count()));
    }
    std::string check() const;
};

/// The vol that comes back must be the one that went in, up to what the price's rounding moves it:
/// the price was computed as the difference of two legs, a few of whose last places are lost.
std::string implied_vol_work::check() const {
    double worst = 0, square = 0;
    std::size_t lost = 0;
    for (std::size_t i = 0; i < count(); ++i) {
        // Without a time value there is no vol to ask for.
        if (price[i] < 1e-290) {
            ++lost;
            continue;
        }
        double const legs = inputs.underlying[i] + inputs.strike[i];
        double const tolerance = error[i] * (25 + 8 * legs / price[i]);
        double const difference = std::abs(vol[i] - inputs.vol[i]);
        if (status[i] != 0 || !(difference <= tolerance))
            throw check_failed(fmt::format(
                "row {}: forward {}, strike {}, time {}, price {:.17g}: vol {:.17g}, expected "
                "{:.17g} within {:.1e}, status {}",
                i, inputs.underlying[i], inputs.strike[i], inputs.time[i], price[i], vol[i],
                inputs.vol[i], tolerance, implied_vol_status_names[std::min<int>(status[i], 9)]));
        // Far out of the money the input price itself is known to no more than its legs' rounding.
        if (price[i] < 1e-6 * legs) continue;
        worst = std::max(worst, difference);
        square += difference * difference;
    }
    return fmt::format(
        "every vol against the one that made its price; where that is above 1e-6 of the legs, RMSE "
        "{:.1e}, worst {:.1e}; {} without a price",
        std::sqrt(square / static_cast<double>(count())), worst, lost);
}

void add_peers(bench_case& work, std::shared_ptr<implied_vol_work> const& state) {
    if (quantlib_version().empty()) return;
    std::size_t const part = std::min(state->count(), peer_part_max);
    auto const add = [&](std::string const& name,
                         void (*invert)(implied_vol_batch const&, double*)) {
        contender peer{
            quantlib_version() + name, 1,
            [=] { return clocked(1, [&] { invert(state->first(part), state->peer.data()); }); }};
        peer.part = part;
        work.contenders.push_back(std::move(peer));
    };
    // Ratios are against the faster of the two.
    work.peer = quantlib_version() + " ImpliedStdDevLiRS";
    add(" ImpliedStdDevLiRS", quantlib_implied_vol_lirs);
    add(" ImpliedStdDev", quantlib_implied_vol);
}

bench_case implied_vol_case(std::size_t count, settings const& chosen) {
    auto const state = std::make_shared<implied_vol_work>(count, chosen.seed);
    bench_case work;
    work.name = "Black implied vol and its error";
    work.size = count;
    work.size_of_what = "options";
    work.items = static_cast<double>(count);
    work.item = "option";
    work.bytes = work.items * (8 * 7 + 2);
    work.wipe = [state] { state->wipe(); };
    work.check = [state] { return state->check(); };
    add_contenders(work, chosen,
                   {[state](backend& on) { state->run(on); }, [state] { return state->digest(); }});
    add_peers(work, state);
    return work;
}

}  // namespace

void bench_implied_vol(settings const& chosen, case_sink const& sink) {
    auto const sizes =
        chosen.sizes.empty() ? std::vector<std::size_t>{2'000, 100'000} : chosen.sizes;
    for (std::size_t const size : sizes) sink(implied_vol_case(size, chosen));
}

}  // namespace lockstep::bench
