// Every executor gives the receipts and the rows of the serial one, for any commands, good or bad,
// and every invariant of the ledger holds after every block.
#include <gtest/gtest.h>

#include <map>

#include "host/block/engine.h"
#include "host/log/names.h"
#include "pricing/base/digest.h"
#include "tests/workload/command_mix.h"

namespace lockstep {
namespace {

template <class Row>
digest128 digest_of(std::vector<Row> const& rows) {
    return digest_bytes(rows.data(), rows.size() * sizeof(Row));
}

/// Digests of the receipts of each block and of all tables at the end.
struct run_digests {
    std::vector<digest128> receipts;
    std::vector<digest128> tables;
    friend bool operator==(run_digests const&, run_digests const&) = default;
};

run_digests run(engine_options const& options, std::uint64_t seed, int blocks,
                std::map<apply_status, int>* seen = nullptr) {
    engine e(options);
    workload::command_mix mix(seed, {});
    run_digests digests;
    for (int b = 0; b <= blocks; ++b) {
        auto const& receipts = e.run(b == 0 ? mix.genesis() : mix.next());
        digests.receipts.push_back(digest_of(receipts));
        if (seen != nullptr)
            for (receipt_row const& r : receipts) ++(*seen)[r.status];
    }
    engine_state const& state = e.state();
    digests.tables = {digest_of(state.assets),   digest_of(state.accounts),
                      digest_of(state.listings), digest_of(state.positions),
                      digest_of(state.pendings), digest_of(state.open_orders.rows())};
    return digests;
}

constexpr int seeds = 12;
constexpr int blocks = 50;

TEST(block_contract, invariants_hold_after_every_block_of_random_commands) {
    std::map<apply_status, int> seen;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed)
        ASSERT_NO_THROW(run({.check = true}, seed, blocks, &seen)) << "seed " << seed;
    // The mix is only worth something while it reaches the rules it is meant for.
    for (apply_status const status :
         {apply_status::applied, apply_status::exists, apply_status::id_already_failed,
          apply_status::account_not_found, apply_status::account_lacks_free_cash,
          apply_status::price_is_outside_the_band, apply_status::order_would_take_liquidity,
          apply_status::order_cannot_be_filled_whole, apply_status::combo_cannot_be_filled_whole,
          apply_status::pending_was_posted, apply_status::pending_has_timed_out,
          apply_status::linked_command_failed, apply_status::order_is_not_open,
          apply_status::instrument_has_expired, apply_status::order_would_not_reduce})
        EXPECT_GT(seen[status], 0) << name_of(status) << " was never reached";
}

class every_executor : public ::testing::TestWithParam<engine_options> {};

TEST_P(every_executor, gives_the_receipts_and_rows_of_the_serial_one) {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed)
        ASSERT_TRUE(run(GetParam(), seed, blocks) == run({}, seed, blocks)) << "seed " << seed;
}

INSTANTIATE_TEST_SUITE_P(
    block_contract, every_executor,
    ::testing::Values(engine_options{.executor = executor_kind::deterministic, .threads = 1},
                      engine_options{.executor = executor_kind::deterministic, .threads = 2},
                      engine_options{.executor = executor_kind::deterministic, .threads = 4},
                      engine_options{.executor = executor_kind::optimistic, .threads = 1},
                      engine_options{.executor = executor_kind::optimistic, .threads = 2},
                      engine_options{.executor = executor_kind::optimistic, .threads = 4},
                      engine_options{.executor = executor_kind::sharded, .shards = 1},
                      engine_options{.executor = executor_kind::sharded, .threads = 2, .shards = 2},
                      engine_options{.executor = executor_kind::sharded, .threads = 2, .shards = 3},
                      engine_options{.executor = executor_kind::sharded, .threads = 4, .shards = 8},
                      engine_options{.executor = executor_kind::automatic, .threads = 1},
                      engine_options{.executor = executor_kind::automatic, .threads = 4}));

}  // namespace
}  // namespace lockstep
