// Value at risk and expected shortfall of one account over scenarios, and what each of its books
// adds to them: every position's gains added up exactly, the worst scenarios in order, the tail of
// what they say (margin/tail.h). The body that backends run for every account at once.
#pragma once

#include "margin/tail.h"
#include "pricing/base/decimal.h"

namespace lockstep {

/// Gains of contracts by scenario, and who holds them. The accounts' sets lie in order: account a
/// has those from first_set[a] to before first_set[a + 1].
struct tail_inputs {
    std::int64_t const* gains;  // of one contract, in nanos: by instrument, then scenario
    std::uint32_t scenarios;    // at least one
    view<std::uint32_t const> tails_ppm;
    view<std::uint32_t const> first_set;  // accounts + 1
    view<std::uint32_t const> begin;      // sets + 1: where the set's positions are
    view<std::uint32_t const> instrument;
    view<std::int64_t const> lots;          // signed quantity / 10^lot_exponent nanos
    view<std::uint8_t const> lot_exponent;  // by set, in [0, 9]

    LOCKSTEP_HD std::size_t accounts() const {
        return first_set.count == 0 ? 0 : first_set.count - 1;
    }
    /// How many of the worst scenarios the widest tail reaches into.
    LOCKSTEP_HD std::uint32_t places() const {
        std::uint32_t most = 1;
        for (std::size_t l = 0; l < tails_ppm.count; ++l) {
            std::uint32_t const reach = tail_places(scenarios, tails_ppm[l]);
            most = reach > most ? reach : most;
        }
        return most;
    }
};

/// The scenario in which an account loses most; losses are positive.
struct tail_extreme {
    int128 loss;
    std::uint32_t scenario;
};

/// What a book of an account adds: components are Euler's, the book's own loss in the account's
/// tail scenarios, and add up to the account's; incremental is the account's value at risk less
/// what it would be without the book.
struct component_loss {
    int128 value_at_risk, expected_shortfall, incremental;
};

/// One account's results, and room for all of its sets': by level, and by set and level.
struct tail_outputs {
    tail_extreme* worst;
    tail_loss* losses;
    component_loss* components;  // of all accounts
};

/// A column whose elements lie `stride` apart, so that threads of a device can lie side by side.
template <class T>
struct strided {
    T* data;
    std::size_t stride;
    LOCKSTEP_HD T& operator[](std::size_t i) const { return data[i * stride]; }
};

/// Two columns as long as the scenarios and two as long as places().
struct tail_scratch {
    strided<int128> account, book;
    strided<std::uint32_t> order, order_without;
};

namespace detail {

LOCKSTEP_HD void add_up_book(tail_inputs const& in, std::size_t set, strided<int128> const& sum) {
    for (std::uint32_t s = 0; s < in.scenarios; ++s) sum[s] = 0;
    for (std::uint32_t p = in.begin[set]; p < in.begin[set + 1]; ++p) {
        std::int64_t const* const cells =
            in.gains + static_cast<std::size_t>(in.instrument[p]) * in.scenarios;
        int128 const lots = in.lots[p];
        for (std::uint32_t s = 0; s < in.scenarios; ++s) sum[s] += lots * cells[s];
    }
    int const places = 9 - in.lot_exponent[set];
    for (std::uint32_t s = 0; s < in.scenarios; ++s)
        sum[s] = divide_by_power_of_ten(sum[s], places, rounding::down);
}

/// Keeps the worst of all scenarios in a heap whose top is the best of them, and takes it apart
/// into rising order. Equal gains stand in order of scenario, so that the order is one.
template <class GainT>
struct worst_heap {
    GainT const& gain;
    strided<std::uint32_t> const& order;

