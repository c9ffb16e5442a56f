// Every change of an account's cash is named with what it was computed from, and what a refused
// order asked is that of its own moment. All figures are worked out by hand.
#include <gtest/gtest.h>

#include "tests/host/run_binary.h"

namespace lockstep {
namespace {

class explained_payments : public ::testing::Test {
  protected:
    scratch_folder scratch;

    void run(std::string const& log) {
        std::string const at = scratch.path().string();
        write_file(scratch.path() / "log.jsonl", log);
        auto const ran = run_lockstep("run --check --log '" + at + "/log.jsonl' --out '" + at +
                                      "/out' --store '" + at + "/store'");
        ASSERT_EQ(0, ran.exit) << ran.err;
    }
    std::string explained(std::string const& options) {
        return run_lockstep("explain --store '" + scratch.path().string() + "/store' " + options)
            .out;
    }
    static void says(std::string const& text, std::string const& what) {
        EXPECT_NE(std::string::npos, text.find(what)) << what << "\n" << text;
    }
};

// 10 % initial margin, fees of 0.1 % for who makes and 0.5 % for who takes.
std::string const perpetual = R"({"block": 10}
{"id": "1001", "kind": "create_asset", "target": "445355"}
{"id": "1002", "kind": "create_account", "counterparty": 1}
{"id": "1003", "kind": "create_account", "counterparty": 2}
{"id": "1006", "kind": "deposit", "account": 0, "amount": "1000"}
{"id": "1007", "kind": "deposit", "account": 1, "amount": "1000"}
{"id": "100a", "kind": "create_instrument", "contract": 2, "amount": "1", "price": "1", "user_data": 500000, "aux0": 32769000, "aux1": 327681000}
{"id": "100b", "kind": "mark_update", "price": "100"}
{"block": 20}
{"id": "100c", "kind": "place_order", "account": 0, "side": "sell", "amount": "5", "price": "100"}
{"block": 30}
{"id": "100d", "kind": "place_order", "account": 1, "side": "buy", "amount": "5", "price": "120"}
{"block": 40}
{"id": "100e", "kind": "funding", "instrument": 0, "amount": "0.01"}
{"id": "1010", "kind": "withdraw", "account": 1, "amount": "99999"}
{"block": 50}
{"id": "1015", "kind": "place_order", "account": 0, "side": "sell", "amount": "5", "price": "110"}
{"block": 60}
{"id": "1016", "kind": "amend_order", "account": 0, "target": "1015", "amount": "5000", "price": "110"}
{"id": "1017", "kind": "block_trade", "account": 0, "counterparty": 1, "side": "buy", "amount": "5000", "price": "100", "flags": ["consent_first", "consent_second"]}
)";

TEST_F(explained_payments, name_fills_with_price_fee_and_rate) {
    run(perpetual);
    std::string const taker = explained("--account 1 --block 3 --json");
    says(taker,
         R"({"sequence": 9, "kind": "fill", "cash": "-2.5", "instrument": "0", "order": "9", )"
         R"("bought": "5", "price": "100", "fee": "2.5", "taker_ppm": "5000"})");
    std::string const maker = explained("--account 0 --block 3 --json");
    says(maker,
         R"({"sequence": 9, "kind": "fill", "cash": "-0.5", "instrument": "0", "order": "8", )"
         R"("sold": "5", "price": "100", "fee": "0.5", "maker_ppm": "1000"})");
    says(maker, "cash changed by -0.5: by what, stands below");
}

// Who sells at 60 or better sets a fee aside on the mark of 100; the fill at 120 would cost 0.6.
TEST_F(explained_payments, name_what_an_order_says_and_what_caps_its_fee) {
    run(perpetual.substr(0, perpetual.find("{\"block\": 20}")) + R"({"block": 20}
{"id": "8", "kind": "place_order", "account": 1, "amount": "2", "price": "120"}
{"id": "9", "kind": "place_order", "account": 0, "amount": "1", "price": "60", "side": "sell"}
{"block": 30}
{"id": "a", "kind": "place_order", "account": 0, "amount": "1", "price": "90", "side": "buy", "type": "stop_limit", "trigger": "80", "force": "fill_or_kill", "flags": ["reduce_only"]}
)");
    says(explained("--account 0 --block 2 --json"),
         R"("price": "120", "fee": "0.5", "taker_ppm": "5000", "fee_by_rate": "0.6"})");
    std::string const order = explained("--account 0 --block 3");
    says(order, "buy 1 of instrument 0 at 90 stop_limit trigger 80 fill_or_kill reduce_only");
    says(explained("--account 0 --block 3 --json"), R"("type": "stop_limit")");
}

TEST_F(explained_payments, name_funding_beside_a_refused_command) {
    run(perpetual);
    std::string const payer = explained("--account 1 --block 4");
    says(payer, "was refused: account_lacks_free_cash");
    says(payer, "instrument 0 position 5 mark 100 rate 0.01");
    // 1000 - 2.5 of fee, and 10 % of 500 as margin: funding is paid at the block's end.
    says(payer, "amount 99999  has 947.5 free");
    says(explained("--account 1 --block 4 --json"),
         R"({"sequence": 10, "kind": "funding", "cash": "-5", )");
    says(explained("--account 0 --block 4 --json"),
         R"({"sequence": 10, "kind": "funding", "cash": "5", "instrument": "0", "position": "-5", )"
         R"("mark": "100", "rate": "0.01"})");
}

// Of 1,000 account 0 has paid 0.5 of fee and received 5 of funding; 55 and 2.75 are set aside for
// its order, and its position of 500 asks 50: 896.75 are free.
TEST_F(explained_payments, say_what_an_amendment_and_a_block_trade_asked) {
    run(perpetual);
    std::string const text = explained("--account 0 --block 6");
    says(text, "of instrument 0 at 110  would set aside 55000 and 2750 for fees, with 896.75 free");
    says(text,
         "of instrument 0 at 100 consent_first consent_second  would set aside 50000 and 2500 for "
         "fees, with "
         "896.75 free");
    std::string const other = explained("--account 1 --block 6");
    says(other, "  account 0 would set aside 50000 and 2500 for fees");
    says(other, "block_trade      account_lacks_free_cash  of account 0  buy 5000 of instrument 0");
    EXPECT_EQ(std::string::npos, text.find("of account")) << text;
}

// 5 % of the first 1,000 and 50 % of what is above: the second order of a block asks 500.
TEST_F(explained_payments, an_order_asks_what_the_commands_before_it_have_left) {
    run(R"({"block": 1000000000}
{"id":"1","kind":"create_asset","target":"445355"}
{"id":"2","kind":"create_account","asset":0}
{"id":"4","kind":"create_instrument","asset":0,"amount":"0.1","price":"0.01","user_data":300000,"contract":2,"aux0":16384500,"aux1":0}
{"id":"5","kind":"mark_update","instrument":0,"price":"100"}
{"id":"6","kind":"deposit","account":0,"amount":"300"}
{"id":"7","kind":"set_tier","instrument":0,"amount":"1000","aux0":500000,"aux1":250000}
{"block": 2000000000}
{"id":"8","kind":"place_order","account":0,"instrument":0,"side":"buy","amount":"10","price":"100"}
{"id":"9","kind":"place_order","account":0,"instrument":0,"side":"buy","amount":"10","price":"100"}
)");
    says(explained("--account 0 --block 2"), "would set aside 500 and 0 for fees, with 250 free");
    says(explained("--account 0 --block 2 --json"),
         R"("lacking_account": 0, "free": "250", "asked_position": "500", "asked_fee": "0"})");
}

// Leverage 1 of an isolated account made in the same block asks all of 100, and 0.5 % of fee.
TEST_F(explained_payments, an_order_asks_by_the_leverage_of_an_account_made_in_its_block) {
    run(perpetual + R"({"block": 70}
{"id": "1018", "kind": "create_account", "counterparty": 9, "instrument": 0, "flags": ["isolated"], "aux0": 1}
{"id": "1019", "kind": "deposit", "account": 2, "amount": "50"}
{"id": "101a", "kind": "place_order", "account": 2, "side": "buy", "amount": "1", "price": "100"}
)");
    says(explained("--account 2 --block 7"), "would set aside 100 and 0.5 for fees, with 50 free");
}

// To buy five calls back at 78 loses 90 against the mark of 60, of which their margin covers 25:
// 65, with 20 free of 150. But it takes 390 of cash as well.
TEST_F(explained_payments, an_option_that_is_bought_back_asks_for_its_premium) {
    run(R"({"block": 10}
{"id": "1", "kind": "create_asset", "target": "445355"}
{"id": "2", "kind": "create_account", "counterparty": 1}
{"id": "3", "kind": "create_account", "counterparty": 2}
{"id": "4", "kind": "deposit", "account": 0, "amount": "30"}
{"id": "5", "kind": "deposit", "account": 1, "amount": "5000"}
{"id": "6", "kind": "create_instrument", "contract": 0, "trigger": "100", "until": 1000000, "amount": "0.1", "price": "0.01", "user_data": 500000, "aux0": 16384500}
{"id": "7", "kind": "mark_update", "instrument": 0, "price": "60"}
{"block": 20}
{"id": "8", "kind": "block_trade", "account": 0, "counterparty": 1, "instrument": 0, "side": "sell", "amount": "2", "price": "60", "flags": ["consent_first", "consent_second"]}
{"block": 30}
{"id": "9", "kind": "place_order", "account": 0, "instrument": 0, "amount": "5", "price": "78", "flags": ["reduce_only"]}
)");
    says(explained("--account 0 --block 3"), "would set aside 390 and 0 for fees, with 150 free");
}

// The second leg of a chain has what the first one has left, though both fail.
TEST_F(explained_payments, an_order_asks_what_its_own_chain_has_left) {
    run(perpetual + R"({"block": 70}
{"id": "1018", "kind": "create_instrument", "contract": 2, "amount": "1", "price": "1", "user_data": 500000, "aux0": 32769000, "aux1": 327681000}
{"id": "1019", "kind": "mark_update", "instrument": 1, "price": "100"}
{"block": 80}
{"id": "101a", "kind": "place_order", "account": 1, "side": "buy", "amount": "50", "price": "100", "flags": ["linked"]}
{"id": "101b", "kind": "place_order", "account": 1, "instrument": 1, "side": "buy", "amount": "50", "price": "100"}
)");
    // 1000 - 2.5 - 5 - 50 = 942.5; a leg asks 10 % and 0.5 % of 5,000.
    says(explained("--account 1 --block 8"),
         "would set aside 500 and 25 for fees, with 417.5 free");
}

// Account 1, long 10 from 100, loses 200 of 100 at a session's 80; its owner's account 2 has 30,
// the fund 20. A year later cash costs 10 %, and the future ends at 90.
std::string const future = R"({"block": 10}
{"id": "1", "kind": "create_asset", "target": "445355"}
{"id": "2", "kind": "create_account", "counterparty": 1}
{"id": "3", "kind": "create_account", "counterparty": 2}
{"id": "4", "kind": "create_account", "counterparty": 2}
{"id": "5", "kind": "deposit", "account": 0, "amount": "1000"}
{"id": "6", "kind": "deposit", "account": 1, "amount": "100"}
{"id": "7", "kind": "deposit", "account": 2, "amount": "30"}
{"id": "8", "kind": "fund_insurance", "account": 0, "amount": "20"}
{"id": "9", "kind": "create_instrument", "contract": 1, "until": 100, "price": "0.01", "amount": "0.1", "aux0": 16384500, "user_data": 300000}
{"id": "a", "kind": "mark_update", "price": "100"}
{"block": 20}
{"id": "b", "kind": "block_trade", "account": 1, "counterparty": 0, "amount": "10", "price": "100", "side": "buy", "flags": ["consent_first", "consent_second"]}
{"block": 30}
{"id": "c", "kind": "withdraw", "account": 1, "amount": "99999"}
{"id": "d", "kind": "mark_update", "price": "80"}
{"id": "e", "kind": "session_settle"}
{"block": 40}
{"id": "f", "kind": "interest", "amount": "-0.1"}
{"block": 31536000000000040}
{"id": "10", "kind": "interest", "amount": "-0.1"}
{"id": "11", "kind": "expiry", "price": "90"}
)";

