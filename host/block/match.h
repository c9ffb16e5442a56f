// The match step: commands that were admitted reach their books in log order. Books that no chain
// joins are independent; each group of joined books is a segment, and segments run side by side.
// What the books confirm comes out as postings to accounts, to be settled after.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "host/block/prepare.h"
#include "host/state/engine_state.h"
#include "margin/ledger/settle.h"

namespace lockstep {

/// What one segment confirmed.
struct match_output {
    big_vector<settle_entry> entries;
    std::vector<std::pair<std::uint32_t, std::int64_t>> fees;  // asset, nanos
    std::vector<std::uint32_t> closed_slots;                   // orders that are gone
    std::vector<std::uint32_t> changed_slots;                  // open orders, with repeats
    std::vector<std::uint32_t> changed_books;                  // with repeats
    std::uint64_t commands = 0;
    std::uint64_t fills = 0;

    /// Empty again, but for its memory.
    void clear() {
        entries.clear();
        fees.clear();
        closed_slots.clear();
        changed_slots.clear();
        changed_books.clear();
        commands = fills = 0;
    }
};

/// What a command's own receipt says of its fills.
struct fill_summary {
    std::int64_t filled_nanos = 0;
    std::uint32_t fills = 0;
};

class book_desk;

class match_step {
  public:
    /// `fills`: one for each command of the block, zeroed before each run.
    match_step(engine_state& state, prepared_block& prepared, big_vector<fill_summary>& fills)
        : state_(state), prepared_(prepared), fills_(fills) {}

    /// Where a segment's output goes before it is done, whenever it has so many entries.
    struct portions {
        std::size_t entries = SIZE_MAX;
        std::function<void(match_output&)> take;
    };

    /// Runs every book command of the block, one segment after the other or on `threads` threads.
    /// Fewer segments than asked for is fine. Outputs are in the order of each segment's first
    /// book. Only one thread hands over portions.
    std::vector<match_output> const& run(int threads, std::int64_t now, portions const& to);

  private:
    struct segment {
        std::vector<std::uint32_t> books;
        std::vector<std::uint32_t> commands;  // of the block, in log order
    };
    transaction_row const& command_at(std::size_t i) const { return prepared_.rows[i]; }
    /// Whether command i, or the chain that it begins, was admitted and goes to a book.
    bool is_at_work(std::size_t i) const;
    /// The last command of the chain that i stands in; i itself when it stands alone.
    std::uint32_t chain_last(std::uint32_t i) const;
    std::uint32_t instrument_of(std::uint32_t i) const;
    template <class Visit>
    void each_at_work(Visit&& visit) const;
    void find_one_segment();
    void find_segments();
    void run_segment(segment const& s, match_output& out, std::int64_t now, portions const& to);
    void carry_out(segment const& s, std::uint32_t i, book_desk& desk);
    void look_ahead(segment const& s, std::size_t k) const;
    void mass_cancel(segment const& s, std::uint32_t i, book_desk& desk);

    engine_state& state_;
    prepared_block& prepared_;
    big_vector<fill_summary>& fills_;
    std::vector<segment> segments_;
    std::vector<match_output> outputs_;
};

}  // namespace lockstep