    LOCKSTEP_HD bool worse(std::uint32_t a, std::uint32_t b) const {
        int128 const x = gain(a), y = gain(b);
        return x != y ? x < y : a < b;
    }
    LOCKSTEP_HD void sink(std::uint32_t at, std::uint32_t count) const {
        std::uint32_t const moved = order[at];
        for (std::uint32_t child; (child = 2 * at + 1) < count; at = child) {
            if (child + 1 < count && worse(order[child], order[child + 1])) ++child;
            if (!worse(moved, order[child])) break;
            order[at] = order[child];
        }
        order[at] = moved;
    }
    LOCKSTEP_HD void rank(std::uint32_t scenarios, std::uint32_t places) const {
        for (std::uint32_t s = 0; s < places; ++s) order[s] = s;
        for (std::uint32_t at = places / 2; at-- > 0;) sink(at, places);
        for (std::uint32_t s = places; s < scenarios; ++s) {
            if (!worse(s, order[0])) continue;
            order[0] = s;
            sink(0, places);
        }
        for (std::uint32_t last = places; last-- > 1;) {
            std::uint32_t const best = order[0];
            order[0] = order[last];
            order[last] = best;
            sink(0, last);
        }
    }
};

/// Fills order with the `places` worst scenarios, the worst first.
template <class GainT>
LOCKSTEP_HD void rank_worst(GainT const& gain, std::uint32_t scenarios, std::uint32_t places,
                            strided<std::uint32_t> const& order) {
    worst_heap<GainT>{gain, order}.rank(scenarios, places);
}

/// gain(order[i]), as tail_of_worst asks for it.
template <class GainT>
struct in_order {
    GainT const& gain;
    strided<std::uint32_t> const& order;
    LOCKSTEP_HD int128 operator[](std::size_t i) const { return gain(order[i]); }
};

struct gains_held {
    strided<int128> const& sum;
    LOCKSTEP_HD int128 operator()(std::uint32_t s) const { return sum[s]; }
};
struct gains_without {
    strided<int128> const& sum;
    strided<int128> const& book;
    LOCKSTEP_HD int128 operator()(std::uint32_t s) const { return sum[s] - book[s]; }
};

LOCKSTEP_HD void take_component(tail_inputs const& in, std::uint32_t places,
                                tail_scratch const& scratch, tail_loss const* whole,
                                component_loss* out) {
    gains_held const own{scratch.book};
    gains_without const rest{scratch.account, scratch.book};
    rank_worst(rest, in.scenarios, places, scratch.order_without);
    in_order<gains_held> const share{own, scratch.order};
    in_order<gains_without> const without{rest, scratch.order_without};
    for (std::size_t l = 0; l < in.tails_ppm.count; ++l) {
        std::uint32_t const ppm = in.tails_ppm[l];
        tail_loss const part = tail_of_worst(share, in.scenarios, ppm);
        tail_loss const other = tail_of_worst(without, in.scenarios, ppm);
        out[l] = {part.value_at_risk, part.expected_shortfall,
                  whole[l].value_at_risk - other.value_at_risk};
    }
}

}  // namespace detail

/// An account's gains by scenario; the last of its books' stay in scratch.book.
LOCKSTEP_HD void add_up_account(tail_inputs const& in, std::size_t account,
                                tail_scratch const& scratch) {
    for (std::uint32_t s = 0; s < in.scenarios; ++s) scratch.account[s] = 0;
    for (std::uint32_t set = in.first_set[account]; set < in.first_set[account + 1]; ++set) {
        detail::add_up_book(in, set, scratch.book);
        for (std::uint32_t s = 0; s < in.scenarios; ++s) scratch.account[s] += scratch.book[s];
    }
}

/// Judges one account. `places` is in.places().
LOCKSTEP_HD void judge_tail(tail_inputs const& in, std::size_t account, std::uint32_t places,
                            tail_scratch const& scratch, tail_outputs const& out) {
    std::size_t const levels = in.tails_ppm.count;
    add_up_account(in, account, scratch);
    detail::gains_held const gains{scratch.account};
    detail::rank_worst(gains, in.scenarios, places, scratch.order);
    std::uint32_t const worst = scratch.order[0];
    out.worst[account] = {-gains(worst), worst};
    tail_loss* const losses = out.losses + account * levels;
    detail::in_order<detail::gains_held> const ordered{gains, scratch.order};
    for (std::size_t l = 0; l < levels; ++l)
        losses[l] = detail::tail_of_worst(ordered, in.scenarios, in.tails_ppm[l]);
    // The last book's gains are at hand; the others' are added up again, for want of room.
    std::uint32_t const first = in.first_set[account], last = in.first_set[account + 1];
    for (std::uint32_t set = last; set-- > first;) {
        if (set + 1 < last) detail::add_up_book(in, set, scratch.book);
        detail::take_component(in, places, scratch, losses, out.components + set * levels);
    }
}

}  // namespace lockstep
