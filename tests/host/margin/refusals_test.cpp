// What a margin model cannot answer it refuses, and says why: amounts beyond its integers,
// contracts that it would take for others, parameters that its formulas cannot mean.
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "host/base/error.h"
#include "host/margin/preset.h"
#include "tests/host/margin/query_documents.h"
#include "tests/host/run_binary.h"
#include "tests/host/scratch.h"
#include "tests/where.h"

namespace lockstep {
namespace {

/// One linear perpetual of BTC at a price, on cash.
std::string perpetual(std::string const& price, std::string const& size, std::string const& cash) {
    return R"({"time": "2026-02-05T10:00:00Z", "cash": )" + cash +
           R"(, "underlyings": {"BTC": {"index": )" + price +
           R"(}}, "legs": [{"instrument": "BTC_USDC-PERPETUAL", "size": )" + size + "}]}";
}

/// A model with one piece of its parameters replaced: the answer, or the complaint.
std::string with(std::string const& model, std::string const& piece, std::string const& by,
                 std::string const& text) {
    std::string parameters = parameters_of_model(model, "");
    std::size_t const at = parameters.find(piece);
    if (at == std::string::npos) return "no such piece";
    parameters.replace(at, piece.size(), by);
    std::string const file = scratch_file("refusals.toml");
    std::ofstream(file) << parameters;
    try {
        (void)make_margin_model(model, file)->evaluate(parse_margin_query(text, "t"));
    } catch (input_error const& error) {
        return error.what();
    }
    return "answered";
}

TEST(margin_refusals, models_without_debts_in_coins_say_so) {
    std::string const debt = R"({"time": "2026-02-05T00:00:00Z", "legs": [],
        "underlyings": {"ETH": {"index": 2000}}, "collateral": [{"asset": "ETH", "size": -0.5,
        "price": 2000, "haircut_initial": 0.02, "haircut_maintenance": 0.05}]})";
    for (std::string const model : {"srm", "pmrm"})
        EXPECT_EQ(
            refusal(model, debt),
            "model " + model + ": collateral 'ETH' is a debt, which deribit_cross alone takes");
}

// A fifth of 40,000,000 x 170,141,305 is 1,361,130,440,000,000, of which 64 bits of nanos hold a
// hundred-thousandth.
TEST(margin_refusals, leverage_refuses_what_its_integers_do_not_hold) {
    std::string const large = " of legs[0]: BTC_USDC-PERPETUAL is too large to be stated";
    EXPECT_EQ(refusal("leverage", perpetual("170141305", "40000000", "1000000000")),
              "model leverage: the notional" + large);
    EXPECT_EQ(refusal("leverage", perpetual("689071797", "200000000", "1000000000")),
              "model leverage: the notional" + large);
    EXPECT_EQ(with("leverage", "initial_ppm = 200000 ", "initial_ppm = 200064 ",
                   perpetual("576460752.303423488", "4611686018.427387904", "100")),
              "model leverage: the notional" + large);
    EXPECT_EQ(refusal("leverage", perpetual("100", "-90000000", "4000000000")), "answered")
        << "nine billion";
}

// Notional 9,000,090,000 and maintenance 450,004.5 on 200,000.25 of cash: 0.55555922.. of it is
// lacking, so the price falls by that x 0.123457 x 450,004.5 / 90,000 = 0.34294 below 100,001.
TEST(margin_refusals, leverage_prices_the_largest_positions) {
    std::string const file = scratch_file("refusals_leverage.toml");
    std::ofstream(file) << "name = \"leverage\"\n[tier]\ninitial_ppm = 100\n"
                           "maintenance_of_initial_ppm = 500000\n[liquidation]\n"
                           "bankruptcy_adjustment_ppm = 1000000\n"
                           "spread_to_maintenance_ppm = 123457\n";
    margin_answer const a =
        make_margin_model("leverage", file)
            ->evaluate(parse_margin_query(perpetual("100001", "90000", "200000.25"), "t"));
    ASSERT_EQ(a.parts.size(), 3u);
    EXPECT_EQ(a.parts[1].name, "BTC_USDC-PERPETUAL fillable_price");
    double const maintenance = 90'000.0 * 100'001 * 1e-4 / 2;
    double const lacking = 1 - 200'000.25 / maintenance;
    EXPECT_NEAR(a.parts[1].amount, 100'001 - lacking * 0.123457 * maintenance / 90'000, 1e-7);
}

