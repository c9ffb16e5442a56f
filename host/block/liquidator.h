// Decides what the operator says about accounts under water: after each block it looks at those
// that the check has flagged, and words the commands that the next block ends with. The holder's
// own commands of that block stand before them, so that whoever brings in cash or closes is spared.
// What it words is checked again by the ledger (margin/ledger/liquidate.h). It is a function of the
// state alone: who goes on from a restored one words the same.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "host/block/dirty_rows.h"
#include "host/block/fund_promises.h"
#include "host/state/engine_state.h"

namespace lockstep {

class liquidator {
  public:
    /// At most this many accounts a block; the others' turn comes in the next ones.
    static constexpr std::size_t accounts_per_block = 4096;
    /// At most this many holders of the other side for one position of one block.
    static constexpr std::size_t counterparties_max = 10;

    /// Whether the command is of a kind that a liquidator words, under an id as it chooses them.
    static bool worded(transaction_row const& t);
    /// Before which of a block's own commands its words stand: the chain that is still open at the
    /// block's end, or none. Behind that they would be taken for its last links.
    static std::size_t place_among(std::span<transaction_row const> own);

    /// The exchange as it is now: to be called once for a restored one.
    void look_at_all(engine_state const& state);
    /// After a block.
    void look_at(engine_state const& state, dirty_tables const& dirty);

    std::size_t accounts_under_water() const { return under_water_.size(); }

    /// The commands to join the next block, whose own are `own`: in account order, from
    /// the first whose turn it is.
    std::vector<transaction_row> commands(engine_state const& state,
                                          std::span<transaction_row const> own);

  private:
    /// A holder of one side of an instrument.
    struct holder {
        std::uint32_t owner;
        std::int64_t rank;
        std::uint32_t account;
        std::uint32_t position;
    };
    /// Those of one side as they are deleveraged: from the highest rank, and of equals the lower
    /// account first. Made once a block for a side that is asked for.
    struct holders {
        std::vector<holder> by_rank;
        std::vector<holder> by_owner;  // and by rank within
        std::size_t next = 0;          // whoever stands before has nothing left in this block
    };

    void consider(engine_state const& state, std::uint32_t account);
    std::vector<std::uint32_t> whose_turn(engine_state const& state) const;
    void word_account(engine_state const& state, std::uint32_t account);
    void word_order(engine_state const& state, std::uint32_t account);
    void word_takeovers(engine_state const& state, std::uint32_t account);
    bool backstop_carries(engine_state const& state, std::uint32_t backstop,
                          position_row const& position, std::int64_t price);
    void word_socialisation(engine_state const& state);
    holders& holders_of(engine_state const& state, std::uint32_t instrument, bool longs);
    void word_deleveraging(engine_state const& state, std::uint32_t account,
                           std::uint32_t position);
    bool word_against(engine_state const& state, holder const& other, std::uint32_t account,
                      std::uint32_t position, std::int64_t& left);
    transaction_row& word(transaction_kind kind, std::uint32_t account);
    void name_words(engine_state const& state, std::span<transaction_row const> own);

    std::set<std::uint32_t> under_water_;  // by number: iterated in order
    std::vector<transaction_row> words_;
    fund_promises fund_;
    std::int64_t backstop_spent_ = 0;  // of its free cash, in this block's commands
    /// What it will hold of an instrument, by its number and the instrument's.
    std::map<std::pair<std::uint32_t, std::uint32_t>, position_row> backstop_holds_;
    std::vector<std::int64_t> taken_;  // from positions of counterparties, by row
    std::vector<std::uint32_t> taken_rows_;
    std::map<std::pair<std::uint32_t, bool>, holders> sides_;  // by instrument: longs, shorts
};

}  // namespace lockstep
