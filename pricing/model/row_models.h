// From the name of a model that values one row at a time to its functor.
#pragma once

#include "pricing/model/bachelier.h"
#include "pricing/model/row_model.h"

namespace lockstep {

/// Calls visit(functor) for the model.
template <class Visit>
inline auto visit_row_model(row_model model, Visit&& visit) {
    switch (model) {
        case row_model::bachelier: break;
    }
    return visit(bachelier_model{});
}

}  // namespace lockstep
