// Why an account stands as it does after a block: the commands that touched it with what became of
// them, and every number that the decisions were made from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/store/block_walk.h"
#include "host/store/ledger_store.h"
#include "host/store/shown_account.h"

namespace lockstep {

/// A command that names the account, or an order or pending transfer of its.
struct explained_command {
    transaction_row command;
    transaction_row terms;  // of an amendment, with side and instrument of the order that it means
    receipt_row receipt;
    std::optional<explained_lack> lack;  // as things stood when it was refused
    std::optional<std::int64_t> limit;   // that an order without a price was given
};

/// A position under the mark of its moment. Parts of the requirement, in nanos.
struct explained_position {
    std::uint32_t instrument = 0;
    std::int64_t size = 0, cost = 0, mark = 0;
    std::int64_t initial = 0, maintenance = 0, unrealised = 0;
    std::int64_t open_buy = 0, open_sell = 0;
    std::int64_t noticed = 0;  // to be exercised
    exercise_advice advice = exercise_advice::none;
    std::uint64_t tiers_set = 0;  // the command that changed its instrument's tiers last; 0: none
};

struct explained_moment {
    bool exists = false;
    account_row account{};
    std::vector<explained_position> positions;  // by instrument

    std::int64_t free_cash() const { return shown_free_cash(account); }
    std::int64_t equity() const { return shown_equity(account); }
};

struct explanation {
    std::uint64_t block = 0;
    std::int64_t time = 0;
    std::uint32_t account = 0;
    explained_moment before, after;
    std::vector<explained_command> commands;
    std::vector<cancellation> cancellations;  // what its orders lost without a trade
    std::vector<explained_payment> payments;  // all that cash has changed by
    std::vector<std::string> reasons;         // sentences
};

/// Runs the journal up to the block again. Throws input_error when there is no such block, or no
/// such account after it.
explanation explain(ledger_store const& store, std::uint32_t account, std::uint64_t block,
                    backend& device);

std::string text_of(explanation const& e);
std::string json_of(explanation const& e);

}  // namespace lockstep
