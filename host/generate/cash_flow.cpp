#include "host/generate/cash_flow.h"

#include "pricing/base/money.h"

namespace lockstep {

namespace {

constexpr std::size_t remembered_max = 1'024;

std::uint32_t count_of(std::vector<transaction_row> const& rows) {
    return static_cast<std::uint32_t>(rows.size());
}

}  // namespace

transaction_row cash_flow::some(transaction_kind kind, draws& d) const {
    transaction_row t{};
    t.kind = kind;
    t.account = people_.anybody(d);
    t.amount = (1 + d.below(1000)) * nanos_per_cent;
    if (kind == transaction_kind::transfer) t.counterparty = people_.other_than(t.account, d);
    return t;
}

std::vector<transaction_row> cash_flow::from_hand_to_hand(draws& d) const {
    std::vector<transaction_row> transfers{some(transaction_kind::transfer, d)};
    for (std::uint32_t more = 1 + d.below(3); more > 0; --more) {
        transaction_row t = transfers.back();
        t.account = t.counterparty;
        t.counterparty = people_.other_than(t.account, d);
        if (d.below(4) == 0) t.amount *= 1'000;
        transfers.push_back(t);
    }
    return transfers;
}

transaction_row cash_flow::promise(std::int64_t now, draws& d) const {
    transaction_row t = some(transaction_kind::transfer, d);
    t.flags = transaction_flag::pending;
    t.amount *= 1 + d.below(100);
    if (d.below(3) == 0) t.until = now + (1 + d.below(8)) * nanos_per_unit;
    return t;
}

void cash_flow::sent(transaction_row const& promise, draws& d) {
    if (promises_.size() < remembered_max)
        promises_.push_back(promise);
    else
        promises_[d.below(remembered_max)] = promise;
}

transaction_row cash_flow::keep(draws& d) {
    transaction_row& first = promises_[d.below(count_of(promises_))];
    transaction_row t{};
    t.kind = d.below(3) == 0 ? transaction_kind::void_pending : transaction_kind::post_pending;
    t.account = first.account;
    t.target = first.id;
    if (t.kind == transaction_kind::post_pending && d.below(2) == 0) t.amount = first.amount / 2;
    if (d.below(8) != 0) {
        first = promises_.back();
        promises_.pop_back();
    }
    return t;
}

}  // namespace lockstep
