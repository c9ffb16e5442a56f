#include "pricing/model/american.h"

#include "kernels/cpu/lanes.h"
#include "kernels/cpu/lanes/loop.h"

namespace lockstep::cpu::LOCKSTEP_ISA {

void american(option_batch const& batch, option_values const& values);

namespace {

constexpr int rows_at_once = 8;  // a register of AVX-512, two of AVX2

/// The rows from `begin` on; behind the last one it is repeated.
american_inputs<rows_at_once> gather(option_batch const& batch, std::size_t begin) {
    american_inputs<rows_at_once> in;
    for (int l = 0; l < rows_at_once; ++l) {
        std::size_t const wanted = begin + static_cast<std::size_t>(l);
        std::size_t const i = wanted < batch.size() ? wanted : batch.size() - 1;
        in.underlying[l] = batch.underlying[i];
        in.strike[l] = batch.strike[i];
        in.time[l] = batch.time[i];
        in.rate[l] = batch.rate[i];
        in.dividend[l] = batch.dividend[i];
        in.vol[l] = batch.vol[i];
        in.flags[l] = batch.flags[i];
    }
    return in;
}

template <option_depth Depth>
void value_rows(option_batch const& batch, option_values const& values) {
    for (std::size_t begin = 0; begin < batch.size(); begin += rows_at_once) {
        american_values<rows_at_once> v;
        value_american<Depth>(gather(batch, begin), v);
        double const* const columns[] = {v.price, v.delta, v.gamma, v.vega, v.theta, v.rho};
        std::size_t const rest = batch.size() - begin;
        for (std::size_t l = 0; l < rest && l < rows_at_once; ++l) {
            values.status[begin + l] = static_cast<std::uint8_t>(first_fault(v.faults[l]));
            for (std::size_t k = 0; k < american_value_count; ++k)
                if (values.columns[k] != nullptr) values.columns[k][begin + l] = columns[k][l];
        }
    }
}

}  // namespace

void american(option_batch const& batch, option_values const& values) {
    if (depth_of(values) == option_depth::price)
        value_rows<option_depth::price>(batch, values);
    else
        value_rows<option_depth::first_greeks>(batch, values);
}

}  // namespace lockstep::cpu::LOCKSTEP_ISA
