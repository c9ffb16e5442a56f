#include "host/heston/fit_report.h"

#include <fmt/format.h>

#include "host/heston/parameters_file.h"
#include "host/io/json_text.h"
#include "host/io/output_file.h"

namespace lockstep {
namespace {

void write_file(std::filesystem::path const& path, std::string const& text) {
    output_file file(path);
    file.write(text);
    file.close();
}

bool has_parameters(heston_fit const& fit) { return !fit.vol.empty(); }

std::string residuals_text(std::vector<fitted_chain> const& fits) {
    std::string text =
        "underlying,instrument,type,forward,strike,time,market_vol,model_vol,residual_vol_points\n";
    for (auto const& [chain, fit] : fits) {
        if (!has_parameters(fit)) continue;
        heston_quotes const& q = chain.quotes;
        for (std::size_t e = 0; e + 1 < q.begin.size(); ++e)
            for (std::size_t i = q.begin[e]; i < q.begin[e + 1]; ++i)
                text +=
                    fmt::format("{},{},{},{},{},{},{},{},{:.4f}\n", chain.underlying,
                                chain.names[i], (q.flags[i] & option_flag::put) != 0 ? 'P' : 'C',
                                q.expiries[e].underlying, q.strike[i], q.expiries[e].time, q.vol[i],
                                fit.vol[i], 100 * (fit.vol[i] - q.vol[i]));
    }
    return text;
}

void describe(json_text& json, fitted_chain const& f) {
    json.open_object();
    json.text("underlying", f.chain.underlying);
    json.text("status", name_of(f.fit.status));
    json.integer("expiries", static_cast<std::int64_t>(f.chain.quotes.expiries.size()));
    json.integer("quotes", static_cast<std::int64_t>(f.chain.quotes.size()));
    if (has_parameters(f.fit)) {
        heston_parameters const& p = f.fit.parameters;
        json.number("v0", p.v0);
        json.number("kappa", p.kappa);
        json.number("theta", p.theta);
        json.number("sigma", p.sigma);
        json.number("rho", p.rho);
        json.open_array("at_bounds");
        for (int i = 0; i < heston_fit_parameters; ++i)
            if (f.fit.at_bound[i]) json.text(heston_fit_names[i]);
        json.close_array();
        json.number("feller_ratio", 2 * p.kappa * p.theta / (p.sigma * p.sigma));
        json.number("rmse_vol_points", 100 * f.fit.rmse_vol);
        json.number("worst_vol_points", 100 * f.fit.worst_vol);
        json.integer("start", f.fit.start);
        json.integer("iterations", f.fit.iterations);
    }
    json.close_object();
}

}  // namespace

void write_heston_fits(std::filesystem::path const& folder, market const& seen,
                       std::vector<fitted_chain> const& fits) {
    json_text json;
    json.open_object();
    json.text("command", "heston fit");
    json.text("market", seen.source);
    json.open_array("fits");
    for (auto const& f : fits) {
        describe(json, f);
        if (has_parameters(f.fit))
            write_file(folder / (f.chain.underlying + ".toml"),
                       heston_parameters_text(f.fit.parameters));
    }
    json.close_array();
    json.close_object();
    write_file(folder / "residuals.csv", residuals_text(fits));
    write_file(folder / "manifest.json", json.take());
}

}  // namespace lockstep
