#include "host/generate/order_flow.h"

#include <algorithm>

#include "pricing/base/money.h"

namespace lockstep {

namespace {

constexpr std::size_t remembered_max = 8'192;
constexpr std::size_t buyers_max = 64;

std::int64_t signed_towards(order_side side, std::int64_t ticks) {
    return side == order_side::buy ? ticks : -ticks;
}

}  // namespace

transaction_row order_flow::order(std::uint32_t seat, std::uint32_t account, draws& d) const {
    market_seat const& s = market_[seat];
    transaction_row t{};
    t.kind = transaction_kind::place_order;
    t.account = account;
    t.instrument = s.instrument;
    t.side = d.below(2) == 0 ? order_side::buy : order_side::sell;
    t.amount = (1 + d.below(20)) * s.lot;
    return t;
}

transaction_row order_flow::plain(std::uint32_t seat, std::uint32_t account, draws& d) const {
    market_seat const& s = market_[seat];
    transaction_row t = order(seat, account, d);
    bool const takes = d.below(3) == 0;
    auto const reach =
        static_cast<std::uint32_t>(std::clamp<std::int64_t>(s.mark_ticks / 200, 2, 1'000));
    std::int64_t const away = 1 + d.below(reach);
    std::int64_t const ticks = s.mark_ticks + signed_towards(t.side, takes ? away : -away);
    t.price = std::max<std::int64_t>(ticks, 1) * s.tick;
    if (takes) t.force = time_in_force::immediate_or_cancel;
    return t;
}

transaction_row order_flow::any(std::uint32_t seat, std::uint32_t account, std::int64_t now,
                                draws& d) const {
    transaction_row t = plain(seat, account, d);
    t.prevention = static_cast<self_trade>(d.below(4));
    if (d.below(20) == 0) t.amount *= d.below(2) == 0 ? 20 : 400;
    if (d.below(2) == 0) vary(t, market_[seat], now, d);
    return t;
}

void order_flow::vary(transaction_row& t, market_seat const& s, std::int64_t now, draws& d) const {
    t.force = time_in_force::good_til_cancelled;
    std::int64_t const behind = signed_towards(t.side, 1 + d.below(20)) * s.tick;
    std::int64_t const mark = s.mark_ticks * s.tick;
    switch (d.below(10)) {
        case 0:
        case 1:
            t.type = order_type::market;
            t.price = 0;
            t.force = time_in_force::immediate_or_cancel;
            break;
        case 2: t.force = time_in_force::fill_or_kill; break;
        case 3: t.flags = transaction_flag::post_only; break;
        case 4: t.flags = transaction_flag::reduce_only; break;
        case 5:
            t.force = time_in_force::good_til_date;
            t.until = now + (1 + d.below(8)) * nanos_per_unit;
            break;
        case 6:
            t.type = order_type::stop_limit;
            t.trigger = std::max(mark + behind, s.tick);
            break;
        case 7:
            t.type = order_type::stop;
            t.price = 0;
            t.trigger = std::max(mark + behind, s.tick);
            break;
        case 8:
            t.type = order_type::trailing_stop;
            t.price = 0;
            t.trigger = (1 + d.below(20)) * s.tick;
            break;
        default: t.display = s.lot; break;
    }
}

transaction_row order_flow::leg(std::uint32_t seat, std::uint32_t account, draws& d) const {
    market_seat const& s = market_[seat];
    transaction_row t = order(seat, account, d);
    t.kind = transaction_kind::combo_leg;
    t.amount = (1 + d.below(3)) * s.lot;
    std::int64_t const ticks = s.mark_ticks + signed_towards(t.side, 1 + s.mark_ticks / 100);
    t.price = std::max<std::int64_t>(ticks, 1) * s.tick;
    return t;
}

transaction_row order_flow::trade(std::uint32_t seat, std::uint32_t account,
                                  std::uint32_t counterparty, draws& d) {
    market_seat const& s = market_[seat];
    transaction_row t = order(seat, account, d);
    t.kind = transaction_kind::block_trade;
    t.counterparty = counterparty;
    if (d.below(4) == 0) t.amount *= 50;
    t.price = s.mark_ticks * s.tick;
    t.flags = transaction_flag::consent_first | transaction_flag::consent_second;
    remember_buyer(seat, t.side == order_side::buy ? account : counterparty);
    return t;
}

transaction_row order_flow::instruct(transaction_kind kind, std::uint32_t seat,
                                     std::uint32_t account, draws& d) const {
    option_buyer who{account, market_[seat].instrument, market_[seat].lot};
    if (!buyers_.empty() && d.below(4) != 0)
        who = buyers_[d.below(static_cast<std::uint32_t>(buyers_.size()))];
    transaction_row t{};
    t.kind = kind;
    t.account = who.account;
    t.instrument = who.instrument;
    if (kind == transaction_kind::exercise)
        t.amount = (1 + d.below(6)) * who.lot;
    else
        t.aux[0] = d.below(3);
    return t;
}

void order_flow::remember_buyer(std::uint32_t seat, std::uint32_t account) {
    if (!market_.is_option(seat)) return;
    if (buyers_.size() < buyers_max) buyers_.emplace_back();
    buyers_[bought_++ % buyers_max] = {account, market_[seat].instrument, market_[seat].lot};
}

void order_flow::sent(std::uint32_t seat, transaction_row const& t, draws& d) {
    if (t.side == order_side::buy) remember_buyer(seat, t.account);
    bool const lives =
        t.force == time_in_force::good_til_cancelled || t.force == time_in_force::good_til_date;
    if (!lives || t.type == order_type::market) return;
    market_seat const& s = market_[seat];
    open_order const order{t.id, t.account, t.amount, t.price, s.lot, s.tick};
    if (open_.size() < remembered_max)
        open_.push_back(order);
    else
        open_[d.below(remembered_max)] = order;
}

/// Three of four times among the sixteen youngest.
std::size_t order_flow::pick(draws& d) const {
    auto const count = static_cast<std::uint32_t>(open_.size());
    if (d.below(4) == 0) return d.below(count);
    return count - 1 - d.below(std::min(count, 16u));
}

transaction_row order_flow::cancel(draws& d) {
    std::size_t const at = pick(d);
    transaction_row t{};
    t.kind = transaction_kind::cancel_order;
    t.account = open_[at].account;
    t.target = open_[at].id;
    open_[at] = open_.back();
    open_.pop_back();
    return t;
}

transaction_row order_flow::amend(draws& d) const {
    open_order const& first = open_[pick(d)];
    transaction_row t{};
    t.kind = transaction_kind::amend_order;
    t.account = first.account;
    t.target = first.id;
    t.amount = first.amount;
    t.price = first.price;
    switch (d.below(3)) {
        case 0:
            t.amount = std::max<std::int64_t>(first.amount / first.lot / 2, 1) * first.lot;
            break;
        case 1: t.amount = first.amount + (1 + d.below(10)) * first.lot; break;
        default:
            if (first.price > 0)
                t.price = std::max<std::int64_t>(first.price + (d.below(21) - 10LL) * first.tick,
                                                 first.tick);
            break;
    }
    return t;
}

}  // namespace lockstep