TEST(margin_refusals, parts_of_a_million_are_whole) {
    std::string const held = perpetual("100", "1", "1000");
    EXPECT_NE(with("leverage", "initial_ppm = 200000 ", "initial_ppm = 1.9 ", held)
                  .find("key 'tier.initial_ppm' must be a whole number"),
              std::string::npos);
    EXPECT_NE(with("leverage", "spread_to_maintenance_ppm = 100000",
                   "spread_to_maintenance_ppm = 100000\nfee_max_ppm = 5000", held)
                  .find("key 'liquidation.fee_max_ppm' is not known"),
              std::string::npos);
    EXPECT_NE(
        with("tims", "offset_ppm = ", "offset_ppm = 0.5 # ", held).find("must be a whole number"),
        std::string::npos);
}

// Coins would be taken for dollars.
TEST(margin_refusals, models_of_listed_contracts_take_no_coin_settled_ones) {
    std::string const coin = R"({"time": "2026-05-01T09:05:00Z", "cash": 1000, "underlyings":
        {"BTC": {"index": 73529.42, "expiries": {"29MAY26": {"forward": 73600}}}}, "legs": [)";
    EXPECT_EQ(refusal("tims", coin + R"({"instrument": "BTC-PERPETUAL", "size": 1000}]})"),
              "model tims: legs[0]: BTC-PERPETUAL is not linear");
    std::string const call =
        coin + R"({"instrument": "BTC-29MAY26-73000-C", "size": -1, "vol": 0.5}]})";
    EXPECT_EQ(refusal("reg_t", call), "model reg_t: legs[0]: BTC-29MAY26-73000-C is not linear");
    EXPECT_EQ(refusal("tims", call), "model tims: legs[0]: BTC-29MAY26-73000-C is not linear");
}

TEST(margin_refusals, complaints_name_the_model_that_was_asked_and_the_leg) {
    // Gains of the second leg are more than a cell of a risk array holds.
    std::string const far = R"({"time": "2026-02-05T10:00:00Z", "cash": 0, "underlyings": {"ETH":
        {"index": 50000, "expiries": {"27MAR26": {"forward": 6e6}}}}, "legs": [
        {"instrument": "ETH_USDC-PERPETUAL", "size": 1},
        {"instrument": "ETH_USDC-27MAR26-60000-C", "size": 1, "vol": 0.6}]})";
    for (std::string const model : {"deribit", "deribit_cross"})
        EXPECT_EQ(refusal(model, far),
                  "model " + model + ": legs[1]: ETH_USDC-27MAR26-60000-C cannot be valued");
}

TEST(margin_refusals, parameters_of_pmrm_stay_within_what_their_formulas_can_mean) {
    std::string const held = document(R"({"instrument": "ETH_USDC-27MAR26-2700-C", "size": -1,
                                           "vol": 0.66})");
    EXPECT_EQ(with("pmrm", "maintenance = 0.8", "maintenance = 0.9", held), "answered");
    struct {
        char const *piece, *by, *key;
    } const cases[] = {{"maintenance = 0.8", "maintenance = -0.8", "margin.maintenance"},
                       {"up = 1.045", "up = -1", "basis.up"},
                       {"down = 0.955", "down = 0", "basis.down"},
                       {"width_min = 0.01", "width_min = -100", "skew.width_min"},
                       {"width_factor = 4.0", "width_factor = -4", "skew.width_factor"},
                       {"days_min = 1.0", "days_min = -1", "vol.days_min"},
                       {"base_positive = 0.95", "base_positive = 1.1", "margin.base_positive"}};
    for (auto const& [piece, by, key] : cases) {
        std::string const said = with("pmrm", piece, by, held);
        EXPECT_NE(said.find("refusals.toml:"), std::string::npos) << said;
        EXPECT_NE(said.find("key '" + std::string(key) + "' must lie between"), std::string::npos)
            << said;
    }
}

