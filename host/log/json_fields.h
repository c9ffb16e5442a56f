// The number fields of a JSON line, for its reader and its writer: where each goes, and how it is
// written.
#pragma once

#include <string_view>

#include "margin/state/transaction.h"

namespace lockstep {

enum class field_form { nanos, integer, word32 };

struct number_field {
    std::string_view name;
    field_form form;
    std::int64_t transaction_row::*wide = nullptr;
    std::uint32_t transaction_row::*narrow = nullptr;
};

inline constexpr number_field number_fields[] = {
    {"amount", field_form::nanos, &transaction_row::amount},
    {"price", field_form::nanos, &transaction_row::price},
    {"trigger", field_form::nanos, &transaction_row::trigger},
    {"display", field_form::nanos, &transaction_row::display},
    {"until", field_form::integer, &transaction_row::until},
    {"account", field_form::word32, nullptr, &transaction_row::account},
    {"counterparty", field_form::word32, nullptr, &transaction_row::counterparty},
    {"instrument", field_form::word32, nullptr, &transaction_row::instrument},
    {"asset", field_form::word32, nullptr, &transaction_row::asset},
    {"user_data", field_form::word32, nullptr, &transaction_row::user_data},
};

}  // namespace lockstep
