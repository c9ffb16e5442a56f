// Evaluates every priced function over deterministic random inputs and prints one digest for each.
//
// run.sh compiles this one file in every way that the machine allows and compares what the programs
// print. It includes nothing but the header-only formulas, so that the flags on its command line
// are the only flags in play. To watch another function, add a line to `functions` below: a
// callable from a random block to a double, or to a struct of doubles.
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <type_traits>

#include "pricing/base/digest.h"
#include "pricing/base/exp_log.h"
#include "pricing/base/normal.h"
#include "pricing/base/random.h"
#include "pricing/market/svi_fit.h"
#include "pricing/model/american.h"
#include "pricing/model/black.h"
#include "pricing/model/heston_price.h"
#include "pricing/model/implied_vol.h"
#include "tests/reproducible/random_rows.h"

namespace {

using lockstep::digest128;
using lockstep::random_block;

constexpr std::uint64_t key = 20240607;

double between(double low, double high, std::uint64_t bits) {
    return lockstep::fused(high - low, lockstep::uniform_open(bits), low);
}

/// Mostly a number in [low, high]; one in eight is any 64 bits at all: subnormal, infinite, NaN.
double mostly(double low, double high, random_block r) {
    double any = lockstep::double_of(r.second);
    double usual = between(low, high, r.first);
    return (r.first & 7u) == 0 ? any : usual;
}

/// A positive normal number of any magnitude.
double positive(std::uint64_t bits) {
    std::uint64_t exponent = 1 + ((bits >> 52) & 2047u) % 2046u;
    return lockstep::double_of((bits & 0xfffffffffffffu) | (exponent << 52));
}

/// The digest of function(block i of this stream) for i in [0, count), in one plain loop for each
/// step, which is what the compilers are to make vectors of.
template <class FunctionT>
digest128 evaluate(std::uint64_t count, std::uint64_t stream, FunctionT function) {
    using result = std::invoke_result_t<FunctionT, random_block>;
    static_assert(std::is_trivially_copyable_v<result> && sizeof(result) % sizeof(double) == 0);
    constexpr std::uint64_t width = sizeof(result) / sizeof(double);
    constexpr std::uint64_t chunk = 512;
    static random_block inputs[chunk];
    static result outputs[chunk];
    static double numbers[chunk * width];
    digest128 sum{0, 0};
    for (std::uint64_t first = 0; first < count; first += chunk) {
        std::uint64_t const n = count - first < chunk ? count - first : chunk;
        for (std::uint64_t i = 0; i < n; ++i)
            inputs[i] = lockstep::philox4x32(first + i, stream, key);
        for (std::uint64_t i = 0; i < n; ++i) outputs[i] = function(inputs[i]);
        std::memcpy(numbers, outputs, n * sizeof(result));
        sum = sum + lockstep::digest_doubles(numbers, n * width, first * width);
    }
    return sum;
}

struct watched {
    char const* name;
    digest128 (*run)(std::uint64_t count, std::uint64_t stream);
};

/// An option of any of the eight kinds: mostly ordinary, one in eight with a wild underlying, and
/// one in eight with a wild vol.
lockstep::option_inputs option_of(random_block r) {
    random_block more = lockstep::philox4x32(r.first, r.second, key);
    return {mostly(50.0, 150.0, r),
            between(50.0, 150.0, more.first),
            between(0.0, 2.0, more.second),
            between(-0.05, 0.1, r.second),
            between(-0.05, 0.1, more.second << 20),
            mostly(0.0, 1.5, {more.first << 20, more.second}),
            (r.first >> 3 & 7u) * 2};
}

/// Every value of an option, and the status as a number.
struct option_numbers {
    double value[lockstep::option_value_count + 1];
};
option_numbers numbers_of(lockstep::option_valuation const& v) {
    return {{v.price, v.delta, v.gamma, v.vega, v.theta, v.rho, v.vanna, v.volga, v.charm, v.speed,
             v.zomma, v.color, v.veta, v.ultima, v.delta_usd, v.delta_net,
             static_cast<double>(v.faults)}};
}

/// An option's price to invert under either model; one in eight is wild.
lockstep::implied_vol_inputs quote_of(random_block r) {
    random_block more = lockstep::philox4x32(r.first, r.second, key);
    return {
        between(50.0, 150.0, more.first),    between(50.0, 150.0, more.second),
        between(0.0, 2.0, r.second),         mostly(0.0, 60.0, r),
        between(0.9, 1.0, more.first << 20), (r.first >> 3 & 1u) * 2 | (r.first >> 4 & 1u) * 16};
}

/// A fit to sixteen noisy quotes: half of the curves allow arbitrage and are repaired.
struct svi_numbers {
    double a, b, rho, m, sigma, cost, status;
};
svi_numbers svi_fit_of(random_block r) {
    lockstep::svi_raw const truth{between(-0.03, 0.05, r.first), between(0.05, 0.3, r.second),
                                  between(-0.8, 0.8, r.first << 20),
                                  between(-0.3, 0.3, r.second << 20),
                                  between(0.2, 0.6, r.first << 30)};
    lockstep::variance_quote quotes[16];
    for (std::uint64_t i = 0; i < 16; ++i) {
        double const noise = between(0.97, 1.03, lockstep::philox4x32(r.first, i, r.second).first);
        double const k = 0.125 * static_cast<double>(i) - 1.0;
        double const w = noise * lockstep::svi_at(truth, k).variance;
        quotes[i] = {k, w > 1e-4 ? w : 1e-4, 0.002};
    }
    auto const fit = lockstep::fit_svi({quotes, 16});
    auto const& c = fit.curve;
    return {c.a, c.b, c.rho, c.m, c.sigma, fit.cost, static_cast<double>(fit.status)};
}

struct american_numbers {
    double price, delta, gamma, vega, theta, rho;
};

/// One option, any of whose parameters may be anything.
lockstep::heston_row heston_of(random_block r) {
    random_block const more = lockstep::philox4x32(r.first, r.second, key + 1);
    random_block const rest = lockstep::philox4x32(r.first, r.second, key + 2);
    lockstep::heston_parameters const p{between(0.01, 0.6, more.first),
                                        between(0.3, 5.0, more.second),
                                        between(0.01, 0.6, rest.first),
                                        mostly(0.0, 1.5, rest),
                                        between(-0.9, 0.6, more.first << 20),
                                        0.0,
                                        0.0,
                                        0.0};
    double const time = between(0.003, 3.0, more.second << 20);
    double const strike = mostly(50.0, 200.0, r);
    return lockstep::value_heston({100.0, time, 0.02, 0.0, p, 0}, strike,
                                  (r.second >> 9 & 1u) != 0);
}

/// The results of a slow function for one block in so many, a power of two, and zeros for the
/// others.
template <std::uint64_t OneIn, class FunctionT>
auto now_and_then(random_block r, FunctionT function) {
    return (r.second & (OneIn - 1)) == 0 ? function(r)
                                         : std::invoke_result_t<FunctionT, random_block>{};
}

/// A line for a model that values rows.
template <class Model>
constexpr watched watch_rows(char const* name) {
    return {name, [](std::uint64_t count, std::uint64_t stream) {
                return evaluate(count, stream, [](random_block r) {
                    return now_and_then<64>(r, lockstep::probe::row_of<Model>);
                });
            }};
}

struct implied_vol_numbers {
    double vol, error, faults;
};

/// Makes a table line of a name and a callable without captures.
template <class FunctionT>
constexpr watched watch(char const* name, FunctionT) {
    return {name, [](std::uint64_t count, std::uint64_t stream) {
                return evaluate(count, stream, FunctionT{});
            }};
}

constexpr watched functions[] = {
    watch("exponential",
          [](random_block r) { return lockstep::exponential(mostly(-760.0, 720.0, r)); }),
    watch("exponential_in_range",
          [](random_block r) {
              return lockstep::exponential_in_range(between(-708.0, 709.0, r.first));
          }),
    watch("logarithm", [](random_block r) { return lockstep::logarithm(mostly(0.0, 3.0, r)); }),
    watch("logarithm_in_range",
          [](random_block r) { return lockstep::logarithm_in_range(positive(r.first)); }),
    watch("logarithm_of_ratio",
          [](random_block r) {
              return lockstep::logarithm_of_ratio(positive(r.first), positive(r.second));
          }),
    watch("normal_cdf_pdf",
          [](random_block r) { return lockstep::normal_cdf_pdf(mostly(-10.0, 10.0, r)); }),
    watch("normal_cdf", [](random_block r) { return lockstep::normal_cdf(mostly(-39.0, 9.0, r)); }),
    watch("normal_pdf",
          [](random_block r) { return lockstep::normal_pdf(mostly(-39.0, 39.0, r)); }),
    watch("erfcx", [](random_block r) { return lockstep::erfcx(mostly(-27.0, 50.0, r)); }),
    watch("complementary_error",
          [](random_block r) { return lockstep::complementary_error(mostly(-6.0, 28.0, r)); }),
    watch("normal_quantile",
          [](random_block r) { return lockstep::normal_quantile(mostly(0.0, 1.0, r)); }),
    watch("normal_quantile_tail",
          [](random_block r) {
              return lockstep::normal_quantile(
                  lockstep::exponential(between(-745.0, 0.0, r.first)));
          }),
    watch("value_option",
          [](random_block r) {
              return numbers_of(lockstep::value_option(option_of(r), lockstep::option_depth::all));
          }),
    watch("value_american",
          [](random_block r) {
              // It takes a thousand times as long as the others: a few inputs are enough.
              if ((r.second & 255u) != 0) return american_numbers{};
              auto const v = lockstep::value_american(option_of(r), lockstep::option_depth::price);
              return american_numbers{v.price, v.delta, v.gamma, v.vega, v.theta, v.rho};
          }),
    watch("implied_vol",
          [](random_block r) {
              auto const v = lockstep::implied_vol(quote_of(r));
              return implied_vol_numbers{v.vol, v.error, static_cast<double>(v.faults)};
          }),
    watch("sine_cosine",
          [](random_block r) { return lockstep::sine_cosine_of(mostly(-1e6, 1e6, r)); }),
    watch("value_heston",
          [](random_block r) {
              // As American options: a few are enough.
              return (r.second & 255u) == 0 ? heston_of(r).v : lockstep::heston_valuation{};
          }),
    watch("fit_svi",
          [](random_block r) {
              // As slow, and as few.
              return (r.second & 255u) == 0 ? svi_fit_of(r) : svi_numbers{};
          }),
    watch_rows<lockstep::bachelier_model>("bachelier"),
    watch_rows<lockstep::digital_model>("digital"),
    watch_rows<lockstep::touch_model>("touch"),
    watch_rows<lockstep::barrier_model>("barrier"),
    watch_rows<lockstep::double_barrier_model>("double_barrier"),
    watch_rows<lockstep::asian_model>("asian"),
    watch_rows<lockstep::settlement_average_model>("settlement_average"),
    watch_rows<lockstep::lookback_model>("lookback"),
    watch_rows<lockstep::quanto_model>("quanto"),
    watch_rows<lockstep::exchange_model>("exchange"),
    watch_rows<lockstep::spread_model>("spread"),
    watch_rows<lockstep::best_of_model>("best_of"),
    watch("american_implied_vol",
          [](random_block r) { return now_and_then<16384>(r, lockstep::probe::american_vol_of); }),
    watch("value_scheduled",
          [](random_block r) { return now_and_then<32768>(r, lockstep::probe::scheduled_of); }),
    watch("values_on_path",
          [](random_block r) { return now_and_then<64>(r, lockstep::probe::path_value_of); }),
    watch("uniform_open", [](random_block r) { return lockstep::uniform_open(r.second); }),
    watch("standard_normal", [](random_block r) { return lockstep::standard_normal(r.first); }),
};

}  // namespace

/// probe [THOUSANDS]: evaluates each function at so many thousand inputs; a million by default.
int main(int argc, char** argv) {
    std::uint64_t const thousands = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1000;
    std::uint64_t stream = 0;
    for (auto const& f : functions) {
        digest128 const d = f.run(thousands * 1000, stream++);
        std::printf("%-22s %016" PRIx64 "%016" PRIx64 "\n", f.name, d.hi, d.lo);
    }
}
