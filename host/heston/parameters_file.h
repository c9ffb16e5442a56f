// Parameters of Heston's and Bates' model as a TOML file: v0, kappa, theta, sigma, rho, and
// jump_intensity, jump_mean, jump_vol where there are jumps.
#pragma once

#include <string>

#include "pricing/model/heston.h"

namespace lockstep {

/// Throws input_error that names file, line and key.
heston_parameters read_heston_parameters(std::string const& path);

std::string heston_parameters_text(heston_parameters const& parameters);

}  // namespace lockstep
