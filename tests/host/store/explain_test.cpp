// What `lockstep explain` says, on an exchange small enough to be worked out by hand.
#include "host/store/explain.h"

#include <gtest/gtest.h>

#include "host/base/error.h"
#include "tests/host/run_binary.h"

namespace lockstep {
namespace {

// A perpetual with 5 % initial and 2.5 % maintenance margin and no fees; account 0 sells 2 at 100
// to account 1, then asks for more than it has, then the mark jumps to 700.
std::string const log_text = R"({"block": 10}
{"id": "1", "kind": "create_asset", "target": "445355"}
{"id": "2", "kind": "create_account", "counterparty": 1}
{"id": "3", "kind": "create_account", "counterparty": 2}
{"id": "4", "kind": "deposit", "account": 0, "amount": "1000"}
{"id": "5", "kind": "deposit", "account": 1, "amount": "1000"}
{"id": "6", "kind": "create_instrument", "contract": 2, "price": "0.01", "amount": "0.1", "aux0": 16384500, "user_data": 300000}
{"id": "7", "kind": "mark_update", "instrument": 0, "price": "100"}
{"block": 20}
{"id": "8", "kind": "place_order", "account": 0, "instrument": 0, "amount": "2", "price": "100", "side": "sell"}
{"id": "9", "kind": "place_order", "account": 1, "instrument": 0, "amount": "2", "price": "100"}
{"block": 30}
{"id": "a", "kind": "transfer", "account": 0, "counterparty": 1, "amount": "5000"}
{"block": 40}
{"id": "b", "kind": "mark_update", "instrument": 0, "price": "700"}
)";

class store_explain : public ::testing::Test {
  protected:
    scratch_folder scratch;
    std::string const store = (scratch.path() / "store").string();

    void SetUp() override {
        write_file(scratch.path() / "log.jsonl", log_text);
        auto const ran =
            run_lockstep("run --log '" + (scratch.path() / "log.jsonl").string() + "' --out '" +
                         (scratch.path() / "out").string() + "' --store '" + store + "'");
        ASSERT_EQ(0, ran.exit) << ran.err;
    }
    command_result explained(std::string const& options) {
        return run_lockstep("explain --store '" + store + "' " + options);
    }
};

TEST_F(store_explain, tells_of_a_trade_and_the_margin_that_it_needs) {
    std::string const text = explained("--account 0 --block 2").out;
    EXPECT_NE(std::string::npos, text.find("place_order      applied  amount 2  sell 0 at 100"))
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

TEST_F(store_explain, knows_what_there_is) {
    EXPECT_EQ(3, explained("--account 0 --block 5").exit);
    EXPECT_EQ(3, explained("--account 9 --block 4").exit);
}

}  // namespace
}  // namespace lockstep
