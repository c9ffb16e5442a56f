// Rows whose records in the database are older than the rows are, each as it is now. Blocks bring
// their changed rows packed; the records follow in sweeps, one write for all that happened to a row
// in the meantime. Dense: a row costs four bytes, and its own while it is behind.
#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <string_view>
#include <vector>

#include "host/base/big_memory.h"

namespace lockstep {

class rows_behind {
  public:
    /// Empty bytes: the row is gone. Rows of one table have one size.
    void set(std::uint32_t table, std::uint32_t row, std::string_view bytes) {
        table_rows& t = tables_[table];
        if (row >= t.place.size()) t.place.resize(row + std::size_t{1}, in_step);
        std::uint32_t& place = t.place[row];
        if (place == in_step) ++size_;
        if (bytes.empty()) {
            if (place >= first_slot) t.free.push_back(place);
            place = gone;
            return;
        }
        if (place < first_slot) place = t.take_slot(bytes.size());
        std::memcpy(t.bytes_of(place), bytes.data(), t.row_bytes);
    }

    /// False when the record is as the row is.
    bool is_behind(std::uint32_t table, std::uint32_t row) const {
        auto const t = tables_.find(table);
        return t != tables_.end() && row < t->second.place.size() &&
               t->second.place[row] != in_step;
    }
    std::size_t size() const { return size_; }

    /// Calls see(row, bytes) for each row of the table that is behind, in order.
    template <class See>
    void each(std::uint32_t table, See&& see) const {
        auto const t = tables_.find(table);
        if (t == tables_.end()) return;
        for (std::uint32_t row = 0; row < t->second.place.size(); ++row)
            if (t->second.place[row] != in_step) see(row, t->second.text_of(row));
    }

    /// Calls write(table, row, bytes) for the next rows, `most` at the most, in the order of keys;
    /// their records are then taken for written. True at the end of the last table: the next sweep
    /// begins with the first.
    template <class Write>
    bool sweep(std::size_t most, Write&& write) {
        for (auto t = tables_.lower_bound(hand_table_); t != tables_.end(); ++t, hand_row_ = 0) {
            hand_table_ = t->first;
            table_rows& rows = t->second;
            for (; hand_row_ < rows.place.size(); ++hand_row_) {
                std::uint32_t& place = rows.place[hand_row_];
                if (place == in_step) continue;
                if (most-- == 0) return false;
                write(t->first, static_cast<std::uint32_t>(hand_row_),
                      rows.text_of(static_cast<std::uint32_t>(hand_row_)));
                if (place >= first_slot) rows.free.push_back(place);
                place = in_step;
                --size_;
            }
        }
        hand_table_ = 0;
        hand_row_ = 0;
        return true;
    }

  private:
    static constexpr std::uint32_t in_step = 0, gone = 1, first_slot = 2;

    struct table_rows {
        std::size_t row_bytes = 0;
        std::vector<std::uint32_t> place;  // by row: in_step, gone, or its slot
        big_vector<char> slots;
        std::vector<std::uint32_t> free;

        char* bytes_of(std::uint32_t slot) {
            return slots.data() + (slot - first_slot) * row_bytes;
        }
        std::string_view text_of(std::uint32_t row) const {
            if (place[row] == gone) return {};
            return {slots.data() + (place[row] - first_slot) * row_bytes, row_bytes};
        }
        std::uint32_t take_slot(std::size_t bytes) {
            row_bytes = bytes;
            if (!free.empty()) {
                std::uint32_t const slot = free.back();
                free.pop_back();
                return slot;
            }
            auto const slot = static_cast<std::uint32_t>(slots.size() / row_bytes + first_slot);
            slots.resize(slots.size() + row_bytes);
            return slot;
        }
    };

    std::map<std::uint32_t, table_rows> tables_;
    std::size_t size_ = 0;
    std::uint32_t hand_table_ = 0;
    std::size_t hand_row_ = 0;
};

}  // namespace lockstep
