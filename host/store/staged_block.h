// What a block leaves for the store, copied out of the engine, so that it can go on with the next
// one while this is packed, written and synced.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "host/state/engine_state.h"
#include "host/store/column_code.h"
#include "host/store/journal.h"
#include "margin/ledger/status.h"

namespace lockstep {

/// Changed rows of one table as they are now, one after the other.
struct changed_part {
    std::uint32_t table;
    std::uint32_t row_bytes;
    std::string bytes;
};

struct staged_block {
    journal_head_row head{};  // without what comes before it
    std::vector<table_summary> tables;
    shared_rows<transaction_row> commands;
    std::vector<signature_row> signatures;
    big_vector<receipt_row> receipts;
    sha256_digest receipts_digest{};
    std::vector<change_row> changes;  // digest 0: gone; others are not known yet
    std::vector<changed_part> parts;  // by table

    void clear_rows() {
        changes.clear();
        for (changed_part& part : parts) part.bytes.clear();
    }
    /// In the order of tables and rows; empty bytes: the row is gone.
    void add_row(std::uint32_t table, std::uint32_t row, std::string_view bytes) {
        changes.push_back({table, row, bytes.empty() ? 0u : 1u});
        if (bytes.empty()) return;
        if (part_ >= parts.size() || parts[part_].table != table) part_ = part_of(table, bytes);
        parts[part_].bytes.append(bytes);
    }

  private:
    std::size_t part_of(std::uint32_t table, std::string_view bytes) {
        for (std::size_t p = 0; p < parts.size(); ++p)
            if (parts[p].table == table) return p;
        parts.push_back({table, static_cast<std::uint32_t>(bytes.size()), {}});
        return parts.size() - 1;
    }
    std::size_t part_ = 0;
};

/// Changed rows packed: the value of a body of kind `rows`. They stand in the order of the block's
/// changes, those that are gone left out.
std::string pack_parts(std::vector<changed_part> const& parts, column_coder& coder);

/// Calls see(change, bytes) for each change; empty bytes: gone. Throws input_error, beginning with
/// `what`, when the packed rows are not those of the changes.
void unpack_parts(std::string_view packed, std::vector<change_row> const& changes,
                  column_coder& coder, std::string const& what,
                  std::function<void(change_row const&, std::string_view)> const& see);

}  // namespace lockstep
