#include "kernels/cpu/lanes.h"
#include "kernels/cpu/lanes/loop.h"
#include "pricing/model/black.h"

namespace lockstep::cpu::LOCKSTEP_ISA {

void price(option_batch const& batch, option_values const& values);
void price_core(black76_batch const& batch, black76_values const& values);

namespace {

struct words {
    alignas(64) std::uint64_t flags[lane_block];
    alignas(64) std::uint64_t faults[lane_block];
};

[[gnu::always_inline]] inline void widen(std::uint8_t const* flags, std::size_t count, words& w) {
    for (std::size_t i = 0; i < count; ++i) w.flags[i] = flags[i];
}
[[gnu::always_inline]] inline void narrow(words const& w, std::size_t count, std::uint8_t* status) {
    for (std::size_t i = 0; i < count; ++i)
        status[i] = static_cast<std::uint8_t>(first_fault(w.faults[i]));
}

/// Columns nobody wants are written here.
struct scratch_columns {
    alignas(64) double rows[option_value_count][lane_block];
};

template <option_depth Depth>
void price_block(option_batch const& batch, std::size_t begin, std::size_t count,
                 double* const* columns, words& w) {
    double const* underlying = batch.underlying.data + begin;
    double const* strike = batch.strike.data + begin;
    double const* time = batch.time.data + begin;
    double const* rate = batch.rate.data + begin;
    double const* dividend = batch.dividend.data + begin;
    double const* vol = batch.vol.data + begin;
    double *price = columns[0], *delta = columns[1], *gamma = columns[2], *vega = columns[3],
           *theta = columns[4], *rho = columns[5], *vanna = columns[6], *volga = columns[7],
           *charm = columns[8], *speed = columns[9], *zomma = columns[10], *color = columns[11],
           *veta = columns[12], *ultima = columns[13], *delta_usd = columns[14],
           *delta_net = columns[15];
    LOCKSTEP_LANES
    for (std::size_t i = 0; i < count; ++i) {
        option_inputs const in{underlying[i], strike[i], time[i],   rate[i],
                               dividend[i],   vol[i],    w.flags[i]};
        option_valuation const v = value_option(in, Depth);
        w.faults[i] = v.faults;
        price[i] = v.price;
        if constexpr (Depth >= option_depth::first_greeks) {
            delta[i] = v.delta, gamma[i] = v.gamma, vega[i] = v.vega;
            theta[i] = v.theta, rho[i] = v.rho, vanna[i] = v.vanna;
        }
        if constexpr (Depth == option_depth::all) {
            volga[i] = v.volga, charm[i] = v.charm, speed[i] = v.speed, zomma[i] = v.zomma;
            color[i] = v.color, veta[i] = v.veta, ultima[i] = v.ultima;
            delta_usd[i] = v.delta_usd, delta_net[i] = v.delta_net;
        }
    }
}

template <option_depth Depth>
void price_to_depth(option_batch const& batch, option_values const& values) {
    scratch_columns unwanted;
    words w;
    for (std::size_t begin = 0; begin < batch.size(); begin += lane_block) {
        std::size_t const rest = batch.size() - begin;
        std::size_t const count = rest < lane_block ? rest : lane_block;
        double* columns[option_value_count];
        for (std::size_t k = 0; k < option_value_count; ++k)
            columns[k] = values.columns[k] ? values.columns[k] + begin : unwanted.rows[k];
        widen(batch.flags.data + begin, count, w);
        price_block<Depth>(batch, begin, count, columns, w);
        narrow(w, count, values.status + begin);
    }
}

}  // namespace

void price(option_batch const& batch, option_values const& values) {
    switch (depth_of(values)) {
        case option_depth::price:
            return price_to_depth<option_depth::price>(batch, values);
        case option_depth::first_greeks:
            return price_to_depth<option_depth::first_greeks>(batch, values);
        case option_depth::all:
            return price_to_depth<option_depth::all>(batch, values);
    }
}

void price_core(black76_batch const& batch, black76_values const& values) {
    words w;
    for (std::size_t begin = 0; begin < batch.size(); begin += lane_block) {
        std::size_t const rest = batch.size() - begin;
        std::size_t const count = rest < lane_block ? rest : lane_block;
        double const* forward = batch.forward.data + begin;
        double const* strike = batch.strike.data + begin;
        double const* time = batch.time.data + begin;
        double const* vol = batch.vol.data + begin;
        double const* rate = batch.rate.data + begin;
        double *price = values.columns[0] + begin, *delta = values.columns[1] + begin,
               *gamma = values.columns[2] + begin, *vega = values.columns[3] + begin,
               *theta = values.columns[4] + begin, *rho = values.columns[5] + begin,
               *vanna = values.columns[6] + begin;
        widen(batch.flags.data + begin, count, w);
        LOCKSTEP_LANES
        for (std::size_t i = 0; i < count; ++i) {
            option_inputs const in{forward[i],
                                   strike[i],
                                   time[i],
                                   rate[i],
                                   0.0,
                                   vol[i],
                                   w.flags[i] & option_flag::put};
            option_valuation const v = value_option(in, option_depth::first_greeks);
            w.faults[i] = v.faults;
            price[i] = v.price, delta[i] = v.delta, gamma[i] = v.gamma, vega[i] = v.vega;
            theta[i] = v.theta, rho[i] = v.rho, vanna[i] = v.vanna;
        }
        narrow(w, count, values.status + begin);
    }
}

}  // namespace lockstep::cpu::LOCKSTEP_ISA
