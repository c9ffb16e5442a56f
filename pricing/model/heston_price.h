// One option under Heston's or Bates' model, for who has one; a kernel values all strikes of an
// expiry for little more, with the same bits.
#pragma once

#include "pricing/model/heston_value.h"

namespace lockstep {

/// Values an option in every column of heston_value. With a fault all values are zero.
LOCKSTEP_HD heston_row value_heston(heston_expiry const& x, double strike, bool put) {
    constexpr heston_depth depth = heston_depth::all;
    heston_plan const plan = heston_plan_of(x);
    std::uint64_t const faults = plan.faults | heston_strike_faults(strike);
    if (faults != 0) return {{}, first_heston_fault(faults)};
    heston_strike const o = heston_strike_of(plan, strike, put);
    if (plan.certain)
        return heston_row_of(heston_certain_value(x, plan, o), heston_status::computed);
    heston_contour const c = heston_contour_of(plan, o.on_calls, o.rung);
    heston_turn turn = heston_turn_of(c, o.k);
    double sums[heston_sum_count] = {}, size = 0.0, log_size_at_zero = 0.0;
    for (int first = 0; first < heston_nodes_max; first += heston_nodes_step) {
        double log_size_first = 0.0, log_size_last = 0.0;
        for (int i = 0; i < heston_nodes_step; ++i) {
            heston_node const n = heston_node_at<depth>(x, c, static_cast<double>(first + i));
            log_size_at_zero = first + i == 0 ? n.log_size : log_size_at_zero;
            log_size_first = i == 0 ? n.log_size : log_size_first;
            log_size_last = n.log_size;
            size += square_root(norm(n.terms[0]));
            for (int k = 0; k < heston_sum_count; ++k)
                sums[k] = heston_add(sums[k], n.terms[k], turn.now);
            turn.now = turn.now * turn.step;
        }
        if (!heston_rest_is_lost(log_size_at_zero, log_size_first, log_size_last)) continue;
        heston_valuation const v = heston_value_of<depth>(x, plan, o, c, sums, size);
        return heston_row_of(v, heston_sum_status(plan, o, v, true));
    }
    return {{}, heston_status::terms_are_exhausted};
}

}  // namespace lockstep
