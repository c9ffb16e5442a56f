// `lockstep margin`: what holds for every model, what-if legs, the command, and everything that may
// be wrong with a document.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <functional>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

#include "host/base/error.h"
#include "host/margin/query/answer.h"
#include "tests/host/margin/query_documents.h"
#include "tests/host/run_binary.h"
#include "tests/host/scratch.h"
#include "tests/where.h"

namespace lockstep {
namespace {

std::string const spread =
    R"({"instrument": "ETH_USDC-27MAR26-2700-C", "size": -2, "vol": 0.66},
       {"instrument": "ETH_USDC-27MAR26-3000-C", "size": 2, "vol": 0.64})";

class EveryModel : public testing::TestWithParam<char const*> {};

// Whatever the model: a leg that is added and one that stood there from the start are the same, the
// order of legs is no matter, and a position twice as large asks twice as much or less.
TEST_P(EveryModel, what_if_is_the_portfolio_with_the_leg) {
    auto const model = make_margin_model(GetParam(), "");
    margin_query query = parse_margin_query(
        document(R"({"instrument": "ETH_USDC-27MAR26-2700-C", "size": -2, "vol": 0.66})"), "t");
    margin_answer const one = model->evaluate(query);
    query.legs.push_back(parse_leg("ETH_USDC-27MAR26-3000-C:2@0.64"));
    margin_answer const added = model->evaluate(query);
    margin_answer const stood = model->evaluate(parse_margin_query(document(spread), "t"));
    EXPECT_EQ(added.initial, stood.initial);
    EXPECT_EQ(added.maintenance, stood.maintenance);
    EXPECT_EQ(added.equity, stood.equity);
    EXPECT_GE(one.initial, one.maintenance);
    EXPECT_GT(one.initial, 0);
    std::swap(query.legs[0], query.legs[1]);
    margin_answer const turned = model->evaluate(query);
    EXPECT_NEAR(turned.initial, added.initial, 1e-9);
    for (query_leg& leg : query.legs) leg.size *= 2;
    EXPECT_LE(model->evaluate(query).initial, 2 * added.initial + 1e-6);
}

TEST_P(EveryModel, two_legs_of_an_instrument_are_one_position) {
    auto const model = make_margin_model(GetParam(), "");
    auto const holding = [](std::string const& legs) {
        return parse_margin_query(document(legs), "t");
    };
    auto const call = [](std::string const& size) {
        return R"({"instrument": "ETH_USDC-27MAR26-2700-C", "vol": 0.66, "size": )" + size + "}";
    };
    EXPECT_EQ(model->evaluate(holding(call("-3") + "," + call("1"))).initial,
              model->evaluate(holding(call("-2"))).initial);
    margin_query const closed =
        holding(call("0.3") + "," + call("-0.1") + "," + call("-0.2") + "," + call("0"));
    EXPECT_TRUE(closed.legs.empty());
    EXPECT_EQ(model->evaluate(closed).initial, 0);
}

TEST_P(EveryModel, contributions_are_what_is_saved_without_the_leg) {
    auto const model = make_margin_model(GetParam(), "");
    margin_query query = parse_margin_query(document(spread), "t");
    full_answer const whole = answer_query(*model, query);
    ASSERT_EQ(whole.legs.size(), 2u);
    query.legs.erase(query.legs.begin());
    EXPECT_EQ(whole.legs[0].initial, whole.whole.initial - model->evaluate(query).initial);
}

INSTANTIATE_TEST_SUITE_P(Models, EveryModel,
                         testing::Values("pmrm", "srm", "span", "tims", "deribit", "deribit_cross",
                                         "deribit_standard", "reg_t"),
                         [](auto const& model) { return std::string(model.param); });

/// The complaint about a document.
std::string complaint(std::function<void()> const& act) {
    try {
        act();
    } catch (input_error const& error) {
        return error.what();
    }
    return "no complaint";
}

TEST(margin_query, complaints_name_the_file_and_the_key) {
    auto const parse = [](std::string const& text) {
        return complaint([&] { (void)parse_margin_query(text, "book.json"); });
    };
    EXPECT_EQ(parse(document(R"({"instrument": "ETH_USDC-27MAR26-2700-C", "size": "two"})")),
              "book.json: 'legs[0].size' must be a number");
    EXPECT_EQ(parse(document(R"({"instrument": "ETH_USDC-31FEB26-2700-C", "size": 1})")),
              "book.json: 'legs[0].instrument' has no such day: '31FEB26'");
    EXPECT_EQ(parse(document(R"({"instrument": "ETH_USDC-PERPETUAL", "size": 1, "side": 1})")),
              "book.json: 'legs[0].side' is not known");
    EXPECT_EQ(parse(document(R"({"instrument": "ETH_USDC-PERPETUAL", "size": 1, "size": 2})")),
              "book.json: 'legs[0].size' stands twice");
    EXPECT_EQ(parse(R"({"time": "2026-02-05T10:00:00Z", "cash": 1, "cash": 2})"),
              "book.json: 'cash' stands twice");
    EXPECT_EQ(parse(R"({"time": "2026-02-05T10:00:00Z",
                        "underlyings": {"ETH": {"index": 1}, "ETH": {"index": 2}}})"),
              "book.json: 'underlyings.ETH' stands twice");
    EXPECT_EQ(parse(R"({"cash": 1})"), "book.json: 'time' is missing");
    EXPECT_EQ(parse(R"({"time": "yesterday"})"),
              "book.json: 'time' must be a time such as 2026-02-05T10:00:00Z");
    EXPECT_EQ(parse("[1]"), "book.json: the document must be an object");
    EXPECT_TRUE(parse("{").starts_with("book.json:1: is not JSON: "));
}

