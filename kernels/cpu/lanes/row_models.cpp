#include "pricing/model/row_models.h"

#include "kernels/cpu/lanes.h"
#include "kernels/cpu/lanes/loop.h"

namespace lockstep::cpu::LOCKSTEP_ISA {

void value_rows(row_model model, row_batch const& batch, row_values const& values);

namespace {

/// One block of rows: inputs and outputs as rows of two small tables, so that the loop's lanes
/// stand side by side whatever the model.
template <class Model>
void value_block(Model const& model, row_batch const& batch, row_values const& values,
                 std::size_t begin, std::size_t count) {
    alignas(64) std::uint64_t words[lane_block];  // flags
    alignas(64) std::uint64_t verdicts[lane_block];
    double const* inputs[Model::inputs];
    double* outputs[Model::outputs];
    for (std::size_t k = 0; k < Model::inputs; ++k) inputs[k] = batch.inputs[k] + begin;
    for (std::size_t k = 0; k < Model::outputs; ++k) outputs[k] = values.outputs[k] + begin;
    for (std::size_t i = 0; i < count; ++i) words[i] = batch.flags[begin + i];
    LOCKSTEP_LANES
    for (std::size_t i = 0; i < count; ++i) {
        double in[Model::inputs], out[Model::outputs];
        for (std::size_t k = 0; k < Model::inputs; ++k) in[k] = inputs[k][i];
        verdicts[i] = model(in, words[i], out);
        for (std::size_t k = 0; k < Model::outputs; ++k) outputs[k][i] = out[k];
    }
    for (std::size_t i = 0; i < count; ++i)
        values.verdicts[begin + i] = static_cast<std::uint8_t>(verdicts[i]);
}

}  // namespace

void value_rows(row_model model, row_batch const& batch, row_values const& values) {
    visit_row_model(model, [&]<class Model>(Model const& functor) {
        if constexpr (!one_row_at_a_time<Model>) {
            for (std::size_t begin = 0; begin < batch.count; begin += lane_block) {
                std::size_t const rest = batch.count - begin;
                value_block(functor, batch, values, begin, rest < lane_block ? rest : lane_block);
            }
        }
    });
}

}  // namespace lockstep::cpu::LOCKSTEP_ISA
