// Words of a ledger script that mean the same whatever stood before them: verbs, numbers, and the
// options behind a verb's arguments.
#pragma once

#include <cstdint>
#include <string>

#include "margin/state/transaction.h"

namespace lockstep::script {

/// Of a decimal number; throws when it is none.
std::int64_t nanos(std::string const& text);

/// What each verb's words mean, in order. Lower case: a name in the script.
struct verb_form {
    transaction_kind kind;
    char const* arguments;  // A account, B counterparty, X instrument, S side, Q amount, P price,
};                          // T target, W account or instrument, U asset, O owner, N its own name

/// Throws when there is no such verb.
verb_form const& verb_named(std::string const& word);

/// `word` or `word=value` after the arguments.
void set_option(transaction_row& t, std::string const& word);

}  // namespace lockstep::script