TEST(margin_query, legs_of_an_instrument_agree_on_what_it_is_worth) {
    auto const second = [](std::string const& name, std::string const& one,
                           std::string const& other) {
        std::string const leg = R"({"instrument": ")" + name + R"(", "size": 1, )";
        return complaint([&] {
            (void)parse_margin_query(document(leg + one + "}, " + leg + other + "}"), "book.json");
        });
    };
    std::string const call = "ETH_USDC-27MAR26-2700-C", perpetual = "ETH_USDC-PERPETUAL";
    std::string const differs = "' is another than that of an earlier leg of the same instrument";
    EXPECT_EQ(second(call, R"("vol": 0.6)", R"("vol": 0.7)"), "book.json: 'legs[1].vol" + differs);
    EXPECT_EQ(second(call, R"("mark": 6)", R"("mark": 7)"), "book.json: 'legs[1].mark" + differs);
    EXPECT_EQ(second(perpetual, R"("entry": 6)", R"("funding": 7)"),
              "book.json: 'legs[1].entry" + differs);
    EXPECT_EQ(second(call, R"("vol": 0.6)", R"("mark": 7)"), "no complaint");
    margin_query const funded = parse_margin_query(
        document(R"({"instrument": "ETH_USDC-PERPETUAL", "size": 1, "funding": 2},
                    {"instrument": "ETH_USDC-PERPETUAL", "size": 2, "funding": 3})"),
        "t");
    for (std::string const model : {"leverage", "span", "tims", "deribit", "deribit_standard"}) {
        margin_answer const closed =
            ask(model, document(R"({"instrument": "ETH_USDC-PERPETUAL", "size": 1, "funding": 2},
                                   {"instrument": "ETH_USDC-PERPETUAL", "size": -1})"));
        EXPECT_EQ(closed.equity, 2) << model << ": what is still to be received stays";
        EXPECT_EQ(closed.initial, 0) << model;
    }
    ASSERT_EQ(funded.legs.size(), 1u);
    EXPECT_EQ(funded.legs[0].size, 3);
    EXPECT_EQ(funded.legs[0].funding, 5) << "what is still to be received adds up";
}

TEST(margin_query, span_refuses_a_size_beyond_its_integers) {
    EXPECT_EQ(complaint([] {
                  (void)ask("span",
                            document(R"({"instrument": "ETH_USDC-PERPETUAL", "size": 1e10})"));
              }),
              "model span: legs[0]: ETH_USDC-PERPETUAL is too large");
}

TEST(margin_query, complaints_of_models_name_the_leg) {
    std::string const no_vol = document(R"({"instrument": "ETH_USDC-27MAR26-2700-C", "size": 1})");
    EXPECT_EQ(complaint([&] { (void)ask("pmrm", no_vol); }),
              "model pmrm: legs[0]: ETH_USDC-27MAR26-2700-C has no 'vol'");
    std::string const other = document(R"({"instrument": "BTC_USDC-PERPETUAL", "size": 1})");
    EXPECT_EQ(complaint([&] { (void)ask("leverage", other); }),
              "legs[0]: BTC_USDC-PERPETUAL: the portfolio has no underlying 'BTC'");
    std::string const day =
        document(R"({"instrument": "ETH_USDC-26JUN26-2700-C", "size": 1, "vol": 1})");
    EXPECT_EQ(complaint([&] { (void)ask("srm", day); }),
              "legs[0]: ETH_USDC-26JUN26-2700-C: underlying 'ETH' has no such expiry");
    EXPECT_TRUE(
        complaint([&] {
            (void)ask("simm", no_vol);
        }).starts_with("there is no margin model 'simm'; there are: deribit, deribit_cross, pmrm"));
    EXPECT_EQ(complaint([] { (void)parse_leg("ETH_USDC-PERPETUAL:many"); }),
              "leg 'ETH_USDC-PERPETUAL:many': 'many' is not a number");
    for (std::string const vol : {"-0.5", "1e9", "10001"})
        EXPECT_NE(complaint([&] {
                      (void)parse_leg("ETH_USDC-27MAR26-3000-C:2@" + vol);
                  }).find("a vol is a fraction from 0 to 10000, not"),
                  std::string::npos)
            << vol;
    EXPECT_EQ(complaint([] { (void)parse_leg("ETH_USDC-PERPETUAL:1e13"); }),
              "leg 'ETH_USDC-PERPETUAL:1e13': a size is at most 1000000000000");
    EXPECT_EQ(complaint([] { (void)parse_leg("ETH_USDC-PERPETUAL"); }),
              "leg 'ETH_USDC-PERPETUAL' must be NAME:SIZE or NAME:SIZE@VOL");
}

TEST(margin_command, names_what_its_model_does_not_count) {
    std::string const sample = data_path("sample/margin.json");
    struct {
        char const *model, *expected, *said;
    } const cases[] = {
        {"pmrm", "[]", ""},
        {"srm", R"(["rate","haircut_initial","haircut_maintenance","moves_with_spot"])",
         "`rate` is not counted"},
        {"deribit_cross", R"(["rate","moves_with_spot"])", "`moves_with_spot` is not counted"},
        {"span", R"(["collateral"])", "`collateral` is not counted by model span"}};
    for (auto const& [model, expected, said] : cases) {
        command_result const ran =
            run_lockstep("margin --model " + std::string(model) + " --portfolio '" + sample + "'");
        EXPECT_EQ(0, ran.exit) << ran.err;
        simdjson::dom::parser parser;
        EXPECT_EQ(expected, simdjson::minify(parser.parse(ran.out)["not_counted"].value()))
            << model;
        EXPECT_NE(std::string::npos, ran.err.find(said)) << ran.err;
    }
}

// Every key that may be left out says something here; what a model does not read it names.
TEST(margin_query, each_model_names_the_keys_that_it_does_not_read) {
    margin_query const full = parse_margin_query(R"({"time": "2026-03-27T07:45:00Z", "cash": 9,
        "cash_price": 0.99,
        "underlyings": {"ETH": {"index": 2000, "confidence": 0.9, "multiplier": 10,
            "kind": "stock", "perpetual_price": 2001, "perpetual_confidence": 0.8,
            "expiries": {"27MAR26": {"forward": 2010, "rate": 0.1, "confidence": 0.7,
                                     "average": 2000, "fixed": 0.5}}}},
        "legs": [{"instrument": "ETH_USDC-27MAR26-2000-C", "size": 1, "vol": 0.6, "mark": 50},
                 {"instrument": "ETH_USDC-PERPETUAL", "size": 1, "entry": 1990, "funding": 1}],
        "collateral": [{"asset": "ETH", "size": 1, "price": 2000, "confidence": 0.9,
            "haircut_initial": 0.1, "haircut_maintenance": 0.1, "moves_with_spot": true}]})",
                                                 "t");
    std::string const feeds = "confidence perpetual_confidence expiries.confidence ";
    struct {
        char const* model;
        std::string not_counted;
    } const cases[] = {
        {"pmrm", "multiplier kind average fixed mark"},
        {"srm",
         "multiplier kind rate haircut_initial haircut_maintenance collateral.confidence "
         "moves_with_spot"},
        {"deribit", "cash_price multiplier kind rate average fixed mark collateral " + feeds},
        {"deribit_cross",
         "multiplier kind rate average fixed mark collateral.confidence moves_with_spot " + feeds},
        {"deribit_standard", "cash_price multiplier kind rate average fixed collateral " + feeds},
        {"leverage", "cash_price multiplier kind rate average fixed vol mark collateral " + feeds},
        {"span", "cash_price kind average fixed mark collateral " + feeds},
        {"tims", "cash_price average fixed mark collateral " + feeds},
        {"reg_t", "cash_price perpetual_price average fixed entry funding collateral " + feeds}};
    for (auto const& [model, not_counted] : cases) {
        std::istringstream words(not_counted);
        std::set<std::string> const expected{std::istream_iterator<std::string>(words), {}};
        std::vector<std::string> const keys = make_margin_model(model, "")->not_counted(full);
        EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()), expected) << model;
        EXPECT_EQ(keys.size(), expected.size()) << model;
    }
}

