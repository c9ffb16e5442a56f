#include "host/margin/query/model.h"

#include <algorithm>
#include <cmath>

#include "host/base/error.h"
#include "host/io/text_file.h"
#include "host/margin/builtin_presets.h"
#include "host/margin/query/models.h"
#include "pricing/base/quantise.h"

namespace lockstep {

// The texts of data/models/*.toml.
std::string_view embedded_model_pmrm();
std::string_view embedded_model_srm();
std::string_view embedded_model_leverage();
std::string_view embedded_model_span();
std::string_view embedded_model_tims();
std::string_view embedded_model_deribit_standard();

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
    {{"deribit_standard", "options and positions by formula, each leg by itself"},
     embedded_model_deribit_standard,
     make_standard_model},
};

constexpr model_description deribit{
    "deribit", "portfolio margin by 27 + 8 scenarios, roll and delta shock (the preset of `risk`)"};
constexpr model_description deribit_cross{"deribit_cross",
                                          "the same in USD with coins as collateral, and the books "
                                          "of one underlying in its coin and in USD "
                                          "against each other"};
constexpr model_description reg_t{"reg_t", "listed options by Regulation T, each on its own"};

[[noreturn]] void refuse(std::string const& name) {
    throw input_error("there is no margin model '" + name +
                      "'; there are: " + margin_model_names());
}

/// Of the scenario engine: a name that is built in, or a file.
std::string preset_text(std::string const& name_or_file) {
    for (auto const& [name, text] : builtin_preset_texts)
        if (name_or_file == name) return std::string(text);
    return read_text_file(name_or_file);
}

}  // namespace

checked_int64 in_nanos(double whole, rounding direction, double paid) {
    double const amount = whole - paid;
    checked_int64 nearest = quantise_nearest(amount, 1e9);
    // Of the product as it is before it is rounded: from 2^51 on that moves it by half a nano.
    double off = std::fma(amount, 1e9, -static_cast<double>(nearest.value));
    if (std::abs(off) > 0.5) {
        int const next = off > 0 ? 1 : -1;
        nearest.value += next;
        off -= next;
    }
    double const largest = std::max({std::abs(amount), std::abs(whole), std::abs(paid)});
    double const known_to = 0x1p-52 * 1e9 * largest;
    return std::abs(off) <= known_to ? nearest : quantise(amount, 1e9, direction);
}

std::int64_t nanos_of(double stated, std::string const& what) {
    checked_int64 const nanos = quantise_nearest(stated, 1e9);
    if (nanos.overflowed) throw input_error(what + " is too large");
    return nanos.value;
}

std::int64_t nanos_down(double value, std::string const& what) {
    checked_int64 const nanos = in_nanos(value, rounding::down);
    if (nanos.overflowed) throw input_error(what + " is too large");
    return nanos.value;
}

int128 open_gain(std::string const& model, query_leg const& leg, double held, double price) {
    std::string const of_leg = named(leg), asking = "model " + model + ": ";
    double const entry = leg.entry > 0 ? leg.entry : price;
    auto const units = whole_nanos(held), now = whole_nanos(price), then = whole_nanos(entry);
    int128 const gain = units && now && then ? divide(int128{*units} * (int128{*now} - *then),
                                                      nanos_per_unit, rounding::down)
                                             : nanos_down(held * (price - entry), asking + of_leg);
    return gain + nanos_of(leg.funding, asking + "the funding of " + of_leg);
}

std::vector<model_description> margin_models() {
    std::vector<model_description> all{deribit, deribit_cross};
    for (parameterised_model const& m : with_parameters) all.push_back(m.is);
    all.push_back(reg_t);
    return all;
}

std::unique_ptr<margin_model> make_margin_model(std::string const& name,
                                                std::string const& preset) {
    if (name == deribit.name) return make_deribit_model(preset);
    if (name == deribit_cross.name) return make_deribit_cross_model(preset);
    if (name == reg_t.name) {
        if (!preset.empty()) throw input_error("model reg_t has no parameters to set");
        return make_reg_t_model();
    }
    for (parameterised_model const& m : with_parameters)
        if (name == m.is.name)
            return preset.empty() ? m.make(m.text(), "built in " + name + ".toml")
                                  : m.make(read_text_file(preset), preset);
    refuse(name);
}

std::string parameters_of_model(std::string const& name, std::string const& preset) {
    if (name == reg_t.name) return {};
    if (name == deribit.name || name == deribit_cross.name)
        return preset_text(preset.empty() ? "deribit_pm" : preset);
    for (parameterised_model const& m : with_parameters)
        if (name == m.is.name)
            return preset.empty() ? std::string(m.text()) : read_text_file(preset);
    refuse(name);
}

std::string margin_model_names() {
    std::string names;
    for (model_description const& m : margin_models())
        names += (names.empty() ? "" : ", ") + std::string(m.name);
    return names;
}

}  // namespace lockstep
