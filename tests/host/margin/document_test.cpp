// What a portfolio's document says that cannot be, and where complaints say that it stands.
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "host/base/error.h"
#include "host/io/json_fault.h"
#include "tests/host/margin/query_documents.h"
#include "tests/host/run_binary.h"
#include "tests/host/scratch.h"
#include "tests/where.h"

namespace lockstep {
namespace {

/// The complaint about a document, or about what a model makes of it.
std::string faulty(std::string const& model, std::string const& text) {
    try {
        (void)ask(model, text);
    } catch (input_error const& error) {
        return error.what();
    }
    return "answered";
}

std::string settling(std::string const& time, std::string const& expiry) {
    return R"({"time": ")" + time + R"(", "cash": 0, "underlyings": {"ETH": {"index": 2000,
        "expiries": {"27MAR26": {"forward": 2000, )" +
           expiry + R"(}}}}, "legs": [{"instrument": "ETH_USDC-27MAR26-1950-C", "size": 1,
        "vol": 0.6}]})";
}

TEST(margin_document, a_settlement_price_is_known_in_the_last_half_hour_and_with_its_average) {
    std::string const key = "test.json: 'underlyings.ETH.expiries.27MAR26.";
    std::string const inside = "2026-03-27T07:45:00Z", both = R"("average": 1990, "fixed": 0.5)";
    EXPECT_EQ(faulty("srm", settling(inside, both)), "answered");
    EXPECT_EQ(faulty("srm", settling("2026-03-27T07:30:00Z", both)), "answered");
    EXPECT_EQ(faulty("srm", settling(inside, R"("average": 1990)")), "answered");
    EXPECT_EQ(faulty("srm", settling(inside, R"("fixed": 0.5)")),
              key + "average' is missing beside 'fixed'");
    EXPECT_EQ(faulty("srm", settling(inside, R"("average": 0, "fixed": 0.5)")),
              key + "average' must lie between 1e-09 and 1000000000, not 0");
    for (char const* before : {"2026-03-27T07:29:59Z", "2026-02-05T00:00:00Z"})
        EXPECT_EQ(faulty("srm", settling(before, both)),
                  key + "fixed' is known in the half hour before expiry alone");
}

TEST(margin_document, nothing_is_a_key_left_out) {
    std::string const null = R"({"instrument": "ETH_USDC-27MAR26-2700-C", "size": 1, "vol": null})";
    EXPECT_EQ(faulty("pmrm", document(null)),
              "model pmrm: legs[0]: ETH_USDC-27MAR26-2700-C has no 'vol'");
    EXPECT_EQ(faulty("pmrm", document(R"({"instrument": "ETH_USDC-PERPETUAL", "size": null})")),
              "test.json: 'legs[0].size' must be a number");
}

TEST(margin_document, an_entry_is_a_price) {
    for (char const* entry : {"0", "0.0", "-1"})
        EXPECT_TRUE(faulty("pmrm", document(R"({"instrument": "ETH_USDC-PERPETUAL", "size": 1,
                                                "entry": )" +
                                            std::string(entry) + "}"))
                        .starts_with("test.json: 'legs[0].entry' must lie between 1e-09 and"))
            << entry;
}

TEST(margin_document, complaints_of_models_name_the_place_of_the_leg) {
    auto const legs = [](std::string const& second) {
        return document(R"({"instrument": "ETH_USDC-PERPETUAL", "size": 1},
                           {"instrument": ")" +
                        second + "}");
    };
    EXPECT_EQ(faulty("srm", document(R"({"instrument": "ETH-PERPETUAL", "size": 1})")),
              "model srm: legs[0]: ETH-PERPETUAL is not linear");
    EXPECT_EQ(faulty("tims", legs(R"(BTC_USDC-PERPETUAL", "size": 1)")),
              "legs[1]: BTC_USDC-PERPETUAL: the portfolio has no underlying 'BTC'");
    EXPECT_EQ(faulty("deribit", legs(R"(ETH_USDC-26JUN26-2700-C", "size": 1, "vol": 1)")),
              "legs[1]: ETH_USDC-26JUN26-2700-C: underlying 'ETH' has no such expiry");
}

std::string said_by_command(std::string const& arguments, std::string const& before = "") {
    command_result const ran = run_lockstep("margin " + arguments, before);
    return ran.exit == 0 ? "answered" : ran.err;
}

TEST(margin_command, doubts_vols_that_look_like_percent) {
    std::string const file = scratch_file("document.json");
    std::string const leg = "ETH_USDC-27MAR26-2700-C";
    for (std::string const vol : {"4.9", "71"}) {
        std::ofstream(file) << R"({"time": "2026-02-05T00:00:00Z", "underlyings": {"ETH": {
            "index": 2700, "expiries": {"27MAR26": {"forward": 2700}}}},
            "legs": [{"instrument": ")"
                            << leg << R"(", "size": 1, "vol": )" << vol << "}]}";
        auto const ran = run_lockstep("margin --model deribit --portfolio '" + file + "' --add " +
                                      leg + ":1@" + vol);
        EXPECT_EQ(ran.exit, 0) << ran.err;
        std::string const doubt = " vol 71 is 7100 %: a vol is a fraction";
        for (std::string const& whose : {file + ": legs[0]: " + leg, "--add " + leg + ":1@71"})
            EXPECT_EQ(ran.err.find(whose + ":" + doubt) != std::string::npos, vol == "71")
                << ran.err;
    }
}

