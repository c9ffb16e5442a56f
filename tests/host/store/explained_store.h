// An exchange small enough to be worked out by hand, in a store, and `lockstep explain` of it.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "tests/host/run_binary.h"

namespace lockstep {

// A perpetual with 5 % initial and 2.5 % maintenance margin and no fees; account 0 sells 2 at 100
// to account 1, then asks for more than it has, then the mark jumps to 700.
inline std::string const explained_log = R"({"block": 10}
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

    void SetUp() override { keep("store", explained_log); }

    /// Runs a log into a store of this name.
    void keep(std::string const& name, std::string const& log) {
        std::string const path = (scratch.path() / name).string();
        write_file(path + ".jsonl", log);
        auto const ran = run_lockstep("run --log '" + path + ".jsonl' --out '" + path +
                                      "_out' --store '" + path + "'");
        ASSERT_EQ(0, ran.exit) << ran.err;
    }
    command_result explained(std::string const& options, std::string const& name = "store") {
        return run_lockstep("explain --store '" + (scratch.path() / name).string() + "' " +
                            options);
    }
};

}  // namespace lockstep
