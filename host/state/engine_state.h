// The whole exchange at one moment: tables of rows, and the history of commands that made them.
// Tables grow only between steps (by one writer), so that a step may hold references into them.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "host/base/big_memory.h"
#include "host/base/hash_index.h"
#include "host/base/shared_rows.h"
#include "host/book/order_book.h"
#include "host/exec/program.h"
#include "host/state/command_history.h"
#include "host/state/owner_index.h"
#include "host/state/row_lists.h"
#include "host/state/slot_pool.h"
#include "margin/ledger/status.h"
#include "margin/state/account.h"
#include "margin/state/asset.h"
#include "margin/state/key.h"
#include "margin/state/listing.h"
#include "margin/state/pending.h"
#include "margin/state/position.h"
#include "margin/state/signature.h"
#include "margin/state/tier.h"
#include "margin/state/transaction.h"

namespace lockstep {

/// Tables that a step's tasks may write. Numbers stand in row keys, nowhere else.
enum class table : std::uint32_t { accounts = 0, positions = 1, pendings = 2 };

/// What is remembered of a command beside its bytes.
struct outcome_row {
    apply_status status = apply_status::applied;
    std::uint16_t reserved = 0;
    std::uint32_t row = UINT32_MAX;  // what it made: an account, a pending transfer, an order slot
};

/// Which books stand here, where the ranks of a job share them out. All other tables are
/// everybody's.
struct book_share {
    std::uint32_t rank = 0;
    std::uint32_t ranks = 1;

    std::uint32_t owner(std::uint32_t book) const { return book % ranks; }
    bool has(std::uint32_t book) const { return owner(book) == rank; }
};

struct engine_state {
    std::vector<asset_row> assets;
    big_vector<account_row> accounts;
    std::vector<listing_row> listings;
    big_vector<position_row> positions;
    std::vector<pending_row> pendings;
    slot_pool open_orders;
    std::vector<exchange_row> exchange = std::vector<exchange_row>(1);  // always one row
    std::vector<key_row> keys;
    std::vector<tier_row> tiers;  // of listings that have some, in order of the first
    std::vector<std::unique_ptr<order_book>> books;  // by listing; empty where another rank has it
    book_share share;
    hash_index position_rows;  // by account and instrument
    row_lists positions_of_account;
    row_lists pendings_of_account;  // by payer
    row_lists positions_of_listing;
    owner_index accounts_of_owner;  // as of its last learn()

    command_history history;              // by place; sequence number = place + 1
    chunked_table<outcome_row> outcomes;  // by place
    hash_index places;                    // by id

    std::uint64_t blocks = 0;
    std::int64_t time = 0;  // logical time of the last block, in ns

    /// The writable tables as an executor sees them; valid until a table grows.
    exec::row_store rows() {
        exec::row_store store;
        auto const name = [&store](table t, auto& rows) {
            store.tables[static_cast<std::size_t>(t)] = {reinterpret_cast<std::byte*>(rows.data()),
                                                         sizeof rows[0], rows.size()};
        };
        name(table::accounts, accounts);
        name(table::positions, positions);
        name(table::pendings, pendings);
        return store;
    }
    static std::uint32_t position_hash(std::uint32_t account, std::uint32_t instrument) {
        return hash_of(account, instrument);
    }
    /// The row of an account's position; hash_index::absent when there is none.
    std::uint32_t find_position(std::uint32_t account, std::uint32_t instrument) const {
        return position_rows.find(position_hash(account, instrument), [&](std::uint32_t row) {
            position_row const& p = positions[row];
            return p.account.value == account && p.instrument.value == instrument;
        });
    }
    /// The row of an account's position, made when there is none.
    std::uint32_t find_or_add_position(std::uint32_t account, std::uint32_t instrument) {
        std::uint32_t row = find_position(account, instrument);
        if (row != hash_index::absent) return row;
        row = static_cast<std::uint32_t>(positions.size());
        position_row made{};
        made.account = {account};
        made.instrument = {instrument};
        positions.push_back(made);
        position_rows.insert(position_hash(account, instrument), row);
        positions_of_account.append(account);
        positions_of_listing.append(instrument);
        return row;
    }
    bool only_reduces(open_order_row const& order) const {
        return (history[order.sequence - 1].flags & transaction_flag::reduce_only) != 0;
    }
    /// Null where the listing's own rates are all.
    tier_row const* tiers_of(listing_row const& l) const {
        return l.tiers == 0 ? nullptr : &tiers[l.tiers - 1];
    }
    bool requires_signatures() const {
        return (exchange[0].flags & exchange_flag::signatures_required) != 0;
    }
    /// The place of the first command that reached the exchange with this id; hash_index::absent
    /// when there is none.
    std::uint32_t find_place(client_id id) const { return find_place(id, hash_of(id)); }
    std::uint32_t find_place(client_id id, std::uint32_t hash) const {
        return places.find(hash, [&](std::uint32_t place) { return history[place].id == id; });
    }
};

/// Commands that share one logical time and one root.
struct block {
    std::int64_t time = 0;
    shared_rows<transaction_row> commands;
    std::vector<signature_row> signatures{};  // of the commands, one each; or none at all
};

}  // namespace lockstep
