// Every command that ever came, by place: the first has place 0. They lie where their blocks have
// them, and never move.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <span>
#include <vector>

#include "host/base/shared_rows.h"
#include "margin/state/transaction.h"

namespace lockstep {

class command_history {
  public:
    std::size_t size() const { return size_; }

    transaction_row const& operator[](std::size_t place) const {
        transaction_row const* const page = pages_[place / page_rows];
        return page != nullptr ? page[place % page_rows] : look_up(place);
    }

    /// The commands of the next block, shared with whoever gives them. Returns them as they lie.
    std::span<transaction_row const> append(shared_rows<transaction_row> const& commands) {
        if (commands.empty()) return {};
        blocks_.push_back({size_, commands.kept()});
        std::span<transaction_row const> const rows = blocks_.back().rows;
        if (size_ % page_rows != 0) pages_.back() = nullptr;
        for (std::size_t first = pages_.size() * page_rows; first < size_ + rows.size();
             first += page_rows)
            pages_.push_back(&rows[first - size_]);
        size_ += rows.size();
        return rows;
    }

  private:
    static constexpr std::size_t page_rows = 1024;
    struct held_block {
        std::size_t first;  // place
        shared_rows<transaction_row> rows;
    };

    transaction_row const& look_up(std::size_t place) const {
        auto const after = std::upper_bound(
            blocks_.begin(), blocks_.end(), place,
            [](std::size_t wanted, held_block const& b) { return wanted < b.first; });
        held_block const& b = *std::prev(after);
        return b.rows[place - b.first];
    }

    std::vector<held_block> blocks_;
    std::vector<transaction_row const*> pages_;  // null where a page lies in several blocks
    std::size_t size_ = 0;
};

}  // namespace lockstep
