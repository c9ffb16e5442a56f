// Order books shared out over the ranks of a job. A rank matches on its own books alone; then all
// tell each other what was confirmed, so that accounts, positions and open orders are the same on
// every rank. What a book holds only its owner knows, and the first rank is told for the root.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "host/block/dirty_rows.h"
#include "host/block/match.h"
#include "host/exec/rank_exchange.h"

namespace lockstep {

/// All ranks make their calls in the same order, but for those of agree().
class book_ranks {
  public:
    /// Throws std::invalid_argument for a state that has books already.
    book_ranks(exec::rank_exchange& exchange, engine_state& state, prepared_block& prepared,
               big_vector<fill_summary>& fills);

    /// What the books of a chain say together, `mine` being said by those that stand here. Returns
    /// when every one of `parties` (ranks, with repeats) has asked the same of its own: until then
    /// this rank goes no further in the log. The chain that comes first in the log is never waited
    /// for in vain.
    chain_answer agree(std::span<std::uint32_t const> parties, std::uint32_t first,
                       chain_answer const& mine);
    /// No chain is left here: waits for those that are left between others. To be called by all
    /// ranks in a block in which any calls agree().
    void agree_no_more();

    /// `outputs`, one a rank, of which this one has filled its own, become everybody's; so do the
    /// open orders that they name. Of `commands`, which are those of the block that only this
    /// rank's books have seen, everybody learns what became of them.
    void share(std::span<std::uint32_t const> commands, std::vector<match_output>& outputs);

    /// Tells the first rank what its root has to read in books of others.
    void tell_changes(dirty_tables& dirty) const;
    /// The same of all orders that `by_book`, one list a book, does not have.
    void tell_orders(std::vector<std::vector<order_row>>& by_book) const;

  private:
    struct chain_vote {
        std::uint32_t first;
        chain_answer answer;
    };
    std::vector<chain_vote> vote(chain_vote const& mine) const;
    exec::byte_string pack(std::span<std::uint32_t const> commands, match_output const& out) const;
    void take(exec::byte_string const& letter, match_output& out);
    far_books changes_here(dirty_tables const& dirty) const;

    exec::rank_exchange& exchange_;
    engine_state& state_;
    prepared_block& prepared_;
    big_vector<fill_summary>& fills_;
};

}  // namespace lockstep
