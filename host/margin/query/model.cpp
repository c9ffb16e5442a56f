#include "host/margin/query/model.h"

#include <fstream>
#include <iterator>

#include "host/base/error.h"
#include "host/margin/query/models.h"

namespace lockstep {

// The texts of data/models/*.toml.
std::string_view embedded_model_pmrm();
std::string_view embedded_model_srm();
std::string_view embedded_model_leverage();
std::string_view embedded_model_span();
std::string_view embedded_model_tims();

namespace {

using maker = std::unique_ptr<margin_model> (*)(std::string_view, std::string const&);

struct parameterised_model {
    model_description is;
    std::string_view (*text)();
    maker make;
};

constexpr parameterised_model with_parameters[] = {
    {{"pmrm", "portfolio margin by scenarios, smile shocks and contingencies (linear, one coin)"},
     embedded_model_pmrm,
     make_pmrm_model},
    {{"srm", "standard margin by formula: isolated or bounded per expiry (linear)"},
     embedded_model_srm,
     make_srm_model},
    {{"leverage", "perpetuals by leverage: liquidation, fillable and bankruptcy prices"},
     embedded_model_leverage,
     make_leverage_model},
    {{"span", "SPAN: sixteen scenarios, calendar spreads, short-option minimum"},
     embedded_model_span,
     make_span_model},
    {{"tims", "listed options by risk: ten price points of each class"},
     embedded_model_tims,
     make_tims_model},
};

constexpr model_description deribit{
    "deribit", "portfolio margin by 27 + 8 scenarios, roll and delta shock (the preset of `risk`)"};
constexpr model_description reg_t{"reg_t", "listed options by Regulation T, each on its own"};

std::string text_of(std::string const& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw input_error(file + ": cannot be opened");
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

std::vector<model_description> margin_models() {
    std::vector<model_description> all{deribit};
    for (parameterised_model const& m : with_parameters) all.push_back(m.is);
    all.push_back(reg_t);
    return all;
}

std::unique_ptr<margin_model> make_margin_model(std::string const& name,
                                                std::string const& preset) {
    if (name == deribit.name) return make_deribit_model(preset);
    if (name == reg_t.name) {
        if (!preset.empty()) throw input_error("model reg_t has no parameters to set");
        return make_reg_t_model();
    }
    std::string known;
    for (parameterised_model const& m : with_parameters)
        if (name == m.is.name)
            return preset.empty() ? m.make(m.text(), "built in " + name + ".toml")
                                  : m.make(text_of(preset), preset);
    for (model_description const& m : margin_models())
        known += (known.empty() ? "" : ", ") + std::string(m.name);
    throw input_error("there is no margin model '" + name + "'; there are: " + known);
}

}  // namespace lockstep
