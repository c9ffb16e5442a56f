// What `lockstep explain` says, on an exchange small enough to be worked out by hand.
#include "host/store/explain.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "host/base/error.h"
#include "host/block/engine.h"
#include "host/log/log_writer.h"
#include "tests/host/store/explained_store.h"
#include "tests/workload/falling_market.h"

namespace lockstep {
namespace {

TEST_F(store_explain, tells_of_a_trade_and_the_margin_that_it_needs) {
    std::string const text = explained("--account 0 --block 2").out;
    EXPECT_NE(std::string::npos,
              text.find("place_order      applied  sell 2 of instrument 0 at 100"))
        << text;
    // 2 at 100 need 5 %: 10, and 2.5 %: 5.
    EXPECT_NE(std::string::npos,
              text.find("after  instrument 0: size -2 cost -200 mark 100 initial 10 maintenance 5"))
        << text;
}

TEST_F(store_explain, tells_why_a_command_was_refused) {
    std::string const text = explained("--account 0 --block 3").out;
    EXPECT_NE(std::string::npos, text.find("was refused: account_lacks_free_cash")) << text;
    std::string const receiver = explained("--account 1 --block 3").out;
    EXPECT_NE(std::string::npos, receiver.find("was refused: account_lacks_free_cash"));
}

// The same exchange with 10 % of what is above 100, then 15 %.
TEST_F(store_explain, tells_of_tiers_and_what_an_order_asks_in_them) {
    std::string const text =
        explained_log.substr(0, explained_log.find("{\"block\": 20}")) +
        R"({"id": "20", "kind": "set_tier", "amount": "100", "aux0": 100000, "aux1": 50000}
{"block": 20}
{"id": "21", "kind": "place_order", "amount": "2", "price": "100", "side": "sell"}
{"block": 30}
{"id": "22", "kind": "place_order", "account": 1, "amount": "101", "price": "90"}
{"block": 40}
{"id": "23", "kind": "set_tier", "amount": "100", "aux0": 150000, "aux1": 50000}
)";
    keep("tiers", text);
    auto const told = [&](std::string const& options) { return explained(options, "tiers").out; };
    // 200 at worst: 5 and 10.
    std::string const order = told("--account 0 --block 2");
    EXPECT_NE(std::string::npos, order.find("mark 100 initial 15 maintenance 0")) << order;
    // 10,100 at the mark: 5 and 1,000 of 1,000.
    std::string const refused = told("--account 1 --block 3");
    EXPECT_NE(std::string::npos, refused.find("would set aside 1005 and 0 for fees")) << refused;
    std::string const changed = told("--account 0 --block 4");
    EXPECT_NE(std::string::npos, changed.find("the leverage tiers of instrument 0 were changed"))
        << changed;
    EXPECT_NE(std::string::npos, changed.find("mark 100 initial 20 maintenance 0")) << changed;
}

// A bid sets 5 aside. 100 bought at p ask 5 p of margin and lose 100 p - 10,000 of the 995 that are
// left: p is at most 104.714.
TEST_F(store_explain, tells_what_an_order_without_a_price_was_limited_to) {
    keep("market", explained_log.substr(0, explained_log.find("{\"block\": 20}")) + R"({"block": 20}
{"id": "20", "kind": "place_order", "amount": "1", "price": "90"}
{"id": "21", "kind": "place_order", "amount": "100", "type": "market", "force": "immediate_or_cancel"}
)");
    std::string const text = explained("--account 0 --block 2", "market").out;
    EXPECT_NE(std::string::npos, text.find("set aside 994.55  limited to 104.71\n")) << text;
    EXPECT_EQ(text.find("limited to"), text.rfind("limited to")) << text;
    EXPECT_NE(std::string::npos, text.find("buy 100 of instrument 0 market")) << text;
    std::string const json = explained("--account 0 --block 2 --json", "market").out;
    EXPECT_NE(std::string::npos, json.find("\"limit\": \"104.71\"")) << json;
}

TEST_F(store_explain, tells_why_an_account_is_liquidating) {
    std::string const text = explained("--account 0 --block 4").out;
    EXPECT_NE(std::string::npos, text.find("flagged liquidating: equity is below maintenance"))
        << text;
    EXPECT_NE(std::string::npos, text.find("instrument 0 was marked anew")) << text;
    // Short 2 from 100 to 700 loses 1,200 of 1,000.
    std::string const json = explained("--account 0 --block 4 --json").out;
    EXPECT_NE(std::string::npos, json.find("\"unrealised\": \"-1200\"")) << json;
    EXPECT_NE(std::string::npos, json.find("\"equity\": \"-200\"")) << json;
    EXPECT_NE(std::string::npos, json.find("\"mark\": \"700\"")) << json;
}

// At 700 account 0 owes 200 more than it has: its bid and what it has promised go.
TEST_F(store_explain, tells_why_orders_and_promises_went) {
    std::string log = explained_log;
    log.insert(log.find("{\"block\": 40}"),
               R"({"block": 35}
{"id": "20", "kind": "place_order", "account": 0, "instrument": 0, "amount": "1", "price": "90"}
{"id": "21", "kind": "transfer", "account": 0, "counterparty": 1, "amount": "50", "flags": ["pending"]}
)");
    keep("longer", log);
    auto const says = [&](char const* options, char const* what) {
        std::string const text = explained(options, "longer").out;
        EXPECT_NE(std::string::npos, text.find(what)) << text;
    };
    says("--account 0 --block 5", "open orders cancelled at the block's end: 1 ");
    for (char const* who : {"--account 0 --block 5", "--account 1 --block 5"})
        says(who, "pending transfer of 50 from account 0 to 1 was voided");
}

// Account 1 has set 5 aside for a bid at 100: at 94.9 it would lose 5.10. What a market order of
// account 0 does not get is cancelled too.
TEST_F(store_explain, tells_why_orders_left_their_book) {
    std::string log =
        explained_log.substr(0, explained_log.find("{\"block\": 40}")) + R"({"block": 35}
{"id": "20", "kind": "place_order", "account": 1, "instrument": 0, "amount": "1", "price": "100"}
{"id": "21", "kind": "mark_update", "instrument": 0, "price": "94.9"}
{"block": 40}
{"id": "22", "kind": "place_order", "account": 0, "instrument": 0, "amount": "3", "type": "market", "force": "immediate_or_cancel"}
)";
    keep("left", log);
    std::string const bid = explained("--account 1 --block 5", "left").out;
    EXPECT_NE(std::string::npos,
              bid.find("cancelled\n        11 buy 1 of instrument 0: left_behind\n"))
        << bid;
    std::string const json = explained("--account 0 --block 5 --json", "left").out;
    EXPECT_NE(std::string::npos, json.find(R"("cancellations": [
    {"order": 13, "instrument": 0, "side": "buy", "size": "3", "reason": "nothing_left_to_match"}
  ],)")) << json;
}

