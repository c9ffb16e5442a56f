// `lockstep bench price`: Black-76 and its Greeks, three depths and the coin-settled twin.
#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "bench/benches.h"
#include "bench/device.h"
#include "bench/inputs.h"
#include "bench/price_check.h"

namespace lockstep::bench {

namespace {

/// One kind of valuation. The narrow verb takes linear options on a forward alone; the wide one
/// takes every kind. `flops` per option are counted in the machine code of the v4 loop (an fma
/// counts two, a division or a root one); see bench/README.md.
struct plan {
    char const* name;
    bool narrow;
    option_depth depth;
    std::uint8_t flags;
    double flops;
};

constexpr plan plans[] = {
    {"Black-76 price + 6 Greeks", true, option_depth::first_greeks, 0, 291},
    {"Black-76 price + 13 Greeks", false, option_depth::all, 0, 408},
    {"Black-76 price alone", false, option_depth::price, 0, 297},
    {"inverse price + 6 Greeks", false, option_depth::first_greeks, option_flag::inverse, 333},
};

/// The engine takes microseconds for an option; it is timed on the first of them.
constexpr std::size_t engine_part_max = 10'000;

/// What the contenders of one case read and write. They share the results and each starts from
/// wiped ones, so that none can pass with another's work.
struct price_work {
    plan const& what;
    option_columns inputs;
    std::size_t columns;
    std::vector<double> values;
    std::vector<std::uint8_t> status;
    peer_columns peer;

    price_work(plan const& p, std::size_t count, std::uint64_t seed)
        : what(p),
          inputs(count, seed, p.flags),
          columns(static_cast<std::size_t>(p.depth)),
          values(columns * count),
          status(count),
          peer(count) {}

    std::size_t count() const { return status.size(); }
    option_values wide() {
        option_values out{{}, status.data(), count()};
        for (std::size_t k = 0; k < columns; ++k) out.columns[k] = values.data() + k * count();
        return out;
    }
    void run(backend& on) {
        option_batch const batch = inputs.all();
        option_values const out = wide();
        if (!what.narrow) return on.price(batch, out);
        black76_values narrow{{}, status.data(), count()};
        std::copy_n(out.columns, black76_value_count, narrow.columns);
        on.price_core(
            {batch.underlying, batch.strike, batch.time, batch.vol, batch.rate, batch.flags},
            narrow);
    }
    void wipe() {
        std::fill(values.begin(), values.end(), std::numeric_limits<double>::quiet_NaN());
        std::fill(status.begin(), status.end(), std::uint8_t{255});
    }
    std::string digest() const {
        return digest_text(digest_doubles(values.data(), values.size()) +
                           digest_bytes(status.data(), status.size()));
    }
};

/// The device with everything in its own memory. Results are fetched when they are digested.
void add_resident(bench_case& work, std::shared_ptr<price_work> const& state) {
    auto const there = std::shared_ptr<resident_work>(
        resident_price(state->inputs.all(), state->wide(), state->what.narrow));
    work.contenders.push_back({"cuda, device-resident", 0, [=] { return there->run(); },
                               [=] {
                                   there->fetch();
                                   return state->digest();
                               }});
}

void add_peers(bench_case& work, std::shared_ptr<price_work> const& state) {
    if (quantlib_version().empty()) return;
    bool const value_alone = state->what.depth == option_depth::price;
    std::string const library = quantlib_version();
    work.peer = library + (value_alone ? " BlackCalculator, value" : " BlackCalculator");
    work.contenders.push_back(
        {work.peer, 1, [=] {
             return clocked(1, [&] {
                 if (value_alone)
                     quantlib_black_value(state->inputs.all(), state->peer.all().columns[0]);
                 else
                     quantlib_black_calculator(state->inputs.all(), state->peer.all());
             });
         }});
    if (!state->what.narrow) return;
    std::size_t const part = std::min(state->count(), engine_part_max);
    contender engine{library + " AnalyticEuropeanEngine", 1, [=] {
                         return clocked(1, [&] {
                             quantlib_european_engine(state->inputs.first(part), state->peer.all());
                         });
                     }};
    engine.part = part;
    work.contenders.push_back(std::move(engine));
}

bench_case price_case(plan const& what, std::size_t count, settings const& chosen) {
    auto const state = std::make_shared<price_work>(what, count, chosen.seed);
    bench_case work;
    work.name = what.name;
    work.size = count;
    work.size_of_what = "options";
    work.items = static_cast<double>(count);
    work.item = "option";
    double const inputs = what.narrow ? 5 : 6;
    work.bytes = work.items * (8 * (inputs + static_cast<double>(state->columns)) + 2);
    work.flops = work.items * what.flops;
    work.wipe = [state] { state->wipe(); };
    work.check = [state, &what] {
        return check_prices(what.name, state->inputs.all(), state->wide());
    };
    add_contenders(work, chosen,
                   {[state](backend& on) { state->run(on); }, [state] { return state->digest(); }});
    if (device_chosen(chosen)) add_resident(work, state);
    add_peers(work, state);
    return work;
}

}  // namespace

void bench_price(settings const& chosen, case_sink const& sink) {
    auto const sizes =
        chosen.sizes.empty() ? std::vector<std::size_t>{1'000, 100'000, 1'000'000} : chosen.sizes;
    for (auto const& what : plans)
        for (std::size_t const size : sizes) sink(price_case(what, size, chosen));
}

}  // namespace lockstep::bench
