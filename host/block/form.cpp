#include "host/block/form.h"

#include <array>
#include <cstring>

namespace lockstep {

namespace {

using namespace transaction_flag;

struct kind_form {
    bool known = false;
    std::uint16_t flags = 0;  // that it may carry
};

constexpr std::size_t kinds_max = 64;

constexpr std::array<kind_form, kinds_max> make_forms() {
    std::array<kind_form, kinds_max> forms{};
    auto const may = [&forms](transaction_kind kind, std::uint16_t flags) {
        forms[static_cast<std::size_t>(kind)] = {true, flags};
    };
    may(transaction_kind::create_asset, 0);
    may(transaction_kind::create_account, isolated);
    may(transaction_kind::create_instrument, 0);
    may(transaction_kind::mark_update, 0);
    may(transaction_kind::funding, 0);
    may(transaction_kind::expiry, 0);
    may(transaction_kind::session_settle, 0);
    may(transaction_kind::fee_change, 0);
    may(transaction_kind::suspend, on_instrument | reduce_only);
    may(transaction_kind::resume, on_instrument);
    may(transaction_kind::fund_insurance, linked);
    may(transaction_kind::deposit, linked);
    may(transaction_kind::withdraw, linked);
    may(transaction_kind::transfer, linked | pending);
    may(transaction_kind::post_pending, linked);
    may(transaction_kind::void_pending, linked);
    may(transaction_kind::place_order, linked | reduce_only | post_only);
    may(transaction_kind::amend_order, 0);
    may(transaction_kind::cancel_order, 0);
    may(transaction_kind::mass_cancel, on_instrument | whole_owner);
    may(transaction_kind::combo_order, linked);
    may(transaction_kind::combo_leg, linked | reduce_only);
    may(transaction_kind::set_key, operator_key);
    may(transaction_kind::rotate_key, operator_key);
    may(transaction_kind::revoke_key, operator_key);
    may(transaction_kind::block_trade, linked | consent_first | consent_second);
    may(transaction_kind::set_backstop, 0);
    may(transaction_kind::liquidate, 0);
    may(transaction_kind::take_over, 0);
    may(transaction_kind::deleverage, 0);
    may(transaction_kind::socialise, 0);
    may(transaction_kind::interest, 0);
    may(transaction_kind::set_tier, 0);
    may(transaction_kind::exercise, 0);
    may(transaction_kind::advise_exercise, 0);
    may(transaction_kind::assign, 0);
    return forms;
}

constexpr auto forms = make_forms();

kind_form form_of(transaction_kind kind) {
    auto const number = static_cast<std::size_t>(kind);
    return number < kinds_max ? forms[number] : kind_form{};
}

bool is_for_a_book(transaction_kind kind) {
    return kind == transaction_kind::place_order || kind == transaction_kind::combo_leg ||
           kind == transaction_kind::block_trade;
}

}  // namespace

bool kind_is_known(transaction_kind kind) { return form_of(kind).known; }
bool kind_may_be_linked(transaction_kind kind) { return (form_of(kind).flags & linked) != 0; }

apply_status refuse_form(transaction_row const& t) {
    kind_form const form = form_of(t.kind);
    if (!form.known) return apply_status::kind_is_unknown;
    if (t.id.is_zero()) return apply_status::id_must_not_be_zero;
    constexpr std::uint8_t zeros[sizeof t.reserved] = {};
    if (std::memcmp(t.reserved, zeros, sizeof zeros) != 0)
        return apply_status::reserved_field_must_be_zero;
    bool const quarantine = t.kind == transaction_kind::suspend && (t.flags & reduce_only) != 0;
    if ((t.flags & ~form.flags) != 0 || (quarantine && (t.flags & on_instrument) == 0))
        return apply_status::flags_do_not_fit_the_kind;
    return apply_status::applied;
}

apply_status refuse_chain(std::span<transaction_row const> chain) {
    if (chain.back().flags & linked) return apply_status::chain_is_open_at_the_end_of_the_block;
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