TEST_F(store_explain, knows_what_there_is) {
    EXPECT_EQ(3, explained("--account 0 --block 5").exit);
    EXPECT_EQ(3, explained("--account 9 --block 4").exit);
}

// Account 0 holds 2 American calls of account 1, gives notice for 0.5 and declines the rest; at 112
// the notice is carried out.
std::string const exercise_log = R"({"block": 10}
{"id": "1", "kind": "create_asset", "target": "445355"}
{"id": "2", "kind": "create_account", "counterparty": 1}
{"id": "3", "kind": "create_account", "counterparty": 2}
{"id": "4", "kind": "deposit", "account": 0, "amount": "1000"}
{"id": "5", "kind": "deposit", "account": 1, "amount": "1000"}
{"id": "6", "kind": "create_instrument", "contract": 16, "trigger": "100", "until": 100, "price": "0.01", "amount": "0.1", "aux0": 16384500, "user_data": 300000}
{"id": "7", "kind": "mark_update", "instrument": 0, "price": "5"}
{"block": 20}
{"id": "8", "kind": "block_trade", "account": 0, "counterparty": 1, "instrument": 0, "amount": "2", "price": "5", "flags": ["consent_first", "consent_second"]}
{"block": 30}
{"id": "9", "kind": "exercise", "account": 0, "instrument": 0, "amount": "0.5"}
{"id": "a", "kind": "advise_exercise", "account": 0, "instrument": 0, "aux0": 2}
{"id": "b", "kind": "exercise", "account": 1, "instrument": 0, "amount": "0.5"}
{"block": 40}
{"id": "c", "kind": "assign", "instrument": 0, "price": "112"}
)";

