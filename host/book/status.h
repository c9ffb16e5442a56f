// What a book answers. Refusals are sentences in order of precedence: when several would apply, the
// smallest is given. Reasons say why an order left or shrank. Never renumber: reports are hashed.
#pragma once

#include <cstdint>

namespace lockstep {

enum class book_status : std::uint8_t {
    accepted = 0,

    // The command itself.
    verb_is_unknown = 1,
    order_id_must_not_be_zero,
    terms_are_unknown,
    terms_do_not_fit_together,
    quantity_must_be_positive,
    quantity_exceeds_the_limit,
    price_must_be_positive,
    price_exceeds_the_limit,
    trigger_must_be_positive,
    trigger_exceeds_the_limit,
    display_exceeds_the_quantity,
    time_is_in_the_past,

    // The state of the book.
    book_is_suspended = 30,
    order_is_open_already,
    order_is_not_open,
    order_belongs_to_another_account,
    order_has_triggered,
    trigger_cannot_be_set,
    book_is_full,
    too_many_trailing_orders,
    trailing_order_has_no_price_to_follow,
    order_would_not_reduce,
    order_would_take_liquidity,
    order_cannot_be_filled_whole,
};

/// Why an order was cancelled, reduced or decremented.
enum class book_reason : std::uint8_t {
    none = 0,
    by_request,
    by_mass_cancel,
    expired,
    nothing_left_to_match,  // the rest of an order that may not rest
    matched_too_often,
    self_trade_newest,
    self_trade_oldest,
    self_trade_both,
    self_trade_decrement,
    would_not_reduce,
    beyond_the_position,
    would_take_liquidity,
    cannot_be_filled_whole,
    amended_to_no_more_than_filled,
    beyond_the_band,
    left_behind,      // the mark has moved: its account could not bear it any more
    cannot_be_borne,  // as it entered, at the next price or at its own
};

/// The sentence itself; empty for a number that stands for nothing.
inline char const* name_of(book_status status) {
    switch (status) {
        using enum book_status;
        case accepted: return "accepted";
        case verb_is_unknown: return "verb_is_unknown";
        case order_id_must_not_be_zero: return "order_id_must_not_be_zero";
        case terms_are_unknown: return "terms_are_unknown";
        case terms_do_not_fit_together: return "terms_do_not_fit_together";
        case quantity_must_be_positive: return "quantity_must_be_positive";
        case quantity_exceeds_the_limit: return "quantity_exceeds_the_limit";
        case price_must_be_positive: return "price_must_be_positive";
        case price_exceeds_the_limit: return "price_exceeds_the_limit";
        case trigger_must_be_positive: return "trigger_must_be_positive";
        case trigger_exceeds_the_limit: return "trigger_exceeds_the_limit";
        case display_exceeds_the_quantity: return "display_exceeds_the_quantity";
        case time_is_in_the_past: return "time_is_in_the_past";
        case book_is_suspended: return "book_is_suspended";
        case order_is_open_already: return "order_is_open_already";
        case order_is_not_open: return "order_is_not_open";
        case order_belongs_to_another_account: return "order_belongs_to_another_account";
        case order_has_triggered: return "order_has_triggered";
        case trigger_cannot_be_set: return "trigger_cannot_be_set";
        case book_is_full: return "book_is_full";
        case too_many_trailing_orders: return "too_many_trailing_orders";
        case trailing_order_has_no_price_to_follow: return "trailing_order_has_no_price_to_follow";
        case order_would_not_reduce: return "order_would_not_reduce";
        case order_would_take_liquidity: return "order_would_take_liquidity";
        case order_cannot_be_filled_whole: return "order_cannot_be_filled_whole";
    }
    return "";
}
inline char const* name_of(book_reason reason) {
    switch (reason) {
        using enum book_reason;
        case none: return "none";
        case by_request: return "by_request";
        case by_mass_cancel: return "by_mass_cancel";
        case expired: return "expired";
        case nothing_left_to_match: return "nothing_left_to_match";
        case matched_too_often: return "matched_too_often";
        case self_trade_newest: return "self_trade_newest";
        case self_trade_oldest: return "self_trade_oldest";
        case self_trade_both: return "self_trade_both";
        case self_trade_decrement: return "self_trade_decrement";
        case would_not_reduce: return "would_not_reduce";
        case beyond_the_position: return "beyond_the_position";
        case would_take_liquidity: return "would_take_liquidity";
        case cannot_be_filled_whole: return "cannot_be_filled_whole";
        case amended_to_no_more_than_filled: return "amended_to_no_more_than_filled";
        case beyond_the_band: return "beyond_the_band";
        case left_behind: return "left_behind";
        case cannot_be_borne: return "cannot_be_borne";
    }
    return "";
}

}  // namespace lockstep
