// Legs of one underlying that settle in one asset, put to the scenario engine as one netting set:
// risk arrays, exact sums and the rule, through a backend as in the nightly batch.
#pragma once

#include <string>
#include <vector>

#include "host/margin/preset.h"
#include "host/margin/query/portfolio.h"
#include "kernels/backend.h"
#include "margin/portfolio.h"

namespace lockstep {

/// What the engine says, in whole units of the settlement asset.
struct engine_answer {
    margin_row row;
    scenario_set scenarios;
    std::vector<double> gains;    // by scenario, dampened
    std::vector<double> counted;  // losses whole, gains as they count against other currencies
    int128 entry_nanos;           // of futures: what was agreed, against the model's value, and
                                  // the funding that they are still to receive
};

/// Legs of other underlyings or settlements are passed over. Throws input_error naming the model
/// that asks and a leg that lacks what the engine needs.
engine_answer ask_engine(std::string const& model, margin_query const& q, query_underlying const& u,
                         settlement settle, margin_preset const& preset, offset_mode mode,
                         backend& device);

}  // namespace lockstep
