// The words of the log for people: what kinds, flags, terms and refusals are called in JSON lines,
// receipts and messages. One table for each enum, both ways. A binary log can hold numbers that
// mean nothing (their command is refused when it runs): they have no_name.
#pragma once

#include <optional>
#include <string_view>

#include "margin/ledger/status.h"
#include "margin/state/position.h"
#include "margin/state/transaction.h"

namespace lockstep {

inline constexpr std::string_view no_name = "unknown";

std::string_view name_of(transaction_kind kind);
std::string_view name_of(apply_status status);
std::string_view name_of(order_side side);
std::string_view name_of(order_type type);
std::string_view name_of(time_in_force force);
std::string_view name_of(self_trade prevention);
std::string_view name_of(exercise_advice advice);
std::string_view name_of_flag(std::uint16_t bit);

std::optional<transaction_kind> kind_named(std::string_view name);
std::optional<order_side> side_named(std::string_view name);
std::optional<order_type> type_named(std::string_view name);
std::optional<time_in_force> force_named(std::string_view name);
std::optional<self_trade> prevention_named(std::string_view name);
std::optional<exercise_advice> advice_named(std::string_view name);
std::optional<std::uint16_t> flag_named(std::string_view name);

}  // namespace lockstep
