#include "host/price/payoff_block.h"

#include "pricing/model/row_models.h"

namespace lockstep {
namespace {

/// Of every payoff: price, delta, gamma, vega, theta, rho, the first columns of option_value.
constexpr std::size_t payoff_value_count = 6;

struct model_shape {
    std::size_t inputs, outputs;
};
model_shape shape_of(row_model model) {
    return visit_row_model(model, [](auto const& functor) {
        using model_type = std::remove_cvref_t<decltype(functor)>;
        return model_shape{model_type::inputs, model_type::outputs};
    });
}

}  // namespace

void payoff_block::value(backend& with, std::vector<std::size_t> const& which) {
    std::vector<std::size_t> of_model[row_model_count];
    for (std::size_t const i : which)
        of_model[static_cast<std::size_t>(rows_[i].model)].push_back(i);
    for (std::size_t m = 0; m < row_model_count; ++m)
        if (!of_model[m].empty()) value_model(with, static_cast<row_model>(m), of_model[m]);
}

void payoff_block::value_model(backend& with, row_model model,
                               std::vector<std::size_t> const& which) {
    model_shape const shape = shape_of(model);
    std::size_t const n = which.size();
    flags_.resize(n);
    verdicts_.resize(n);
    row_batch batch{{}, flags_.data(), n};
    row_values results{{}, verdicts_.data(), n};
    for (std::size_t k = 0; k < shape.inputs; ++k) {
        inputs_[k].resize(n);
        batch.inputs[k] = inputs_[k].data();
        for (std::size_t at = 0; at < n; ++at) inputs_[k][at] = rows_[which[at]].in[k];
    }
    for (std::size_t k = 0; k < shape.outputs; ++k) {
        outputs_[k].resize(n);
        results.outputs[k] = outputs_[k].data();
    }
    for (std::size_t at = 0; at < n; ++at) flags_[at] = rows_[which[at]].flags;
    with.value_rows(model, batch, results);
    for (std::size_t at = 0; at < n; ++at) {
        row_result& result = values_[which[at]];
        result.verdict = {verdicts_[at]};
        result.count = shape.outputs;
        for (std::size_t k = 0; k < shape.outputs; ++k) result.values[k] = outputs_[k][at];
    }
}

void payoff_block::write(std::size_t i, std::size_t columns, bool pairs, std::string& out) const {
    row_result const& result = values_[i];
    bool const has = computed(i);
    for (std::size_t k = 0; k < columns; ++k) {
        out += ',';
        if (has && k < payoff_value_count) append_number(result.values[k], out);
    }
    for (std::size_t k = payoff_value_count; pairs && k < payoff_value_count + pair_value_count;
         ++k) {
        out += ',';
        if (has && k < result.count) append_number(result.values[k], out);
    }
    out += ',';
    out += verdict_name(result.verdict);
    out += ',';
    append_cell(out, verdict_reason(result.verdict, rows_[i]));
}

}  // namespace lockstep
