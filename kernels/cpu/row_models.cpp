#include "kernels/cpu/row_models.h"

#include "kernels/cpu/slices.h"
#include "pricing/model/row_models.h"

namespace lockstep::cpu {

namespace {

constexpr std::size_t slice_rows = 512;  // from ten microseconds (closed forms) to milliseconds

template <class Model>
void value_one_by_one(Model const& model, row_batch const& batch, row_values const& values) {
    for (std::size_t i = 0; i < batch.count; ++i) {
        double in[Model::inputs], out[Model::outputs];
        for (std::size_t k = 0; k < Model::inputs; ++k) in[k] = batch.inputs[k][i];
        values.verdicts[i] = static_cast<std::uint8_t>(model(in, batch.flags[i], out));
        for (std::size_t k = 0; k < Model::outputs; ++k) values.outputs[k][i] = out[k];
    }
}

}  // namespace

void value_rows(lane_table const& lanes, tbb::task_arena& arena, row_model model,
                row_batch const& batch, row_values const& values) {
    each_slice(arena, batch.count, slice_rows, [&](std::size_t begin, std::size_t length) {
        row_batch const rows = slice(batch, begin, length);
        row_values const results = slice(values, begin, length);
        visit_row_model(model, [&]<class Model>(Model const& functor) {
            if constexpr (one_row_at_a_time<Model>)
                value_one_by_one(functor, rows, results);
            else
                lanes.value_rows(model, rows, results);
        });
    });
}

}  // namespace lockstep::cpu
