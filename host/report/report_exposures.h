// What the report shows of stress, concentration and tails: the largest of each, as data of the
// page. A table that has nothing to say is left out, and the page shows no section for it.
#pragma once

#include "host/io/json_text.h"
#include "host/risk/result.h"

namespace lockstep {

void write_report_stress(json_text& json, risk_result const& run);
void write_report_concentration(json_text& json, risk_result const& run);
void write_report_tail(json_text& json, risk_result const& run);

}  // namespace lockstep
