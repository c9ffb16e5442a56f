// report.html: one self-contained page with the pictures that a risk manager looks at first. It
// holds the overview as JSON, a style sheet, a script and (where it was installed when this was
// built) a chart library; it fetches nothing, and its size does not grow with the book.
#pragma once

#include <string>

#include "host/risk/result.h"

namespace lockstep {

std::string report_html(risk_result const& run);

/// The page around any data: tests build it without a run.
std::string report_page(std::string const& data_json);

}  // namespace lockstep