/// What `--add` changes in a document.
std::string change(std::string const& text, std::string const& flags, char const* key) {
    std::string const file = scratch_file("added.json");
    std::ofstream(file) << text;
    command_result const ran = run_lockstep("margin --portfolio '" + file + "' " + flags);
    if (ran.exit != 0) return ran.err;
    simdjson::dom::parser parser;
    return std::string(parser.parse(ran.out)["what_if"]["change"][key].get_string().value());
}

TEST(margin_command, a_leg_of_an_instrument_that_is_held_changes_its_position) {
    std::string const eth = R"({"time": "2026-02-05T00:00:00Z", "cash": 9000,
        "underlyings": {"ETH": {"index": 2000, "expiries": {"27MAR26": {"forward": 2000}}}},
        "legs": [)";
    std::string const perpetual =
        eth + R"({"instrument": "ETH_USDC-PERPETUAL", "size": 10, "entry": 2000}]})";
    EXPECT_EQ(change(perpetual, "--model leverage --add ETH_USDC-PERPETUAL:-10", "initial_margin"),
              "-4000");
    EXPECT_EQ(change(perpetual,
                     "--model leverage --add ETH_USDC-PERPETUAL:-10 --add ETH_USDC-PERPETUAL:5",
                     "initial_margin"),
              "-2000");
    std::string const call =
        eth + R"({"instrument": "ETH_USDC-27MAR26-2000-C", "size": -1, "vol": 0.6}]})";
    EXPECT_EQ(change(call, "--model span --add ETH_USDC-27MAR26-2000-C:0", "initial_margin"), "0")
        << "the vol is the portfolio's";
    EXPECT_NE(
        change(call, "--model span --add ETH_USDC-27MAR26-2000-C:1@0.7", "initial_margin")
            .find("leg 'ETH_USDC-27MAR26-2000-C:1@0.7': its 'vol' is another than that of the "
                  "portfolio"),
        std::string::npos);
}

TEST(margin_command, answers_the_sample_in_json_and_refuses_what_it_cannot_use) {
    std::string const sample = data_path("sample/margin.json");
    command_result const good = run_lockstep("margin --model pmrm --portfolio '" + sample +
                                             "' --add ETH_USDC-27MAR26-3000-C:-2@0.71");
    ASSERT_EQ(good.exit, 0) << good.err;
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    ASSERT_EQ(parser.parse(good.out).get(root), simdjson::SUCCESS);
    EXPECT_EQ(root["verdict"].get_string().value(), "safe");
    EXPECT_EQ(root["worst_scenarios"].get_array().size(), 5u);
    EXPECT_EQ(root["legs"].get_array().size(), 4u);
    EXPECT_EQ(root["what_if"]["legs"].get_array().size(), 5u);
    EXPECT_EQ(run_lockstep("margin --model pmrm --portfolio /nowhere.json").exit, 3);
    EXPECT_EQ(run_lockstep("margin --portfolio '" + sample + "'").exit, 2);
    std::string const help = run_lockstep("margin --help").out;
    for (model_description const& m : margin_models())
        EXPECT_NE(help.find("  " + std::string(m.name) + " "), std::string::npos) << m.name;
}

}  // namespace
}  // namespace lockstep
