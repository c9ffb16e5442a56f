// The life of a block: prepare, admit, match, settle, mark, check, reconcile. One writer owns the
// state; the steps in between run on whichever executor was chosen, and give the same rows.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "host/block/book_ranks.h"
#include "host/block/finish.h"
#include "host/block/match.h"
#include "host/block/prepare.h"
#include "host/block/settle.h"
#include "host/exec/program.h"
#include "host/exec/rank_exchange.h"
#include "host/state/engine_state.h"
#include "kernels/backend.h"
#include "margin/ledger/status.h"

namespace lockstep {

enum class executor_kind { serial, deterministic, optimistic, sharded, automatic };

struct engine_options {
    executor_kind executor = executor_kind::serial;
    int threads = 1;
    int shards = 1;
    bool check = false;               // every invariant after every block: slow, and sure
    bool require_signatures = false;  // from an empty exchange's first command on
    bool keep_trades = false;         // of each block, until the next
    backend* device = nullptr;  // settles, and outlives the engine; null: the CPU on `threads`
    exec::rank_exchange* ranks = nullptr;  // sharded: a shard and its books a rank, not `shards`
};

class engine {
  public:
    engine(engine const&) = delete;
    /// An empty exchange.
    explicit engine(engine_options const& options);
    /// Goes on from a state at rest between two blocks. Not on ranks: std::invalid_argument when
    /// there are any and the state has books.
    engine(engine_options const& options, engine_state&& state);

    /// Runs one block and returns its receipts, one for each command in order; valid until the
    /// next. Throws invariant_broken when asked to check and an invariant does not hold.
    big_vector<receipt_row> const& run(block const& b);

    engine_options const& options() const { return options_; }
    /// Of ranks that share the books, each knows what its own hold.
    engine_state const& state() const { return state_; }
    /// Of an engine that runs no further.
    engine_state take_state() { return std::move(state_); }
    /// Every open order as its book has it: by book, in price-time order (order_row.h). Where ranks
    /// share the books all must ask, and only the first is answered.
    std::vector<std::vector<order_row>> orders_at_rest() const;
    /// Rows that the last block changed.
    dirty_tables const& dirty() const { return dirty_; }
    exec::counters const& counted() const { return counters_; }
    /// How many trades the last block made, also of orders that it triggered.
    std::uint64_t trade_count() const { return trade_count_; }
    /// These trades, in the order of their commands, where they are kept.
    big_vector<trade_row> const& trades() const { return trades_; }

  private:
    void release_timed_out(std::int64_t now);
    void note_admitted(prepared_command const& p);
    void await_timeout(std::uint32_t row);
    void admit(std::int64_t now);
    void match_and_settle(std::int64_t now);
    void settle_instruments();
    bool tell_books(book_desk& desk);
    std::optional<book_ranks> share_books();
    void sum_deltas();
    void finish_receipts();

    engine_options const options_;
    std::unique_ptr<backend> const own_device_ =
        options_.device == nullptr ? make_backend({backend_kind::cpu, options_.threads, ""})
                                   : nullptr;
    settle_step settle_{own_device_ ? *own_device_ : *options_.device};
    engine_state state_;
    prepared_block prepared_;
    dirty_tables dirty_;
    account_margins margins_;
    std::vector<std::uint32_t> shorts_;  // accounts that have promised more than they have
    big_vector<fill_summary> fills_;
    std::optional<book_ranks> ranks_ = share_books();
    match_step match_{state_, prepared_, fills_, ranks_ ? &*ranks_ : nullptr,
                      options_.keep_trades ? kept::trades : kept::nothing};
    big_vector<receipt_row> receipts_;
    std::vector<std::pair<std::int64_t, std::uint32_t>> timeouts_;  // heap: until, pending row
    exec::counters counters_;
    std::uint64_t trade_count_ = 0;
    big_vector<trade_row> trades_;
};

}  // namespace lockstep
