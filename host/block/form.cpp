#include "host/block/form.h"

#include <cstring>

#include "host/block/kinds.h"

namespace lockstep {

namespace {

/// A link of a chain that goes to a book.
bool is_for_a_book(transaction_kind kind) {
    return has_trait(kind, kind_trait::sets_aside) && kind_may_be_linked(kind);
}

}  // namespace

apply_status refuse_form(transaction_row const& t) {
    if (!has_trait(t.kind, kind_trait::known)) return apply_status::kind_is_unknown;
    if (t.id.is_zero()) return apply_status::id_must_not_be_zero;
    constexpr std::uint8_t zeros[sizeof t.reserved] = {};
    if (std::memcmp(t.reserved, zeros, sizeof zeros) != 0)
        return apply_status::reserved_field_must_be_zero;
    bool const quarantine =
        t.kind == transaction_kind::suspend && (t.flags & transaction_flag::reduce_only) != 0;
    bool const of_instrument = (t.flags & transaction_flag::on_instrument) != 0;
    if ((t.flags & ~traits_of(t.kind).flags) != 0 || (quarantine && !of_instrument))
        return apply_status::flags_do_not_fit_the_kind;
    return apply_status::applied;
}

apply_status refuse_chain(std::span<transaction_row const> chain) {
    if (chain.back().flags & transaction_flag::linked)
        return apply_status::chain_is_open_at_the_end_of_the_block;
    if (chain.size() > chain_max) return apply_status::chain_is_too_long;
    bool cash = false;
    bool orders = false;
    bool repeats = false;
    for (std::size_t i = 0; i < chain.size(); ++i) {
        bool const order = is_for_a_book(chain[i].kind);
        orders = orders || order;
        cash = cash || (!order && chain[i].kind != transaction_kind::combo_order &&
                        kind_may_be_linked(chain[i].kind));
        for (std::size_t j = 0; order && j < i; ++j)
            repeats = repeats ||
                      (is_for_a_book(chain[j].kind) && chain[j].instrument == chain[i].instrument);
    }
    if (cash && orders) return apply_status::chain_mixes_cash_and_orders;
    return repeats ? apply_status::chain_repeats_an_instrument : apply_status::applied;
}

apply_status answer_repeat(transaction_row const& first, apply_status outcome,
                           transaction_row const& again) {
    if (again.kind != first.kind) return apply_status::exists_with_different_kind;
    if (again.flags != first.flags) return apply_status::exists_with_different_flags;
    if (again.account != first.account) return apply_status::exists_with_different_account;
    if (again.counterparty != first.counterparty)
        return apply_status::exists_with_different_counterparty;
    if (again.instrument != first.instrument) return apply_status::exists_with_different_instrument;
    if (again.asset != first.asset) return apply_status::exists_with_different_asset;
    if (again.amount != first.amount) return apply_status::exists_with_different_amount;
    if (again.price != first.price) return apply_status::exists_with_different_price;
    if (std::memcmp(&again, &first, sizeof first) != 0)
        return apply_status::exists_with_different_terms;
    return outcome == apply_status::applied ? apply_status::exists
                                            : apply_status::id_already_failed;
}

}  // namespace lockstep
