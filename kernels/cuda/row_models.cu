#include "kernels/cuda/row_models.cuh"

#include "kernels/cuda/launch.cuh"

namespace lockstep::cuda {

namespace {

template <class Model>
struct row_of {
    row_batch batch;
    row_values values;

    __device__ void operator()(std::size_t i) const {
        double in[Model::inputs], out[Model::outputs];
        for (std::size_t k = 0; k < Model::inputs; ++k) in[k] = batch.inputs[k][i];
        values.verdicts[i] = static_cast<std::uint8_t>(Model{}(in, batch.flags[i], out));
        for (std::size_t k = 0; k < Model::outputs; ++k) values.outputs[k][i] = out[k];
    }
};

struct launch_rows {
    row_batch const& batch;
    row_values const& values;
    cudaStream_t stream;

    template <class Model>
    void operator()(Model const&) const {
        each_async(batch.count, row_of<Model>{batch, values}, stream);
    }
};

struct columns_of {
    row_batch const& batch;
    row_values const& values;

    template <class Model>
    column_batch operator()(Model const&) const {
        return {{batch.inputs, batch.inputs + Model::inputs},
                batch.flags,
                {values.outputs, values.outputs + Model::outputs},
                values.verdicts,
                batch.count};
    }
};

}  // namespace

void value_rows_async(row_model model, row_batch const& batch, row_values const& values,
                      cudaStream_t stream) {
    visit_row_model(model, launch_rows{batch, values, stream});
}

void host_row_models::value_rows(row_model model, row_batch const& batch,
                                 row_values const& values) {
    if (batch.count == 0) return;
    if (!staging_) staging_ = std::make_unique<column_staging>(row_inputs_max + row_outputs_max);
    column_batch const columns = visit_row_model(model, columns_of{batch, values});
    staging_->run(columns, [&](device_slice const& s) {
        row_batch device{{}, s.flags.data, s.rows};
        row_values results{{}, s.status, s.rows};
        for (std::size_t k = 0; k < columns.inputs.size(); ++k) device.inputs[k] = s.input(k).data;
        for (std::size_t k = 0; k < columns.results.size(); ++k) results.outputs[k] = s.result(k);
        value_rows_async(model, device, results, s.stream);
    });
}

}  // namespace lockstep::cuda
