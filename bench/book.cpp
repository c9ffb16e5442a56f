#include "bench/book.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "bench/inputs.h"

namespace lockstep::bench {

namespace {

constexpr std::size_t large_account = 10'000;
constexpr std::uint32_t expiries = 16;

}  // namespace

scenario_set usual_scenarios() {
    scenario_set set{};
    for (int move = -4; move <= 4; ++move)
        for (int vol = -1; vol <= 1; ++vol)
            set.shocks[set.count++] = {1.0 + 0.04 * move, 1.0, vol, 0};
    for (double const move : {-0.66, -0.33, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0})
        set.shocks[set.count++] = {1.0 + move, 1.0, 1, 1};
    set.vol = {.range_up = 0.5,
               .range_down = 0.25,
               .vol_floor_up = 0.5,
               .power_short = 0.3,
               .power_long = 0.13,
               .days = 30,
               .days_min = 1};
    return set;
}

margin_rules usual_rules() {
    margin_rules rules{};
    scenario_set const set = usual_scenarios();
    for (std::uint32_t s = 0; s < set.count; ++s)
        if (set.shocks[s].extended != 0) rules.dampener[s] = 1'500'000'000'000'000;  // 1.5 coin
    for (auto& rate : rules.roll_rate) rate = 10'000'000'000;  // a hundredth of the delta
    rules.maintenance_ppb = 800'000'000;
    rules.index_nanos = 65'000 * nanos_per_unit;
    rules.delta_shock_threshold_nanos = 20'000'000 * nanos_per_unit;
    rules.delta_shock_increment_1e12 = 50'000'000;
    rules.delta_shock_max_ppb = 100'000'000;
    rules.scenarios = set.count;
    rules.places = 15;
    rules.settle = settlement::inverse;
    return rules;
}

std::vector<risk_inputs> option_chain(std::size_t count, std::uint64_t seed) {
    std::vector<risk_inputs> chain(count);
    draws const draw(seed, 2);
    for (std::size_t i = 0; i < count; ++i) {
        auto const bucket = static_cast<std::uint8_t>(draw.one_of(i, 0, expiries));
        chain[i] = {.underlying = coin_forward * (1.0 + 0.005 * bucket),
                    .strike = coin_forward * draw.between(i, 1, 0.4, 2.5),
                    .time = (1.0 + 2.5 * bucket * bucket) / 365.0,
                    .vol = draw.between(i, 2, 0.3, 1.1),
                    .scale = risk_scale_of(settlement::inverse),
                    .set = 0,
                    .kind = instrument_kind::option,
                    .type = draw.one_of(i, 3, 2) == 0 ? option_type::call : option_type::put,
                    .settle = settlement::inverse,
                    .expiry_bucket = bucket};
    }
    return chain;
}

matrix_owner::matrix_owner(std::size_t instruments)
    : row_max_(instruments), buckets_(instruments), status_(instruments) {
    matrix_.instruments = instruments;
    matrix_.scenarios = scenario_count;
    matrix_.scenario_columns = padded_scenarios(scenario_count);
    // The stride is a multiple of eight cells, so the size is one of the alignment.
    std::size_t const bytes = std::max<std::size_t>(1, instruments) * matrix_.stride() * 8;
    cells_.reset(static_cast<std::int64_t*>(std::aligned_alloc(64, bytes)));
    if (!cells_) throw std::bad_alloc();
    matrix_.cells = cells_.get();
    matrix_.row_max = row_max_.data();
    matrix_.expiry_bucket = buckets_.data();
    matrix_.status = status_.data();
    wipe();
}

void matrix_owner::wipe() const {
    std::size_t const n = matrix_.instruments;
    std::memset(matrix_.cells, 0xee, n * matrix_.stride() * 8);
    std::memset(matrix_.row_max, 0xee, n * 8);
    std::memset(matrix_.expiry_bucket, 0xee, n);
    std::memset(matrix_.status, 0xee, n);
}

std::string matrix_owner::digest() const {
    std::size_t const n = matrix_.instruments;
    return digest_text(digest_bytes(matrix_.cells, n * matrix_.stride() * 8) +
                       digest_bytes(row_max_.data(), n * 8) + digest_bytes(buckets_.data(), n) +
                       digest_bytes(status_.data(), n));
}

book::book(std::size_t accounts, std::size_t positions, std::size_t instruments, book_shape shape,
           std::uint64_t seed) {
    draws const draw(seed, 3);
    begin.push_back(0);
    auto const open_account = [&](std::size_t held) {
        begin.push_back(static_cast<std::uint32_t>(begin.back() + held));
        rule.push_back(0);
        lot_exponent.push_back(8);  // tenths of a contract
    };
    if (shape == book_shape::even)
        for (std::size_t a = 0; a < accounts; ++a) open_account(positions / accounts);
    else
        for (std::size_t left = positions; left >= 2 * large_account; left -= 2 * large_account) {
            open_account(large_account);
            for (std::size_t a = 0; a < large_account; ++a) open_account(1);
        }
    std::size_t const total = begin.back();
    instrument.resize(total);
    lots.resize(total);
    for (std::size_t i = 0; i < total; ++i) {
        instrument[i] = static_cast<std::uint32_t>(draw.one_of(i, 0, instruments));
        // 0.1 to 10 contracts, small ones as frequent as in a logarithmic scale.
        auto const held = static_cast<std::int64_t>(exponential(draw.between(i, 1, 0.0, 4.605)));
        lots[i] = draw.one_of(i, 2, 2) == 0 ? held : -held;
    }
}

position_batch book::all() const {
    return {.begin = view_of(begin),
            .instrument = view_of(instrument),
            .lots = view_of(lots),
            .lot_exponent = view_of(lot_exponent),
            .rule = view_of(rule),
            .addons = {}};
}

}  // namespace lockstep::bench
