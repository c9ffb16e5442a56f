#include "host/generate/market_operator.h"

#include "pricing/base/money.h"

namespace lockstep {

transaction_row market_operator::says(market_event event, double progress, draws& d) {
    if (event == market_event::suspend) return suspension(d);
    if (event == market_event::account) return newcomer(d);
    if (event == market_event::interest || event == market_event::socialise)
        return of_an_asset(event, d);
    std::uint32_t const seat = seat_for(event, d);
    transaction_row t{};
    t.instrument = market_[seat].instrument;
    switch (event) {
        case market_event::funding:
            t.kind = transaction_kind::funding;
            t.amount = static_cast<std::int64_t>(d.normal() * 100'000);  // a deviation of 0.01 %
            return t;
        case market_event::assign: return market_.assign(seat, d);
        case market_event::session: t.kind = transaction_kind::session_settle; return t;
        case market_event::fees:
            t.kind = transaction_kind::fee_change;
            t.aux[0] = d.below(300);
            t.aux[1] = t.aux[0] + d.below(500);
            return t;
        case market_event::tier: tier(t, market_[seat].asset == 1, d); return t;
        case market_event::mass_cancel:
            t = {};
            t.kind = transaction_kind::mass_cancel;
            whom_or_what(t, d);
            t.account = people_.anybody(d);
            if (d.below(4) == 0) t.flags |= transaction_flag::whole_owner;
            return t;
        default: market_.move(seat, progress, d); return market_.mark(seat);
    }
}

/// One of three whose bounds are 1,000, 4,000 and 16,000, or a 30,000th of that in coins; one of
/// eight is taken away, if it is there.
void market_operator::tier(transaction_row& t, bool in_coin, draws& d) {
    std::uint32_t const step = d.below(3);
    std::int64_t const bound = (std::int64_t{1'000} << 2 * step) * nanos_per_unit;
    t.kind = transaction_kind::set_tier;
    t.amount = in_coin ? bound / 30'000 : bound;
    std::uint32_t const rate = 100'000 + 50'000 * step + d.below(50'000);
    if (d.below(8) == 0) return;
    t.aux[0] = rate;
    t.aux[1] = rate / 2;
}

/// A drawn seat, or the next one that can pay such a thing; when there is none, the drawn one.
std::uint32_t market_operator::seat_for(market_event event, draws& d) const {
    std::uint32_t const drawn = people_.one_of(market_.size(), d);
    if (event == market_event::assign) return market_.option_from(drawn);
    for (std::uint32_t i = 0; i < market_.size(); ++i) {
        std::uint32_t const seat = (drawn + i) % market_.size();
        if (event == market_event::funding && !market_.is_perpetual(seat)) continue;
        if (event == market_event::session && market_.is_option(seat)) continue;
        return seat;
    }
    return drawn;
}

/// An account, or (with the flag) an instrument.
void market_operator::whom_or_what(transaction_row& t, draws& d) const {
    if (d.below(2) == 0) {
        t.account = people_.anybody(d);
        return;
    }
    t.flags = transaction_flag::on_instrument;
    t.instrument = market_[people_.one_of(market_.size(), d)].instrument;
}

/// A yearly rate around 5 %; or from a millionth to a thousand units of a deficit.
transaction_row market_operator::of_an_asset(market_event event, draws& d) const {
    transaction_row t{};
    t.asset = d.below(people_.assets);
    bool const pays = event == market_event::interest;
    t.kind = pays ? transaction_kind::interest : transaction_kind::socialise;
    t.amount = pays ? static_cast<std::int64_t>((0.05 + 0.05 * d.normal()) * 1e9)
                    : static_cast<std::int64_t>(exponential(d.uniform() * logarithm(1e9)) * 1e3);
    return t;
}

transaction_row market_operator::newcomer(draws& d) const {
    transaction_row t{};
    t.kind = transaction_kind::create_account;
    t.asset = d.below(people_.assets);
    t.counterparty = 1 + d.below(people_.accounts);
    return t;
}

/// One at a time is suspended, until the next event of this kind.
transaction_row market_operator::suspension(draws& d) {
    transaction_row t = suspended_;
    suspended_ = {};
    if (t.kind == transaction_kind::suspend) {
        t.kind = transaction_kind::resume;
        t.flags &= transaction_flag::on_instrument;
        return t;
    }
    t.kind = transaction_kind::suspend;
    whom_or_what(t, d);
    if (t.flags != 0 && d.below(2) == 0) t.flags |= transaction_flag::reduce_only;
    suspended_ = t;
    return t;
}

}  // namespace lockstep
