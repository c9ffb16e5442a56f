// Generated logs: the same bytes from the same seed, in both forms, and commands that mostly apply.
#include "host/generate/transactions.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "host/block/engine.h"
#include "tests/host/run_binary.h"

namespace lockstep {
namespace {

struct outcome {
    std::uint64_t commands = 0, applied = 0, fills = 0;
};

outcome run(transaction_plan const& plan) {
    engine ledger({.executor = executor_kind::serial, .check = true});
    outcome o;
    generate_transactions(plan, [&](block const& b) {
        EXPECT_LE(b.commands.size(), plan.block);
        for (receipt_row const& r : ledger.run(b)) {
            ++o.commands;
            o.applied += r.status == apply_status::applied;
            o.fills += r.fills;
        }
    });
    return o;
}

TEST(generated_transactions, are_valid_unless_bad_ones_are_asked_for) {
    for (auto const mix : {transaction_mix::transfers, transaction_mix::orders}) {
        transaction_plan plan{
            .transactions = 5'000, .accounts = 200, .books = 4, .mix = mix, .block = 700};
        std::uint64_t const genesis = 1 + 2 * 200 + 2 * 4;
        outcome const good = run(plan);
        EXPECT_EQ(genesis + 5'000, good.commands);
        EXPECT_EQ(good.commands, good.applied);
        EXPECT_EQ(mix == transaction_mix::orders, good.fills > 500) << good.fills;
        plan.bad = 200;  // a fifth, about: 1,000 of 5,000 give or take five deviations of 28
        outcome const some = run(plan);
        EXPECT_NEAR(1'000.0, static_cast<double>(some.commands - some.applied), 141.0);
    }
}

TEST(generated_transactions, follow_the_power_law) {
    // P(first of 16) of x^-s on (0, 16) is (1/16)^(1 - s): 1/16, 1/4 and 16^-0.01 = 0.97265...
    for (auto const& [skew, share] :
         {std::pair{0.0, 0.0625}, std::pair{0.5, 0.25}, std::pair{0.99, 0.972654947}}) {
        int first = 0;
        for (int i = 0; i < 100'000; ++i) {
            std::uint32_t const drawn = skewed((i + 0.5) / 100'000, 16, skew);
            ASSERT_LT(drawn, 16u);
            first += drawn == 0 ? 1 : 0;
        }
        EXPECT_NEAR(share, first / 100'000.0, 2e-5) << skew;
    }
}

TEST(generated_transactions, are_the_same_bytes_and_run_to_the_same_root_in_both_forms) {
    scratch_folder scratch;
    std::string const at = scratch.path().string();
    std::string const plan =
        "generate --transactions 3000 --accounts 50 --skew 0.8 --bad 30 "
        "--block 900 --out '" +
        at;
    for (char const* name : {"/a.log", "/b.log", "/a.jsonl"})
        ASSERT_EQ(0, run_lockstep(plan + name + "'").exit) << name;
    ASSERT_EQ(0, run_lockstep(plan + "/c.log' --seed 2").exit);
    EXPECT_EQ(text_of_file(at + "/a.log"), text_of_file(at + "/b.log"));
    EXPECT_NE(text_of_file(at + "/a.log"), text_of_file(at + "/c.log"));
    for (char const* name : {"a.log", "a.jsonl"})
        ASSERT_EQ(0, run_lockstep("run --check --executor serial --log '" + at + "/" + name +
                                  "' --out '" + at + "/out_" + name + "'")
                         .exit);
    EXPECT_NE("", text_of_file(at + "/out_a.log/roots.csv"));
    EXPECT_EQ(text_of_file(at + "/out_a.log/roots.csv"),
              text_of_file(at + "/out_a.jsonl/roots.csv"));
}

}  // namespace
}  // namespace lockstep