TEST(margin_refusals, a_weight_of_the_skew_scenarios_is_one_number_for_each) {
    std::string const held = document(R"({"instrument": "ETH_USDC-27MAR26-2700-C", "size": -1,
                                           "vol": 0.66})");
    struct {
        char const *weights, *said;
    } const cases[] = {
        {"[0.5]", "'scenarios.skew_dampening' must hold one number for each of 'skew'"},
        {"[1, 1, 1]", "'scenarios.skew_dampening' must hold one number for each of 'skew'"},
        {"[1, -0.1]", "'scenarios.skew_dampening' must lie between 0 and 1000"},
        {"[1, \"half\"]", "'scenarios.skew_dampening' must hold numbers alone"},
        {"0.5", "'scenarios.skew_dampening' must be a list"},
        {"[0, 1000]", "answered"}};
    for (auto const& [weights, said] : cases) {
        std::string const by = std::string("skew_dampening = ") + weights + " #";
        EXPECT_NE(with("pmrm", "skew_dampening = [1.0, 1.0]", by, held).find(said),
                  std::string::npos)
            << with("pmrm", "skew_dampening = [1.0, 1.0]", by, held);
    }
    EXPECT_EQ(with("pmrm", "skew_dampening = [1.0, 1.0]", "#", held), "answered")
        << "may be left out";
}

/// A perpetual of `expiries` days and an option of each.
std::string on_days(std::size_t expiries) {
    std::string days, legs;
    for (std::size_t i = 0; i < expiries; ++i) {
        char const* const months[] = {"MAR26", "MAY26", "JUL26"};
        std::string const day = std::to_string(1 + i % 30) + months[i / 30];
        days += (i == 0 ? "\"" : ", \"") + day + R"(": {"forward": 2000})";
        legs += R"(, {"instrument": "ETH_USDC-)" + day + R"(-2000-C", "size": 1, "vol": 0.6})";
    }
    return R"({"time": "2026-02-05T00:00:00Z", "underlyings": {"ETH": {"index": 2000,
        "expiries": {)" +
           days + R"(}}}, "legs": [{"instrument": "ETH_USDC-PERPETUAL", "size": 1})" + legs + "]}";
}

TEST(margin_refusals, how_many_expiries_can_be_told_apart_is_said) {
    EXPECT_EQ(refusal("deribit", on_days(63)), "answered");
    EXPECT_EQ(refusal("deribit", on_days(64)),
              "model deribit: the legs of 'ETH' have 64 expiries; at most 63 can be told apart");
    EXPECT_EQ(refusal("deribit_cross", on_days(80)),
              "model deribit_cross: the legs of 'ETH' have 80 expiries; at most 63 can be told "
              "apart");
}

// Whoever is below the maintenance margin is below the initial one.
TEST(margin_refusals, presets_ask_initially_for_what_they_ask_later_at_least) {
    std::string const held = perpetual("100", "1", "1000");
    struct {
        char const *model, *piece, *by, *key, *least;
    } const cases[] = {
        {"pmrm", "initial = 1.0", "initial = 0.5", "margin.initial", "margin.maintenance"},
        {"deribit_standard", "maintenance = 0.075", "maintenance = 0.5", "option.initial_floor",
         "option.maintenance"},
        {"deribit_standard", "maintenance = 0.01", "maintenance = 0.021", "position.BTC.initial",
         "position.BTC.maintenance"},
        {"srm", "short_maintenance = 0.075", "short_maintenance = 0.101", "option.short_floor",
         "option.short_maintenance"},
        {"srm", "unpaired_initial = 1.2", "unpaired_initial = 1.0", "option.unpaired_initial",
         "option.unpaired_maintenance"},
        {"srm", "initial = 0.065", "initial = 0.04", "perpetual.initial", "perpetual.maintenance"},
        {"srm", "initial = 0.10 ", "initial = 0.2 ", "collateral.maintenance",
         "collateral.initial"}};
    for (auto const& [model, piece, by, key, least] : cases)
        EXPECT_NE(with(model, piece, by, held)
                      .find(std::string("key '") + key + "' must be at least '" + least + "'"),
                  std::string::npos)
            << with(model, piece, by, held);
    EXPECT_NE(with("srm", "initial = 0.10 ", "initial = 2 ", held)
                  .find("key 'collateral.initial' must lie between 0 and 1"),
              std::string::npos);
    EXPECT_NE(with("srm", "put_initial_factor = 1.05", "put_initial_factor = 0.9", held)
                  .find("key 'option.put_initial_factor' must lie between 1 and 100"),
              std::string::npos);
    EXPECT_EQ(with("pmrm", "initial = 1.0", "initial = 0.8", held), "answered") << "as much";
}

