// Options on a forward that may fall below zero: Bachelier (1900), the forward normal with a vol in
// units of its price.
//
//   V = B (cp (F - K) N(cp d) + s n(d)),   s = vol sqrt(T),  d = (F - K) / s,  B = exp(-r T)
//
// Everything is a select, nothing a branch. A total vol below 2^-200 is none: the value is the
// discounted intrinsic value, delta a step (one half of it where forward equals strike).
#pragma once

#include "pricing/base/exp_log.h"
#include "pricing/base/normal.h"
#include "pricing/base/platform.h"
#include "pricing/model/option.h"
#include "pricing/model/row_model.h"

namespace lockstep {

/// Price and Greeks, per 1.00 of the input and per year; theta forward in calendar time, rho at a
/// fixed forward. Flags: option_flag::put.
struct bachelier_model {
    static constexpr std::size_t inputs = 5, outputs = 6;
    static constexpr char const* input_names[inputs] = {"forward", "strike", "time", "rate", "vol"};
    static constexpr char const* output_names[outputs] = {"price", "delta", "gamma",
                                                          "vega",  "theta", "rho"};

    LOCKSTEP_HD std::uint64_t operator()(double const* in, std::uint64_t flags, double* out) const {
        double const forward = in[0], strike = in[1], time = in[2], rate = in[3], vol = in[4];
        constexpr double everything = -infinity;
        std::uint64_t verdict = detail::verdict_on_input(in, 0, everything);
        verdict = detail::first_verdict(verdict, detail::verdict_on_input(in, 1, everything));
        verdict = detail::first_verdict(verdict, detail::verdict_on_input(in, 2, 0.0));
        verdict = detail::first_verdict(verdict, detail::verdict_on_input(in, 3, everything));
        verdict = detail::first_verdict(verdict, detail::verdict_on_input(in, 4, 0.0));

        double const sign = (flags & option_flag::put) != 0 ? -1.0 : 1.0;
        double const discount = exponential(-rate * time);
        double const root_time = square_root(time);
        double const s = vol * root_time;
        bool const alive = s >= 0x1p-200;
        double const distance = forward - strike;
        double const reciprocal = 1.0 / (alive ? s : 1.0);
        double const step = distance > 0.0 ? far : (distance < 0.0 ? -far : 0.0);
        double d = distance * reciprocal;
        d = d > far ? far : d;
        d = d < -far ? -far : d;
        d = alive ? d : step;

        normal_pair const at = normal_cdf_pdf(d);
        double const side = sign > 0.0 ? at.cdf : at.complement;  // N(cp d)
        double const dense = alive ? discount * at.pdf : 0.0;
        double const held = sign * discount * side;
        double const price = fused(dense, s, held * distance);
        double const intrinsic = sign * distance > 0.0 ? sign * distance * discount : 0.0;
        out[0] = price < intrinsic ? intrinsic : price;
        out[1] = held;
        out[2] = dense * (alive ? reciprocal : 0.0);
        out[3] = dense * root_time;
        double const decay = alive ? 0.5 * vol * vol * reciprocal : 0.0;  // ds/dT
        out[4] = fused(rate, out[0], -(dense * decay));
        out[5] = -time * out[0];
        return detail::finish_row<outputs>(verdict, out);
    }

  private:
    static constexpr double far = 64.0;  // N(64) = 1 and n(64) = 0
};

}  // namespace lockstep
