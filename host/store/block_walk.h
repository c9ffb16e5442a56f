// A block carried out once more, one step after the other, to see what the engine does not keep:
// what each step does to the cash of one account, and what a command asked of whom when it was
// refused for want of cash.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/block/dirty_rows.h"
#include "host/block/match.h"
#include "host/block/prepare.h"
#include "host/state/engine_state.h"
#include "kernels/backend.h"

namespace lockstep {

/// A change of an account's cash.
struct explained_payment {
    std::uint64_t sequence = 0;  // of the command that set it off; 0: the end of the block
    std::string kind;
    std::int64_t cash = 0;                                      // received, nanos
    std::vector<std::pair<char const*, std::string>> inputs{};  // what it was computed from
};

/// What an account lacked when a command was refused for it.
struct explained_lack {
    std::uint32_t account = 0;
    std::int64_t free = 0;               // cash that it could use for this
    bool has_reserve = false;            // the command sets these aside
    std::int64_t position = 0, fee = 0;  // margin or premium; fees
};

/// Rows handed out as they stand, with what each was when it was asked for last. A chain that fails
/// asks for its rows again to put them back: they are then as the refused command found them.
class remembered_rows {
  public:
    explicit remembered_rows(exec::row_store const& store) : rows_(store) {}

    template <class Row>
    Row const& read(exec::row_key key) {
        return rows_.read<Row>(key);
    }
    template <class Row>
    Row& write(exec::row_key key) {
        Row& row = rows_.write<Row>(key);
        std::memcpy(seen_[key].data(), &row, sizeof row);
        return row;
    }
    /// Zeros for a row that nobody has asked for.
    template <class Row>
    Row last(table of, std::uint32_t number) const {
        Row row{};
        auto const found = seen_.find(exec::row_key::of(static_cast<std::uint32_t>(of), number));
        if (found != seen_.end()) std::memcpy(&row, found->second.data(), sizeof row);
        return row;
    }
    void forget() { seen_.clear(); }

  private:
    exec::direct_rows rows_;
    std::map<exec::row_key, std::array<std::byte, exec::row_bytes_max>> seen_;
};

class block_walk {
  public:
    /// `state` as it is before the block; it is of no other use afterwards.
    block_walk(engine_state& state, block const& b, std::uint32_t account, backend& device)
        : state_(state), block_(b), account_(account), device_(device) {}

    /// Up to what is paid for instruments and assets. Then `after`, the engine after the same
    /// block, tells what the cover of losses has changed.
    void run(engine_state const& after);

    std::vector<explained_payment> take_payments() { return std::move(payments_); }
    /// Of the books: not what goes at the block's end.
    std::vector<cancellation> take_cancellations() { return std::move(cancellations_); }
    /// Of command i of the block.
    std::optional<explained_lack> lack_of(std::size_t i) const {
        auto const found = lacks_.find(i);
        return found == lacks_.end() ? std::nullopt : std::optional(found->second);
    }
    /// The price up to which command i, an order without one, was admitted.
    std::optional<std::int64_t> limit_of(std::size_t i) const;

  private:
    std::int64_t cash() const { return cash_of(state_, account_); }
    static std::int64_t cash_of(engine_state const& state, std::uint32_t account) {
        return account < state.accounts.size() ? state.accounts[account].cash.nanos : 0;
    }

    void release_timed_out();
    void admit();
    void note_lack(std::uint32_t i, remembered_rows const& rows);
    void add_reserve(std::uint32_t i, bool second, account_row const& account,
                     remembered_rows const& rows, explained_lack& lack) const;
    void match();
    void note_trade(trade_row const& t, trade_side const& own, bool made);
    void settle_instruments();
    void cover_losses(engine_state const& after);

    engine_state& state_;
    block const& block_;
    std::uint32_t const account_;
    backend& device_;
    prepared_block prepared_;
    dirty_tables dirty_;
    std::vector<explained_payment> payments_;
    std::vector<cancellation> cancellations_;
    std::map<std::size_t, explained_lack> lacks_;
};

/// Of kinds whose command has a side, an instrument and a price to trade at.
bool may_trade(transaction_kind kind);

}  // namespace lockstep