TEST(margin_refusals, the_preset_of_one_model_is_none_of_another) {
    std::string const held = perpetual("100", "1", "1000");
    for (char const* model : {"pmrm", "srm", "leverage", "span", "tims", "deribit_standard"}) {
        std::string const own = std::string("name = \"") + model + '"';
        EXPECT_NE(with(model, own, "name = \"reg_t\"", held)
                      .find("key 'name' is that of another model, 'reg_t'"),
                  std::string::npos)
            << model;
        EXPECT_EQ(with(model, own, "name = \"ours\"", held), "answered") << model;
    }
}

TEST(margin_refusals, an_extended_move_lies_beyond_the_price_range) {
    std::string const text = parameters_of_model("deribit", "");
    std::string const key = "extended_moves = [-0.66, ";
    auto const moving = [&](std::string const& first) {
        std::string changed = text;
        changed.replace(changed.find(key), key.size(), "extended_moves = [" + first + ", ");
        try {
            return parse_preset(changed, "p.toml").name;
        } catch (input_error const& error) {
            return std::string(error.what());
        }
    };
    EXPECT_EQ(moving("-0.5"), "deribit_pm");
    for (char const* inside : {"0.0", "0.01", "-0.15"})
        EXPECT_NE(moving(inside).find("key 'scenarios.extended_moves' must hold moves beyond"),
                  std::string::npos)
            << moving(inside);
}

TEST(margin_refusals, only_an_option_is_added_with_a_vol) {
    try {
        (void)parse_leg("ETH_USDC-PERPETUAL:-1.25@0.7");
        FAIL() << "taken";
    } catch (input_error const& error) {
        EXPECT_STREQ(error.what(), "leg 'ETH_USDC-PERPETUAL:-1.25@0.7': only an option has a vol");
    }
}

// An option's premium is in the cash, and a perpetual has neither vol nor a mark of its own: models
// that read such a key of another kind of leg say that they do not count it here.
TEST(margin_refusals, keys_of_another_kind_of_contract_are_not_counted) {
    auto const not_counted = [](char const* model, std::string const& legs) {
        return make_margin_model(model, "")->not_counted(parse_margin_query(document(legs), "t"));
    };
    std::string const option = R"({"instrument": "ETH_USDC-27MAR26-2700-C", "size": 1, "vol": 0.6)";
    std::string const perpetual = R"({"instrument": "ETH_USDC-PERPETUAL", "size": 1)";
    using keys = std::vector<std::string>;
    EXPECT_EQ(not_counted("pmrm", option + "}, " + perpetual + R"(, "entry": 9, "funding": 1})"),
              keys{});
    EXPECT_EQ(not_counted("pmrm", option + R"(, "entry": 55, "funding": 500})"),
              (keys{"entry", "funding"}));
    EXPECT_EQ(not_counted("pmrm", perpetual + R"(, "vol": 0.9})"), keys{"vol"});
    EXPECT_EQ(not_counted("deribit_standard", perpetual + R"(, "vol": 0.9, "mark": 1234})"),
              (keys{"cash_price", "rate", "expiries.confidence", "vol", "mark"}));
}

}  // namespace
}  // namespace lockstep
