// Forward and discount factor of an expiry from its European options alone.
//
// A call less a put of one strike pays S - K, so that C - P = D (F - K) whatever the vol: a
// straight line in K, whose slope is -D and whose zero is F. Dividends are in F already. The line
// is fitted with weights from the spreads of both quotes; pairs that lie far off it (stale quotes)
// are given Huber's weights first, and Tukey's, which end at zero, once the line is known.
#pragma once

#include <cstdint>

#include "pricing/base/platform.h"
#include "pricing/base/view.h"
#include "pricing/market/robust_loss.h"

namespace lockstep {

/// A call and a put of one strike, by their mid prices as paid today.
struct parity_pair {
    double strike;
    double call_less_put;
    double spread;  // > 0: how far that may be off
};

enum class parity_status : std::uint8_t {
    computed = 0,
    too_few_strikes,           // three, so that one can be wrong and be seen to be
    discount_is_not_positive,  // dearer calls at higher strikes: these are no quotes of one moment
};

struct parity_line {
    double forward;
    double discount;
    double residual;  // root of the weighted mean square, in spreads
    int pairs;        // that had any weight in the end
    parity_status status;
};

namespace parity_detail {

inline constexpr double tukey_end = 6.0;
inline constexpr int rounds = 12;  // of each kind

enum class robust : std::uint8_t { no, huber, tukey };

LOCKSTEP_HD double robust_weight(robust kind, double size) {
    if (kind == robust::huber) return huber_weight(size);
    if (kind == robust::no) return 1.0;
    double const part = size / tukey_end, rest = 1.0 - part * part;
    return part < 1.0 ? rest * rest : 0.0;
}

/// The line that fits best under the weights that its predecessor gives. Strikes are taken from
/// their mean: they are large against their spread.
LOCKSTEP_HD parity_line next_line(view<parity_pair const> pairs, parity_line const& before,
                                  robust kind) {
    double weights = 0, strikes = 0, values = 0, squares = 0;
    int counted = 0;
    auto const weight_of = [&](parity_pair const& p) {
        double const off = p.call_less_put - before.discount * (before.forward - p.strike);
        double const size = (off < 0.0 ? -off : off) / p.spread;
        return robust_weight(kind, size) / (p.spread * p.spread);
    };
    for (parity_pair const& p : pairs) {
        double const weight = weight_of(p);
        weights += weight;
        strikes += weight * p.strike;
        values += weight * p.call_less_put;
        counted += weight > 0.0;
    }
    double const strike = strikes / weights, value = values / weights;
    double cross = 0, spread = 0;
    for (parity_pair const& p : pairs) {
        double const weight = weight_of(p), off = p.strike - strike;
        spread += weight * off * off;
        cross += weight * off * (p.call_less_put - value);
    }
    double const discount = -cross / spread;
    parity_line line{strike + value / discount, discount, 0.0, counted, parity_status::computed};
    for (parity_pair const& p : pairs) {
        double const off = p.call_less_put - discount * (line.forward - p.strike);
        squares += weight_of(p) * off * off;
    }
    line.residual = square_root(squares / counted);
    if (!(discount > 0.0)) line.status = parity_status::discount_is_not_positive;
    return line;
}

}  // namespace parity_detail

/// Pairs of one expiry, each strike once. With `robust` false every pair keeps its weight.
LOCKSTEP_HD parity_line fit_parity(view<parity_pair const> pairs, bool robust = true) {
    using kind = parity_detail::robust;
    if (pairs.size() < 3)
        return {0, 0, 0, static_cast<int>(pairs.size()), parity_status::too_few_strikes};
    parity_line line = parity_detail::next_line(pairs, {}, kind::no);
    if (!robust) return line;
    for (int i = 0; i < parity_detail::rounds && line.status == parity_status::computed; ++i)
        line = parity_detail::next_line(pairs, line, kind::huber);
    if (line.status != parity_status::computed) return line;
    // Where most pairs lie beyond its end, Tukey's weights have nothing to hold on to.
    parity_line const held = line;
    for (int i = 0; i < parity_detail::rounds; ++i) {
        line = parity_detail::next_line(pairs, line, kind::tukey);
        bool const lost = line.status != parity_status::computed ||
                          2 * static_cast<std::size_t>(line.pairs) < pairs.size() || line.pairs < 3;
        if (lost) return held;
    }
    return line;
}

}  // namespace lockstep
