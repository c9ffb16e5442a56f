// From the name of a model that values one row at a time to its functor.
#pragma once

#include "pricing/model/asset_payoff_models.h"
#include "pricing/model/bachelier.h"
#include "pricing/model/pair_payoff_models.h"
#include "pricing/model/row_model.h"

namespace lockstep {

/// Calls visit(functor) for the model.
template <class Visit>
inline auto visit_row_model(row_model model, Visit&& visit) {
    switch (model) {
        case row_model::bachelier: break;
        case row_model::digital: return visit(digital_model{});
        case row_model::touch: return visit(touch_model{});
        case row_model::barrier: return visit(barrier_model{});
        case row_model::double_barrier: return visit(double_barrier_model{});
        case row_model::asian: return visit(asian_model{});
        case row_model::settlement_average: return visit(settlement_average_model{});
        case row_model::lookback: return visit(lookback_model{});
        case row_model::quanto: return visit(quanto_model{});
        case row_model::exchange: return visit(exchange_model{});
        case row_model::spread: return visit(spread_model{});
        case row_model::best_of: return visit(best_of_model{});
    }
    return visit(bachelier_model{});
}

}  // namespace lockstep