TEST_F(explained_payments, name_settlement_and_who_covered_the_loss) {
    run(future);
    std::string const loser = explained("--account 1 --block 3 --json");
    says(loser, R"({"sequence": 14, "kind": "session_settle", "cash": "-200", "instrument": "0", )"
                R"("position": "10", "mark": "80", "cost": "1000"})");
    says(loser, R"({"sequence": 0, "kind": "cover_of_loss", "cash": "100", "cash_before": "-100", )"
                R"("gains_to_come": "0", "by_accounts": "2", "by_them": "30", )"
                R"("insurance_fund_after": "0", "deficit_before": "0", "deficit_after": "50"})");
    says(explained("--account 2 --block 3 --json"),
         R"({"sequence": 0, "kind": "debt_of_own_account", "cash": "-30", "cash_before": "30", )"
         R"("for_accounts_in_debt": "1"})");
    says(explained("--account 1 --block 2 --json"), R"("kind": "trade", "cash": "0")");
}

// The same, but that account 2 is isolated, which is made after its instrument: it pays all the
// same.
TEST_F(explained_payments, name_an_isolated_account_that_covered) {
    std::string log = future;
    auto const put_last_of_block_1 = [&log](std::string const& id, std::string const& line) {
        std::size_t const at = log.find("{\"id\": \"" + id + "\"");
        log.erase(at, log.find('\n', at) + 1 - at);
        log.insert(log.find("{\"block\": 20}"), line + "\n");
    };
    put_last_of_block_1(
        "4", R"({"id": "4", "kind": "create_account", "counterparty": 2, "flags": ["isolated"]})");
    put_last_of_block_1("7", R"({"id": "7", "kind": "deposit", "account": 2, "amount": "30"})");
    run(log);
    says(explained("--account 1 --block 3 --json"),
         R"("gains_to_come": "0", "by_accounts": "2", "by_them": "30", )"
         R"("insurance_fund_after": "0", "deficit_before": "0", "deficit_after": "50"})");
}

TEST_F(explained_payments, name_interest_and_delivery) {
    run(future);
    std::string const text = explained("--account 0 --block 5 --json");
    // 1000 - 20 + 200, of which a tenth; then 10 short from 80 at 90.
    says(text,
         R"({"sequence": 16, "kind": "interest", "cash": "-118", "asset": "0", "rate": "-0.1", )"
         R"("on": "1180", "nanoseconds": "31536000000000000"})");
    says(text, R"({"sequence": 17, "kind": "expiry", "cash": "-100", "instrument": "0", )"
               R"("position": "-10", "delivery_price": "90", "cost": "-800"})");
}

}  // namespace
}  // namespace lockstep
