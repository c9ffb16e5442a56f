// A risk run from inputs to results: market, portfolio, values, risk arrays, netting sets, margin,
// accounts, liquidation ladder, totals. Nothing is written here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "host/margin/preset.h"
#include "host/risk/result.h"
#include "host/risk/stages.h"
#include "host/tail/request.h"
#include "kernels/backend.h"

namespace lockstep {

/// Which vols options are valued at.
enum class vol_source : std::uint8_t { mark, surface };

struct risk_inputs_paths {
    std::string market;
    std::string perpetuals;  // may be empty
    std::string portfolio;
    std::string haircuts{};  // may be empty
    tail_request tail{};
};

/// What a run is told beside its inputs.
struct risk_settings {
    margin_preset preset;  // of the scenario engine
    model_choice models;
    std::size_t top = 20;  // accounts in each ranking
    std::vector<stress_shock> shocks;
    vol_source vols = vol_source::mark;
};

/// Throws input_error when an input cannot be used at all.
risk_result run_risk(risk_inputs_paths const& paths, risk_settings const& settings, backend& device,
                     stage_watch& watch);

}  // namespace lockstep
