// The binary log, block by block in bounded memory.
#pragma once

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>

#include "host/io/byte_source.h"
#include "host/io/output_file.h"
#include "host/log/block_source.h"
#include "host/state/engine_state.h"

namespace lockstep {

/// Writes a log; whole or not at all.
class binary_log_writer {
  public:
    explicit binary_log_writer(std::filesystem::path const& target);
    void write(block const& b);
    void commit() { file_.commit(); }

  private:
    atomic_file file_;
};

class binary_log_reader final : public block_source {
  public:
    /// The header has not been read yet. Throws input_error when it is no log of this version.
    binary_log_reader(std::string name, std::unique_ptr<byte_source> source);
    bool next(block& b) override;

  private:
    bool fill(void* into, std::size_t bytes, char const* what);
    /// `count` rows, in pieces: a damaged count runs into the end of the log, not out of memory.
    template <class Rows>
    bool fill_rows(Rows& rows, std::uint64_t count, char const* what) {
        constexpr std::uint64_t piece = 1u << 13;
        std::uint64_t wanted = std::min(count, std::max(longest_, piece));
        for (std::size_t have = 0; have < count; have = rows.size()) {
            rows.reserve(wanted);  // and not what a vector would take to grow further
            rows.resize(wanted);
            wanted = std::min(count, 2 * wanted);
            if (!fill(rows.data() + have, (rows.size() - have) * sizeof rows[0], what))
                return false;
        }
        return true;
    }

    std::string name_;
    std::unique_ptr<byte_source> source_;
    std::uint64_t offset_ = 0;
    std::uint64_t blocks_ = 0;
    std::int64_t last_time_ = 0;
    std::uint64_t longest_ = 0;  // commands of a block so far
};

}  // namespace lockstep
