// surface.html: smiles by expiry, total variances over each other, the surface as a map, and what
// was found on the way. One file that fetches nothing.
#pragma once

#include <string>

namespace lockstep {

struct surface_run;

std::string surface_html(surface_run const& run);

}  // namespace lockstep