TEST(store_explanation, tells_of_notice_advice_and_assignment) {
    scratch_folder scratch;
    std::string const at = scratch.path().string();
    write_file(scratch.path() / "log.jsonl", exercise_log);
    auto const ran = run_lockstep("run --log '" + at + "/log.jsonl' --out '" + at +
                                  "/out' --store '" + at + "/store'");
    ASSERT_EQ(0, ran.exit) << ran.err;
    auto const explained = [&](std::string const& options) {
        return run_lockstep("explain --store '" + at + "/store' " + options).out;
    };
    auto const says = [](std::string const& text, std::string const& what) {
        EXPECT_NE(std::string::npos, text.find(what)) << what << "\n" << text;
    };
    std::string const notice = explained("--account 0 --block 3");
    says(notice, "exercise         applied  amount 0.5");
    says(notice, "size 2 cost 0 mark 5");
    says(notice, "noticed 0.5 advice do_not_exercise");
    says(explained("--account 1 --block 3"), "was refused: amount_exceeds_the_long_position");
    std::string const holder = explained("--account 0 --block 4");
    says(holder, "instrument 0: notices of exercise were carried out");
    says(holder, "size 1.5 ");
    says(holder, "no command of the block names it");
    std::string const writer = explained("--account 1 --block 4 --json");
    says(writer, "instrument 0: notices of exercise were carried out");
    says(writer, "\"size\": \"-1.5\"");
    says(writer, "\"advice\": \"none\"");
    says(writer, "\"cash\": \"1004\"");  // 1000 + 10 - 0.5 * 12
}

/// What the log alone says of a holder of the falling market that nobody has liquidated yet: it
/// pays in, buys once at 100 with a fee of 0.05 %, and may pay in more.
struct by_hand {
    std::int64_t paid_in = 0, size = 0, mark = 0;
    std::uint32_t instrument = 0;

    by_hand(std::vector<block> const& log, std::uint32_t account, std::uint64_t until) {
        std::map<std::uint32_t, std::int64_t> marks;
        for (std::uint64_t b = 0; b < until; ++b)
            for (transaction_row const& t : log[b].commands) {
                if (t.kind == transaction_kind::mark_update) marks[t.instrument] = t.price;
                if (t.account != account) continue;
                if (t.kind == transaction_kind::deposit) paid_in += t.amount;
                if (t.kind != transaction_kind::place_order) continue;
                size += t.amount;
                instrument = t.instrument;
            }
        mark = marks.at(instrument);
    }
    // Sizes are tenths and prices hundredths: nothing needs rounding.
    std::int64_t times(std::int64_t price) const { return size / 1'000'000 * (price / 1'000); }
    std::int64_t fee() const { return times(100 * nanos_per_unit) / 2'000; }
    std::int64_t equity() const {
        return paid_in - fee() + times(mark) - times(100 * nanos_per_unit);
    }
    std::int64_t maintenance() const { return times(mark) / 40; }
};

TEST(store_explanation, verdicts_picked_at_random_follow_from_the_log_alone) {
    scratch_folder scratch;
    std::vector<block> const log = workload::liquidated_market();
    std::string const file = (scratch.path() / "fall.log").string();
    auto const writer = make_log_writer(file);
    for (block const& b : log) writer->write(b);
    writer->commit();
    std::string const folder = (scratch.path() / "store").string();
    auto const ran = run_lockstep("run --log " + file + " --store " + folder + " --out " +
                                  (scratch.path() / "out").string());
    ASSERT_EQ(0, ran.exit) << ran.err;

    // Every first verdict on a holder, and then some of them.
    std::map<std::uint32_t, std::uint64_t> first;
    engine ledger({});
    for (block const& b : log) {
        ledger.run(b);
        for (account_row const& a : ledger.state().accounts)
            if (a.flags & account_flag::liquidating) first.emplace(a.number, ledger.state().blocks);
    }
    first.erase(0);  // the backstop
    first.erase(1);  // the maker
    std::vector<std::pair<std::uint32_t, std::uint64_t>> picked(first.begin(), first.end());
    ASSERT_GT(picked.size(), 20u);
    std::shuffle(picked.begin(), picked.end(), std::mt19937_64(20260205));
    picked.resize(8);

    auto const device = make_backend({.kind = backend_kind::cpu, .threads = 1});
    ledger_store const store(
        {.files = {.folder = folder, .mode = open_mode::read_only}, .acknowledge = {}});
    for (auto const& [account, block] : picked) {
        SCOPED_TRACE("account " + std::to_string(account) + ", block " + std::to_string(block));
        explanation const e = explain(store, account, block, *device);
        by_hand const hand(log, account, block);
        EXPECT_EQ(hand.equity(), e.after.equity());
        EXPECT_EQ(hand.maintenance(), e.after.account.maintenance.nanos);
        EXPECT_LT(hand.equity(), hand.maintenance());
        ASSERT_EQ(1u, e.after.positions.size());
        EXPECT_EQ(hand.mark, e.after.positions[0].mark);
        EXPECT_EQ(hand.size, e.after.positions[0].size);
        EXPECT_EQ(1, std::count(e.reasons.begin(), e.reasons.end(),
                                "flagged liquidating: equity is below maintenance margin"));
        by_hand const before(log, account, block - 1);
        EXPECT_GE(before.equity(), before.maintenance()) << "it was safe until then";
    }
}

}  // namespace
}  // namespace lockstep
