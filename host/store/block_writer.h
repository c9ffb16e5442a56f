// Packs blocks, writes each with one sync, says that they are on disk, and lets the records of rows
// follow; on a thread of its own, so that the next block runs meanwhile.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>

#include "host/root/row_digest.h"
#include "host/store/acknowledged_mark.h"
#include "host/store/column_code.h"
#include "host/store/rows_behind.h"
#include "host/store/staged_block.h"
#include "host/store/store_files.h"
#include "host/store/store_options.h"

namespace lockstep {

/// Where the records of rows stand: all that happened up to this block is in them.
struct rows_mark {
    static constexpr char const* key = "rows are of block";  // in column meta
    std::uint64_t block = 0;
};

class block_writer {
  public:
    /// Goes on after `blocks` blocks, the last of which has this digest. The files and the mark
    /// outlive the writer.
    block_writer(store_options const& options, store_files& files, acknowledged_mark& mark,
                 std::uint64_t blocks, sha256_digest const& last_entry, rows_mark rows,
                 rows_behind behind);
    /// Blocks that still wait for others to share a write with are dropped.
    ~block_writer();

    /// A block to fill; waits while two are on their way. Throws what an earlier write threw, and
    /// from then on takes nothing.
    std::unique_ptr<staged_block> take();
    void give(std::unique_ptr<staged_block> block);
    /// Returns when every block given is on disk.
    void sync();
    /// After sync(): brings every record of a row up to its row.
    void settle_rows();

    sha256_digest const& last_entry() const { return last_entry_; }  // after sync()

  private:
    static constexpr std::size_t on_their_way_max = 2;

    void work();
    void demand_sound();
    void process(staged_block& block);
    void stage(staged_block& block);
    void put_section(section_kind kind, std::uint64_t block, void const* rows, std::size_t count,
                     std::size_t row_bytes, sha256_digest const& digest, journal_entry& entry);
    void write();
    void move_rows(std::size_t most);
    void end_sweep();

    store_options const& options_;
    store_files& files_;
    acknowledged_mark& mark_;
    std::unique_ptr<backend> const hasher_ =
        make_backend({.kind = backend_kind::cpu, .threads = 1});
    row_digester digest_rows_{*hasher_};
    column_coder coder_;
    rocksdb::WriteBatch batch_;
    std::uint32_t staged_ = 0;  // blocks in the batch
    std::uint64_t blocks_;      // staged or written
    sha256_digest last_entry_;

    rows_mark rows_;
    rows_behind behind_;
    std::uint64_t changes_ = 0;         // since the last sweep began
    std::uint64_t changes_staged_ = 0;  // of the blocks in the batch
    std::uint64_t sweep_of_ = 0;        // the block whose rows are being written; 0: no sweep
    std::uint64_t rows_to_mark_ = 0;    // a mark that the next write carries; 0: none

    std::mutex mutex_;
    std::condition_variable moved_;
    std::deque<std::unique_ptr<staged_block>> given_, empty_;
    std::size_t on_their_way_ = 0;
    bool write_all_ = false;  // sync() waits
    bool stop_ = false;
    std::exception_ptr failure_;
    bool failed_ = false;
    std::thread thread_;  // none when the store does everything in one
};

}  // namespace lockstep
