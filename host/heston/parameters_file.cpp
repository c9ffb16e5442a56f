#include "host/heston/parameters_file.h"

#include <fmt/format.h>

#include <string>

#include "host/io/text_file.h"
#include "host/margin/toml_reader.h"

namespace lockstep {

heston_parameters read_heston_parameters(std::string const& path) {
    toml::table const table = parse_toml(read_text_file(path), path);
    toml_reader keys(table, path);
    heston_parameters p{keys.number("v0", 0, 100),
                        keys.number("kappa", 0, 1000),
                        keys.number("theta", 0, 100),
                        keys.number("sigma", 0, 100),
                        keys.number("rho", -1, 1),
                        0,
                        0,
                        0};
    // One of them asks for all: that the other two are missing is then what is said.
    if (keys.has("jump_intensity") || keys.has("jump_mean") || keys.has("jump_vol")) {
        p.jump_intensity = keys.number("jump_intensity", 0, 1000);
        p.jump_mean = keys.number("jump_mean", -10, 10);
        p.jump_vol = keys.number("jump_vol", 0, 10);
    }
    keys.expect_no_other_keys();
    return p;
}

std::string heston_parameters_text(heston_parameters const& p) {
    std::string text = fmt::format(
        "v0 = {:.17g}\nkappa = {:.17g}\ntheta = {:.17g}\nsigma = {:.17g}\nrho = {:.17g}\n", p.v0,
        p.kappa, p.theta, p.sigma, p.rho);
    if (p.jump_intensity > 0)
        text += fmt::format("jump_intensity = {:.17g}\njump_mean = {:.17g}\njump_vol = {:.17g}\n",
                            p.jump_intensity, p.jump_mean, p.jump_vol);
    return text;
}

}  // namespace lockstep
