// The match step: commands that were admitted reach their books in log order. Books that no chain
// joins are independent; each group of joined books is a segment, and segments run side by side.
// What the books confirm comes out as postings to accounts, to be settled after.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "host/block/prepare.h"
#include "host/block/trade.h"
#include "host/book/status.h"
#include "host/state/engine_state.h"
#include "margin/ledger/settle.h"

namespace lockstep {

/// Fees of one asset.
struct asset_fee {
    std::uint32_t asset;
    std::int64_t nanos;
};

/// What is remembered of a block beside its postings.
enum class kept : std::uint8_t { nothing, trades, trades_and_cancellations };

/// What one segment confirmed.
struct match_output {
    big_vector<settle_entry> entries;
    std::vector<asset_fee> fees;
    std::vector<std::uint32_t> closed_slots;   // orders that are gone
    std::vector<std::uint32_t> changed_slots;  // open orders, with repeats
    std::vector<std::uint32_t> changed_books;  // with repeats
    std::uint64_t fills = 0;
    kept keeps = kept::nothing;
    big_vector<trade_row> trades;
    std::vector<cancellation> cancellations;

    /// Empty again, but for its memory.
    void clear() {
        trades.clear();
        cancellations.clear();
        entries.clear();
        fees.clear();
        closed_slots.clear();
        changed_slots.clear();
        changed_books.clear();
        fills = 0;
    }
};

/// Of all segments, in the order of a tape, which does not depend on what was run side by side.
big_vector<trade_row> trades_of(std::vector<match_output> const& outputs);

/// What a command's own receipt says of its fills.
struct fill_summary {
    std::int64_t filled_nanos = 0;
    std::uint32_t fills = 0;
};

/// What the books of a chain say before it is begun.
struct chain_answer {
    std::uint32_t refused = UINT32_MAX;  // the first command that its book refuses; none: all pass
    book_status status = book_status::accepted;
};

class book_desk;
class book_ranks;

class match_step {
  public:
    /// `fills`: one for each command of the block, zeroed before each run. `ranks`: null unless
    /// they share the books.
    match_step(engine_state& state, prepared_block& prepared, big_vector<fill_summary>& fills,
               book_ranks* ranks, kept keeps)
        : state_(state), prepared_(prepared), fills_(fills), ranks_(ranks), keeps_(keeps) {}

    /// Where a segment's output goes before it is done, whenever it has so many entries.
    struct portions {
        std::size_t entries = SIZE_MAX;
        std::function<void(match_output&)> take;
    };

    /// Runs every book command of the block, one segment after the other or on `threads` threads.
    /// Fewer segments than asked for is fine. Outputs are in the order of each segment's first
    /// book. Only one thread hands over portions. Where ranks share the books, each runs its own on
    /// one thread, and all have the same outputs: one a rank.
    std::vector<match_output> const& run(int threads, std::int64_t now, portions const& to);

  private:
    struct segment {
        std::vector<std::uint32_t> books;
        std::vector<std::uint32_t> commands;  // of the block, in log order
    };
    transaction_row const& command_at(std::size_t i) const { return prepared_.rows[i]; }
    bool reaches_everywhere(std::uint32_t i) const;
    /// Whether command i, or the chain that it begins, was admitted and goes to a book.
    bool is_at_work(std::size_t i) const;
    /// The last command of the chain that i stands in; i itself when it stands alone.
    std::uint32_t chain_last(std::uint32_t i) const;
    std::uint32_t instrument_of(std::uint32_t i) const;
    template <class Visit>
    void each_at_work(Visit&& visit) const;
    void make_room(std::size_t outputs);
    void find_one_segment();
    void find_segments();
    void find_own_segment();
    bool find_parties(std::uint32_t first, std::uint32_t last);
    std::vector<match_output> const& run_own_books(std::int64_t now);
    void run_segment(segment const& s, match_output& out, std::int64_t now, portions const& to);
    void chain(std::uint32_t first, std::uint32_t last, book_desk& desk);
    void carry_out(segment const& s, std::uint32_t i, book_desk& desk);
    void look_ahead(segment const& s, std::size_t k) const;
    void mass_cancel(segment const& s, std::uint32_t i, book_desk& desk);

    engine_state& state_;
    prepared_block& prepared_;
    big_vector<fill_summary>& fills_;
    book_ranks* const ranks_;
    kept const keeps_;
    std::vector<segment> segments_;
    std::vector<match_output> outputs_;
    // Where ranks share the books:
    std::vector<std::uint32_t> parties_;       // ranks of the books of a chain, one for each leg
    std::vector<std::uint32_t> own_commands_;  // that only books of this rank have seen
    bool any_spans_ranks_ = false;             // of the block's chains, wherever they are
};

}  // namespace lockstep
