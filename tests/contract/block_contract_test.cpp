// Every executor gives the receipts and the roots of the serial one, for any commands, good or bad,
// on any backend, and every invariant of the ledger holds after every block.
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "host/block/engine.h"
#include "host/block/ledger_root.h"
#include "host/io/hex.h"
#include "host/log/block_source.h"
#include "host/log/names.h"
#include "pricing/base/digest.h"
#include "tests/contract/backends.h"
#include "tests/host/run_binary.h"
#include "tests/where.h"
#include "tests/workload/falling_market.h"
#include "tests/workload/generated.h"
#include "tests/workload/thread_ranks.h"

namespace lockstep {
namespace {

struct workload_case {
    char const* name;
    std::vector<block> blocks;
};

/// LOCKSTEP_LONG multiplies the number of seeds.
std::uint64_t seeds() {
    char const* longer = std::getenv("LOCKSTEP_LONG");
    return longer == nullptr ? 2 : 2 * std::strtoull(longer, nullptr, 10);
}

workload_case scrambled(std::uint64_t seed) {
    std::vector<block> blocks = workload::blocks_of(workload::crowded(seed, 40));
    workload::scramble(blocks, seed, 100);
    return {"scrambled", std::move(blocks)};
}

std::vector<block> blocks_of_log(std::string const& path) {
    std::vector<block> blocks;
    auto const log = open_log(path);
    for (block b; log->next(b);) blocks.push_back(b);
    return blocks;
}

/// Every kind of log that the generator makes, small: few accounts, so that they collide.
std::vector<workload_case> const& workloads() {
    static std::vector<workload_case> const all = [] {
        std::vector<workload_case> cases;
        for (std::uint64_t seed = 1; seed <= seeds(); ++seed) {
            auto const add = [&](char const* name, auto&& change) {
                transaction_plan plan = workload::crowded(seed, 40);
                change(plan);
                cases.push_back({name, workload::blocks_of(plan)});
            };
            add("calm", [](transaction_plan&) {});
            add("crash", [](transaction_plan& p) {
                p.market = market_mood::crashing, p.transactions *= 3;
                p.mix = mix_of("order=20,trade=40,promise=20,keep=10,insure=1,mark=40,session=10");
            });
            add("exercised", [](transaction_plan& p) {
                p.market = market_mood::crashing, p.accounts = 24;
                p.mix = mix_of("order=20,trade=60,exercise=40,advise=10,assign=8,mark=20,insure=1");
            });
            add("skewed", [](transaction_plan& p) { p.skew = 0.99, p.accounts = 100; });
            add("wide", [](transaction_plan& p) {
                p.skew = 0.5, p.accounts = 500, p.books = 12, p.market = market_mood::swinging;
                p.block = 600;
            });
            add("hot", [](transaction_plan& p) { p.conflict = 900, p.hot = 2; });
            add("one asset", [](transaction_plan& p) { p.accounts = 5; });
            add("small blocks", [](transaction_plan& p) { p.block = 3, p.transactions = 600; });
            add("long blocks", [](transaction_plan& p) {
                p.mix = mix_of("orders"), p.books = 1, p.block = p.transactions = 8'000;
            });
            add("transfers", [](transaction_plan& p) { p.mix = mix_of("transfers"); });
            add("orders", [](transaction_plan& p) { p.mix = mix_of("orders"), p.skew = 0.9; });
            add("chains",
                [](transaction_plan& p) { p.mix = mix_of("chain=3,combo=2,order=2,account=1"); });
            cases.push_back(scrambled(seed));
            cases.push_back({"signed", workload::signed_blocks_of(workload::crowded(seed, 8))});
        }
        cases.push_back({"liquidated", workload::liquidated_market()});
        cases.push_back({"socialised", workload::liquidated_market({.jumps = true})});
        cases.push_back({"in tiers", workload::liquidated_market({.jumps = true, .tiers = true})});
        cases.push_back({"golden", blocks_of_log(data_path("golden/commands.log"))});
        return cases;
    }();
    return all;
}

/// Of each block, the digest of its receipts and the root.
struct block_result {
    digest128 receipts;
    sha256_digest root;
};

/// Book by book, each behind its number of orders.
std::string bytes_of(std::vector<std::vector<order_row>> const& orders_by_book) {
    std::string bytes;
    for (std::vector<order_row> const& orders : orders_by_book) {
        bytes += std::to_string(orders.size()) + ":";
        bytes.append(reinterpret_cast<char const*>(orders.data()),
                     orders.size() * sizeof(order_row));
    }
    return bytes;
}

struct run_result {
    std::vector<block_result> blocks;
    std::string orders;  // at rest, as bytes
};

run_result run(engine_options options, std::vector<block> const& blocks, backend& device,
               std::set<apply_status>* seen = nullptr) {
    options.check = true;
    engine ledger(options);
    ledger_root root(device);
    run_result result;
    for (block const& b : blocks) {
        auto const& receipts = ledger.run(b);
        result.blocks.push_back(
            {digest_bytes(receipts.data(), receipts.size() * sizeof(receipt_row)),
             root.update(ledger.state(), ledger.dirty(), receipts)});
        if (seen != nullptr)
            for (receipt_row const& r : receipts) seen->insert(r.status);
    }
    result.orders = bytes_of(ledger.orders_at_rest());
    return result;
}

/// What the serial executor says, which is checked against nothing but the invariants.
struct specification {
    std::vector<run_result> results;  // by workload
    std::set<apply_status> seen;
};
specification const& specified() {
    static specification const all = [] {
        specification made;
        auto const plainest = plainest_backend();
        for (workload_case const& w : workloads())
            made.results.push_back(run({}, w.blocks, *plainest, &made.seen));
        return made;
    }();
    return all;
}

void expect_as_specified(std::size_t i, run_result const& result) {
    workload_case const& w = workloads()[i];
    run_result const& specification = specified().results[i];
    ASSERT_EQ(specification.blocks.size(), result.blocks.size());
    for (std::size_t b = 0; b < result.blocks.size(); ++b) {
        ASSERT_TRUE(specification.blocks[b].receipts == result.blocks[b].receipts)
            << "receipts of " << w.name << ", log " << i << ", block " << b;
        ASSERT_TRUE(specification.blocks[b].root == result.blocks[b].root)
            << "root of " << w.name << ", log " << i << ", block " << b;
    }
    ASSERT_TRUE(specification.orders == result.orders)
        << "orders at rest of " << w.name << ", log " << i;
}

/// `device` hashes; it settles too when the options name it.
void expect_as_specified(engine_options const& options, backend& device) {
    for (std::size_t i = 0; i < workloads().size(); ++i) {
        ASSERT_NO_FATAL_FAILURE(
            expect_as_specified(i, run(options, workloads()[i].blocks, device)));
    }
}

TEST(block_contract, the_logs_reach_every_refusal_that_a_log_can_reach) {
    std::set<apply_status> const needs_more_than_a_small_log{
        apply_status::table_is_full,  // which is never given
        apply_status::book_is_full,
        apply_status::too_many_trailing_orders, apply_status::chain_is_too_long,
        apply_status::order_has_triggered, apply_status::amount_exceeds_the_step,
        // No listing of theirs has ticks or lots so fine.
        apply_status::amount_exceeds_the_books_bound, apply_status::price_exceeds_the_books_bound,
        // Keys that change hands have tests of their own.
        apply_status::key_does_not_belong_to_the_account, apply_status::key_is_not_an_operators,
        apply_status::key_was_revoked, apply_status::public_key_is_not_valid,
        apply_status::key_is_revoked_already, apply_status::last_operator_key_must_stay};
    for (int number = 0; number < 256; ++number) {
        auto const status = static_cast<apply_status>(number);
        if (name_of(status) == "unknown" || needs_more_than_a_small_log.contains(status)) continue;
        EXPECT_TRUE(specified().seen.contains(status)) << name_of(status) << " was never reached";
    }
}

/// Whatever compiler has built this, with whatever flags.
TEST(block_contract, every_log_ends_with_the_root_on_record) {
    if (std::getenv("LOCKSTEP_LONG") != nullptr) GTEST_SKIP() << "other logs than those on record";
    std::string ends = "log,blocks,root\n";
    for (std::size_t i = 0; i < workloads().size(); ++i) {
        std::vector<block_result> const& blocks = specified().results[i].blocks;
        sha256_digest const& root = blocks.back().root;
        ends += std::string(workloads()[i].name) + "," + std::to_string(blocks.size()) + "," +
                hex_text(root.bytes, sizeof root.bytes) + "\n";
    }
    std::filesystem::path const record = data_path("golden/generated_roots.csv");
    if (std::getenv("LOCKSTEP_WRITE_GOLDEN") != nullptr) write_file(record, ends);
    EXPECT_EQ(text_of_file(record), ends);
}

class every_executor : public ::testing::TestWithParam<engine_options> {};

TEST_P(every_executor, gives_the_receipts_and_roots_of_the_serial_one) {
    auto const device = plainest_backend();
    expect_as_specified(GetParam(), *device);
}

std::vector<engine_options> all_executors() {
    std::vector<engine_options> all;
    for (int threads : {1, 2, 4}) {
        for (auto kind :
             {executor_kind::deterministic, executor_kind::optimistic, executor_kind::automatic})
            all.push_back({.executor = kind, .threads = threads});
        for (int shards : {1, 2, 3, 8})
            all.push_back(
                {.executor = executor_kind::sharded, .threads = threads, .shards = shards});
    }
    // So many threads settle all at once.
    all.push_back({.executor = executor_kind::deterministic, .threads = 8});
    return all;
}

std::string executor_test_name(testing::TestParamInfo<engine_options> const& info) {
    constexpr char const* names[] = {"serial", "deterministic", "optimistic", "sharded",
                                     "automatic"};
    engine_options const& o = info.param;
    std::string name = names[static_cast<int>(o.executor)];
    if (o.executor == executor_kind::sharded) name += "_" + std::to_string(o.shards) + "_shards";
    return name + "_" + std::to_string(o.threads) + "_threads";
}

INSTANTIATE_TEST_SUITE_P(block_contract, every_executor, ::testing::ValuesIn(all_executors()),
                         executor_test_name);

/// Ranks that share the books, as threads of this process.
class every_job : public ::testing::TestWithParam<int> {};

TEST_P(every_job, gives_the_receipts_and_roots_of_one_process) {
    auto const count = static_cast<std::size_t>(GetParam());
    for (std::size_t i = 0; i < workloads().size(); ++i) {
        std::vector<run_result> by_rank(count);
        workload::thread_ranks(GetParam()).run([&](exec::rank_exchange& ranks) {
            auto const device = plainest_backend();
            by_rank[ranks.rank()] = run({.executor = executor_kind::sharded, .ranks = &ranks},
                                        workloads()[i].blocks, *device);
        });
        ASSERT_NO_FATAL_FAILURE(expect_as_specified(i, by_rank.front()));
        for (run_result const& other : by_rank)  // the first alone knows the root
            for (std::size_t b = 0; b < other.blocks.size(); ++b)
                ASSERT_TRUE(other.blocks[b].receipts == by_rank.front().blocks[b].receipts);
    }
}

TEST(job_of_ranks, begins_with_an_empty_exchange) {
    workload::thread_ranks(2).run([](exec::rank_exchange& ranks) {
        engine_state with_a_book;
        with_a_book.books.push_back(std::make_unique<order_book>());
        engine_options const options{.executor = executor_kind::sharded, .ranks = &ranks};
        EXPECT_THROW(engine(options, std::move(with_a_book)), std::invalid_argument);
    });
}

std::string job_test_name(testing::TestParamInfo<int> const& info) {
    return std::to_string(info.param) + "_ranks";
}

INSTANTIATE_TEST_SUITE_P(block_contract, every_job, ::testing::Values(1, 2, 3, 5), job_test_name);

class every_backend : public ::testing::TestWithParam<backend_options> {};

TEST_P(every_backend, gives_the_receipts_and_roots_of_the_plainest) {
    auto const device = make_backend(GetParam());
    expect_as_specified({.device = device.get()}, *device);
}

INSTANTIATE_TEST_SUITE_P(block_contract, every_backend, ::testing::ValuesIn(cpu_backends()),
                         backend_test_name);

TEST(BlockContractGpu, gives_the_receipts_and_roots_of_the_plainest) {
    LOCKSTEP_SKIP_WITHOUT_DEVICE();
    auto const device = make_backend({backend_kind::cuda});
    expect_as_specified({.device = device.get()}, *device);
}

}  // namespace
}  // namespace lockstep
