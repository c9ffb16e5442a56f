// The first step of a block, done by one writer in log order: every command is entered in the
// history, its id is looked up, what it names is found, and what it creates is created. Afterwards
// each command knows the rows it may touch, and tables do not grow until the block is done.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "host/block/form.h"
#include "host/block/found_accounts.h"
#include "host/block/fund_promises.h"
#include "host/block/room.h"
#include "host/block/signature_gate.h"
#include "host/exec/program.h"
#include "host/state/engine_state.h"
#include "margin/ledger/reserve.h"

namespace lockstep {

inline constexpr std::uint32_t no_row = UINT32_MAX;

/// A command of the block with the rows that it names, resolved. Rows it does not have are no_row.
struct prepared_command {
    std::uint32_t first_account = no_row;   // pays or places
    std::uint32_t second_account = no_row;  // is paid
    std::uint32_t first_position = no_row;
    std::uint32_t second_position = no_row;
    std::uint32_t pending = no_row;
    std::uint32_t slot = no_row;       // of the open order that is placed or meant
    std::uint32_t target = no_row;     // place in the history
    std::uint32_t repeat_of = no_row;  // place in the history of the first command with this id
    apply_status status = apply_status::applied;
    bool to_admit = false;    // has account rows to check
    bool has_room = true;     // in the totals that it adds to (room.h)
    bool is_covered = false;  // what the account lacks that is closed (fund_promises.h)
    bool opened = false;      // its order has come to the book
    // Of the command itself, so that steps which ask no more do not fetch its 128 bytes.
    bool linked = false;  // with the next one
    transaction_kind kind = transaction_kind::none;
    std::uint32_t instrument = no_row;  // of the book that is meant
};

/// Commands [first, last) of the block that succeed or fail together.
struct task_range {
    std::uint32_t first, last;
};

struct prepared_block {
    std::size_t first_place = 0;            // of the block's commands in the history
    std::span<transaction_row const> rows;  // the commands themselves
    big_vector<prepared_command> commands;
    big_vector<order_reserve> reserves;         // by command: what an order was admitted with
    big_vector<order_reserve> second_reserves;  // of counterparties; empty where there are none
    big_vector<task_range> tasks;               // of the admit step, in log order
    std::vector<std::uint32_t> key_begin;       // tasks + 1, when keys were asked for
    std::vector<exec::row_key> keys;
    std::vector<std::uint32_t> at_end;  // commands on instruments and assets, in log order
    block_room room;
    fund_promises fund;
    found_accounts found;
    std::uint64_t kinds = 0;    // a bit for each that is among those to be carried out
    bool has_orders = false;    // a command for a book is among them
    bool names_owners = false;  // a mass cancel for all accounts of an owner

    void note(transaction_kind kind) { kinds |= bit(kind); }
    /// Whether a command of one of these kinds may have an effect: steps that serve few kinds need
    /// not look at a block without them.
    template <class... Kinds>
    bool has_any(Kinds... of) const {
        return (kinds & (bit(of) | ...)) != 0;
    }

  private:
    static std::uint64_t bit(transaction_kind kind) {
        return std::uint64_t{1} << static_cast<unsigned>(kind);
    }
};

/// Enters the block into the state, command by command as the gate lets them pass. `with_keys`:
/// also say which rows each task may touch (all but the serial executor need it). Reuses the memory
/// of `out`.
void prepare(engine_state& state, block const& b, signature_gate& gate, bool with_keys,
             prepared_block& out);

/// The place of the first command with this id, or no_row when it is new: then it is entered under
/// `place`, where the history has it.
std::uint32_t first_with_id(engine_state& state, client_id id, std::uint32_t hash,
                            std::uint32_t place);

/// Says afterwards which rows each task may touch.
void declare_keys(prepared_block& out);

}  // namespace lockstep
