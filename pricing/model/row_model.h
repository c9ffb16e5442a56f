// Models that value one row at a time, from a few numbers and some flags to a few numbers and a
// status. Such a model is a functor without state:
//
//   struct bachelier_model {
//       static constexpr std::size_t inputs = 5, outputs = 6;
//       static constexpr char const* input_names[inputs] = {"forward", ...};
//       static constexpr char const* output_names[outputs] = {"price", ...};
//       LOCKSTEP_HD std::uint64_t operator()(double const* in, std::uint64_t flags,
//                                            double* out) const;
//   };
//
// What it returns is a row_verdict's code, as wide as the doubles so that lanes stay aligned. With
// a verdict other than computed every output is zero. Its name below and its line in row_models.h
// make it a verb of every backend, and its names make it columns of a table.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pricing/base/platform.h"

namespace lockstep {

enum class row_model : std::uint8_t {
    bachelier,
    digital,
    touch,
    barrier,
    double_barrier,
    asian,
    settlement_average,
    lookback,
    quanto,
    exchange,
    spread,
    best_of,
};
inline constexpr std::size_t row_model_count = 12;

/// What became of a row; all but value_is_not_finite and not_covered speak of one input.
enum class row_outcome : std::uint8_t {
    computed = 0,
    input_is_not_finite = 1,
    input_is_out_of_range = 2,
    value_is_not_finite = 3,  // inputs in range, but the result leaves the range of a double
    not_covered = 4,          // the formula does not hold for what these inputs describe together
};

/// A row_outcome and the input that it speaks of, in a byte; zero is computed.
struct row_verdict {
    std::uint64_t code;

    LOCKSTEP_HD static constexpr row_verdict of(row_outcome outcome, std::size_t input = 0) {
        return {static_cast<std::uint64_t>(outcome) | static_cast<std::uint64_t>(input) << 3};
    }
    LOCKSTEP_HD constexpr row_outcome outcome() const { return static_cast<row_outcome>(code & 7); }
    LOCKSTEP_HD constexpr std::size_t input() const { return static_cast<std::size_t>(code >> 3); }
};

/// True for a model that says `static constexpr bool one_row_at_a_time = true`: one with branches and
/// loops, which no compiler runs on eight rows at a time, and which is compiled once.
template <class Model>
inline constexpr bool one_row_at_a_time = requires { Model::one_row_at_a_time; };

inline constexpr std::size_t row_inputs_max = 16, row_outputs_max = 16;

namespace detail {

/// The first verdict that is not `computed`; selects alone, for lanes.
LOCKSTEP_HD std::uint64_t first_verdict(std::uint64_t first, std::uint64_t second) {
    return first != 0 ? first : second;
}

/// Of input number `input`: it must be finite, and at least `least`.
LOCKSTEP_HD std::uint64_t verdict_on_input(double const* in, std::size_t input, double least) {
    std::uint64_t const not_finite = row_verdict::of(row_outcome::input_is_not_finite, input).code;
    std::uint64_t const too_small = row_verdict::of(row_outcome::input_is_out_of_range, input).code;
    bool const is_finite = in[input] - in[input] == 0.0;
    std::uint64_t const in_range = in[input] >= least ? 0 : too_small;
    return is_finite ? in_range : not_finite;
}

/// Of all outputs together, which are zeroed unless the verdict is `computed`.
template <std::size_t Outputs>
LOCKSTEP_HD std::uint64_t finish_row(std::uint64_t verdict, double* out) {
    double trace = 0.0;  // infinity times zero is NaN, and NaN stays
    for (std::size_t k = 0; k < Outputs; ++k) trace = fused(out[k], 0.0, trace);
    std::uint64_t const unfit = row_verdict::of(row_outcome::value_is_not_finite).code;
    verdict = first_verdict(verdict, trace == 0.0 ? 0 : unfit);
    for (std::size_t k = 0; k < Outputs; ++k) out[k] = verdict == 0 ? out[k] : 0.0;
    return verdict;
}

}  // namespace detail

}  // namespace lockstep