TEST(margin_command, complaints_of_models_name_the_file) {
    std::string const file = scratch_file("document.json");
    std::ofstream(file) << R"({"time": "2026-02-05T00:00:00Z", "cash": 1e9, "underlyings": {
        "ETH": {"index": 1e9}}, "legs": [{"instrument": "ETH_USDC-PERPETUAL", "size": 1e3}]})";
    EXPECT_EQ(said_by_command("--model pmrm --portfolio '" + file + "'"),
              "lockstep: " + file + ": the initial margin is too large to be stated\n");
    EXPECT_EQ(
        said_by_command("--model pmrm --portfolio '" + data_path("sample/margin.json") +
                        "' --add BTC_USDC-PERPETUAL:1"),
        "lockstep: " + data_path("sample/margin.json") +
            ": with --add: leg 'BTC_USDC-PERPETUAL': the portfolio has no underlying 'BTC'\n");
    std::ofstream(file) << R"({"time": "2026-02-05T00:00:00Z", "underlyings": {
        "ETH": {"index": 1e-9}}, "legs": [{"instrument": "ETH-PERPETUAL", "size": 1}]})";
    EXPECT_EQ(said_by_command("--model deribit_cross --portfolio '" + file + "'"),
              "lockstep: " + file +
                  ": model deribit_cross: 'underlyings.ETH.index': margin rules of ETH at an index "
                  "of 1e-09: a gain cap of 2e+16 is beyond 4611686018.427388\n");
}

TEST(margin_command, a_document_may_be_packed_piped_or_marked) {
    std::string const sample = data_path("sample/margin.json");
    EXPECT_EQ(said_by_command("--model srm --portfolio -", "cat '" + sample + "' |"), "answered");
    std::string const packed = scratch_file("document.json.gz");
    ASSERT_EQ(0, std::system(("gzip -c '" + sample + "' > '" + packed + "'").c_str()));
    EXPECT_EQ(said_by_command("--model srm --portfolio '" + packed + "'"), "answered");
    std::string const marked = scratch_file("document_marked.json");
    std::ofstream(marked, std::ios::binary) << "\xef\xbb\xbf" << text_of_file(sample);
    EXPECT_EQ(said_by_command("--model srm --portfolio '" + marked + "'"), "answered");
    EXPECT_TRUE(said_by_command("--model srm --portfolio -", "echo '{' |")
                    .starts_with("lockstep: standard input:1: is not JSON: "));
}

TEST(json_fault, is_on_the_line_where_the_text_stops_being_json) {
    struct {
        char const* text;
        std::uint64_t line;
    } const cases[] = {
        {"{", 1},
        {"{\n\n", 1},
        {"{\"a\": 1,\n \"b\" 2}", 2},
        {"{\"a\": 1\n \"b\": 2}", 2},
        {"{\"a\": [1, 2,\n\n]}", 3},
        {"{\"a\": [1, 2\n, 3}", 2},
        {"{\n\"a\": 01}", 2},
        {"{\n\"a\": 1.}", 2},
        {"{\n\"a\": 1e999}", 2},
        {"{\n\"a\": 123456789012345678901}", 2},
        {"{\n\n\"a\": tru}", 3},
        {"{\n\"a\": \"x\ty\"}", 2},
        {"{\n\"a\": \"\\q\"}", 2},
        {"{\n\"a\": \"\\u12g4\"}", 2},
        {"{\n\"a\": \"\\ud800\"}", 2},
        {"{\n\"a\": \"\\ud83d\\u0041\"}", 2},
        {"{\n\"a\": \"no end}\n", 2},
        {"{\n\"a\": 1}\n{}", 3},
        {"{\n a: 1}", 2},
        {"{\n\n\"a\": \"\xff\"}", 3},
        {"", 1},
    };
    simdjson::dom::parser parser;
    for (auto const& [text, line] : cases) {
        EXPECT_NE(parser.parse(simdjson::padded_string(std::string_view(text))).error(),
                  simdjson::SUCCESS)
            << text;
        EXPECT_EQ(line_of_json_fault(text), line) << text;
    }
    for (char const* good :
         {"{}", "[]", " {\"a\": [1, -2.5e-3, {\"b\": null}], \"c\": \"\\u00e9\\n\"}\n", "true",
          "-0", "18446744073709551615"}) {
        EXPECT_EQ(parser.parse(simdjson::padded_string(std::string_view(good))).error(),
                  simdjson::SUCCESS)
            << good;
        EXPECT_FALSE(line_of_json_fault(good)) << good;
    }
}

TEST(json_fault, nesting_without_end_is_one) {
    EXPECT_EQ(line_of_json_fault(std::string(100'000, '[')), 1u);
}

}  // namespace
}  // namespace lockstep
