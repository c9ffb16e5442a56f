// Generated logs: the same bytes from the same seed, in both forms, and commands that mostly apply.
#include "host/generate/transactions.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <vector>

#include "host/base/error.h"
#include "host/block/engine.h"
#include "host/generate/crowd.h"
#include "host/log/names.h"
#include "tests/host/run_binary.h"

namespace lockstep {
namespace {

struct outcome {
    std::uint64_t commands = 0, applied = 0, fills = 0;
    std::map<transaction_kind, std::uint64_t> sent, done;
    std::map<apply_status, std::uint64_t> statuses;
};

outcome run(transaction_plan const& plan) {
    engine ledger({.executor = executor_kind::serial, .check = true});
    outcome o;
    generate_transactions(plan, [&](block const& b) {
        EXPECT_LE(b.commands.size(), plan.block);
        auto const& receipts = ledger.run(b);
        for (std::size_t i = 0; i < receipts.size(); ++i) {
            bool const applied = receipts[i].status == apply_status::applied;
            ++o.commands;
            o.applied += applied ? 1 : 0;
            o.fills += receipts[i].fills;
            ++o.statuses[receipts[i].status];
            ++o.sent[b.commands[i].kind];
            o.done[b.commands[i].kind] += applied ? 1 : 0;
        }
    });
    return o;
}

TEST(generated_transactions, are_valid_unless_bad_ones_are_asked_for) {
    for (char const* mix : {"transfers", "orders"}) {
        transaction_plan plan{
            .transactions = 5'000, .accounts = 200, .books = 4, .mix = mix_of(mix), .block = 700};
        std::uint64_t const genesis = 1 + 2 * 200 + 2 * 4;
        outcome const good = run(plan);
        EXPECT_EQ(genesis + 5'000, good.commands);
        EXPECT_EQ(good.commands, good.applied);
        EXPECT_EQ(mix == std::string("orders"), good.fills > 500) << good.fills;
        plan.bad = 200;  // a fifth, about: 1,000 of 5,000 give or take five deviations of 28
        outcome const some = run(plan);
        EXPECT_NEAR(1'000.0, static_cast<double>(some.commands - some.applied), 141.0);
    }
}

TEST(generated_transactions, of_a_day_hold_every_kind_and_mostly_apply) {
    transaction_plan const plan{
        .transactions = 20'000, .accounts = 100, .books = 7, .mix = mix_of("day"), .block = 500};
    outcome const day = run(plan);
    for (int number = 1; number < 64; ++number) {
        auto const kind = static_cast<transaction_kind>(number);
        bool const of_keys = name_of(kind).ends_with("_key");  // --sign has those
        bool const of_liquidations =                           // a liquidator words those
            kind == transaction_kind::set_backstop || kind >= transaction_kind::liquidate;
        if (name_of(kind) == "unknown" || of_keys || of_liquidations) continue;
        EXPECT_GT(day.done.count(kind) == 0 ? 0 : day.done.at(kind), 0u) << name_of(kind);
    }
    EXPECT_GT(day.applied, day.commands * 2 / 3);
    EXPECT_GT(day.fills, 1'000u);
    // Orders are 42 % of the events, and what some events turn into when they cannot be.
    EXPECT_NEAR(0.45, static_cast<double>(day.sent.at(transaction_kind::place_order)) / 20'000,
                0.05);
    // Nothing is refused for its form or its id while no bad command and no repeat is asked for.
    for (auto const& [status, count] : day.statuses)
        EXPECT_TRUE(status == apply_status::applied || status >= apply_status::asset_not_found)
            << name_of(status) << " " << count;
}

TEST(generated_transactions, crash_when_asked_to) {
    transaction_plan plan{
        .transactions = 20'000, .accounts = 100, .books = 7, .mix = mix_of("day"), .block = 500};
    std::map<market_mood, std::int64_t> lowest;
    for (auto const mood : {market_mood::calm, market_mood::swinging, market_mood::crashing}) {
        plan.market = mood;
        lowest[mood] = INT64_MAX;
        generate_transactions(plan, [&](block const& b) {
            for (transaction_row const& t : b.commands)
                if (t.kind == transaction_kind::mark_update && t.instrument == 0)
                    lowest[mood] = std::min(lowest[mood], t.price);
        });
    }
    constexpr std::int64_t unit = nanos_per_unit;  // all begin at 100
    EXPECT_GT(lowest[market_mood::calm], 90 * unit);
    EXPECT_LT(lowest[market_mood::swinging], 90 * unit);
    EXPECT_GT(lowest[market_mood::swinging], 65 * unit);
    EXPECT_LT(lowest[market_mood::crashing], 60 * unit);
    EXPECT_GT(lowest[market_mood::crashing], 35 * unit);
}

TEST(generated_transactions, collide_and_repeat_as_often_as_asked) {
    transaction_plan const plan{.transactions = 20'000,
                                .accounts = 1'000,
                                .mix = mix_of("transfers"),
                                .conflict = 300,
                                .hot = 2,
                                .repeats = 100};
    int hot = 0;
    std::set<std::pair<std::uint64_t, std::uint64_t>> ids;
    int repeats = 0;
    generate_transactions(plan, [&](block const& b) {
        for (transaction_row const& t : b.commands) {
            if (t.kind != transaction_kind::transfer) continue;
            hot += t.account < 2 ? 1 : 0;
            repeats += ids.insert({t.id.low, t.id.high}).second ? 0 : 1;
        }
    });
    // 0.3 + 0.7 * 2 / 1000 and 0.1, give or take five deviations.
    EXPECT_NEAR(0.3014, hot / 20'000.0, 0.0165);
    EXPECT_NEAR(0.1, repeats / 20'000.0, 0.0107);
}

TEST(generated_transactions, take_weights_and_refuse_what_is_no_mix) {
    transaction_mix const mix = mix_of("order=3,cancel=1");
    std::map<market_event, int> drawn;
    for (std::uint64_t i = 0; i < 40'000; ++i) {
        draws d(1, draw_stream::transaction, i);
        ++drawn[mix.draw(d)];
    }
    EXPECT_EQ(2u, drawn.size());
    EXPECT_NEAR(0.75, drawn[market_event::order] / 40'000.0, 0.011);  // five deviations
    for (char const* text :
         {"", "night", "order", "order=", "order=x", "order=1,", "order=-1", "order=0",
          "order=1000001", "order=1 cancel=1", "order=1,cancel=1,order=1"})
        EXPECT_THROW(mix_of(text), input_error) << text;
    EXPECT_EQ(2, run_lockstep("generate --transactions 10 --mix night --out /dev/null").exit);
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
        "generate --transactions 3000 --accounts 50 --skew 0.8 --bad 30 --mix day "
        "--market crashing --repeats 20 --conflict 50 --block 900 --out '" +
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
