// A verdict taken at random from what a watch printed, explained by it, and worked out again by
// hand: from the text of the files and lines that went in, with the formulas of the reference in
// long double (tests/model/margin_oracle.h). Nothing of the watch is asked for a price or a sum.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <random>
#include <sstream>

#include "pricing/base/decimal.h"
#include "tests/host/watch/running_watch.h"
#include "tests/model/margin_oracle.h"

namespace lockstep {
namespace {

using simdjson::dom::element;
using test::oracle_instrument;
using test::oracle_position;

/// What the log lists. Expiries are near, so that the least roll rate is the one that counts.
struct listed {
    char const* name;
    instrument_kind kind;
    option_type type;
    double strike;
    int days;  // from the first of January, 08:00
};
constexpr listed instruments[] = {
    {"BTC-16JAN26-48000-P", instrument_kind::option, option_type::put, 48'000, 15},
    {"BTC-16JAN26-52000-C", instrument_kind::option, option_type::call, 52'000, 15},
    {"BTC-30JAN26-50000-C", instrument_kind::option, option_type::call, 50'000, 29},
    {"BTC-30JAN26-60000-C", instrument_kind::option, option_type::call, 60'000, 29},
    {"BTC-30JAN26-35000-P", instrument_kind::option, option_type::put, 35'000, 29}};

/// A market, sixty accounts and forty ticks, as the text that a watch reads.
struct log_text {
    std::string chain, accounts, cash, positions;
    std::vector<std::string> ticks;
};

log_text random_log(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    auto const between = [&](double low, double high) {
        return low + (high - low) * static_cast<double>(random() >> 11) * 0x1p-53;
    };
    log_text log;
    log.chain = "timestamp,instrument_name,underlying,mark_price,implied_volatility,index_price\n";
    for (listed const& row : instruments)
        log.chain += std::string("2026-01-01T08:00:00Z,") + row.name + ",50000,0.05,0.6,50000\n";
    for (int a = 0; a < 60; ++a) {
        std::string const name = "A" + std::to_string(a);
        log.accounts += name + "\n";
        log.cash += name + ",BTC," + std::to_string(between(0, 40)) + "\n";
        for (listed const& row : instruments)
            if (random() % 2 == 0)
                log.positions += name + "," + row.name + "," +
                                 std::to_string(static_cast<int>(random() % 2000) / 10.0 - 100) +
                                 ",\n";
    }
    double index = 50'000, vol = 0.6;
    for (int i = 0; i < 40; ++i) {
        index *= between(0.97, 1.02), vol *= between(0.97, 1.05);
        std::ostringstream tick;
        tick.precision(17);
        tick << R"({"tick":"2026-01-01T08:)" << (i < 9 ? "0" : "") << i + 1
             << R"(:30Z","index":{"BTC":)" << index << R"(},"marks":{)";
        // Some ticks bring every mark, most a few: the others stay as old as they are.
        bool first = true;
        for (listed const& row : instruments) {
            if (i % 8 != 0 && random() % 2 == 0) continue;
            tick << (first ? "" : ",") << '"' << row.name << R"(":[)" << index * between(1, 1.01)
                 << ',' << vol * between(0.9, 1.1) << ']';
            first = false;
        }
        log.ticks.push_back(tick.str() + "}}\n");
    }
    return log;
}

class log_files {
  public:
    explicit log_files(log_text const& log) {
        put(folder_.path() / "chain.csv", log.chain);
        put(folder_.path() / "book/accounts.csv", "account\n" + log.accounts);
        put(folder_.path() / "book/cash.csv", "account,asset,amount\n" + log.cash);
        put(folder_.path() / "book/positions.csv",
            "account,instrument,quantity,entry_price\n" + log.positions);
    }
    /// The command's arguments for a replay of the first `ticks` lines.
    std::string replay(log_text const& log, std::size_t ticks) const {
        std::string lines;
        for (std::size_t i = 0; i < ticks; ++i) lines += log.ticks[i];
        auto const at = [&](char const* name) { return (folder_.path() / name).string(); };
        write_file(at("ticks.jsonl"), lines);
        return "watch --stale-after 86400 --market " + at("chain.csv") + " --portfolio " +
               at("book") + " --replay " + at("ticks.jsonl");
    }

  private:
    scratch_folder folder_;
};

// ---- by hand ------------------------------------------------------------------------------------

/// The account's cash and positions in the market of a moment, read from the text alone.
struct hand_account {
    long double cash = 0, index = 50'000;
    std::vector<oracle_instrument> held;
    std::vector<std::string> names;
    std::vector<long double> sizes;

    test::oracle_answer margin() const {
        static margin_preset const preset = load_preset("deribit_pm");
        preset_offset const& offset = offset_of(preset, "BTC", offset_mode::segregated);
        std::vector<oracle_position> book;
        for (std::size_t i = 0; i < held.size(); ++i) book.push_back({&held[i], sizes[i]});
        return test::oracle_margin(
            book, {&preset, &underlying_of(preset, "BTC"), &offset.coin, true, index});
    }
};

std::vector<std::string> fields_of(std::string const& line) {
    std::vector<std::string> fields;
    std::istringstream in(line);
    for (std::string field; std::getline(in, field, ',');) fields.push_back(field);
    return fields;
}

/// Minutes and seconds behind the hour, from "2026-01-01T08:MM:SSZ".
long double seconds_of(std::string_view time) {
    return 60 * std::stoi(std::string(time.substr(14, 2))) +
           std::stoi(std::string(time.substr(17, 2)));
}

hand_account read_by_hand(log_text const& log, std::size_t ticks, std::string const& account) {
    hand_account hand;
    std::istringstream cash(log.cash), positions(log.positions);
    for (std::string line; std::getline(cash, line);)
        if (fields_of(line)[0] == account) hand.cash += std::stold(fields_of(line)[2]);
    for (std::string line; std::getline(positions, line);) {
        if (fields_of(line)[0] != account) continue;
        for (listed const& row : instruments) {
            if (fields_of(line)[1] != row.name) continue;
            long double price = 50'000, vol = 0.6L, quoted = 0;
            simdjson::dom::parser parser;
            for (std::size_t i = 0; i < ticks; ++i) {
                element const tick = parser.parse(log.ticks[i]);
                element mark;
                if (tick["marks"][row.name].get(mark) != simdjson::SUCCESS) continue;
                price = mark.at(0).get_double(), vol = mark.at(1).get_double();
                quoted = seconds_of(tick["tick"].get_string());
            }
            hand.held.push_back({row.kind, row.type, true, price, row.strike,
                                 (row.days - quoted / 86'400) / 365, vol, row.days});
            hand.names.push_back(row.name);
            hand.sizes.push_back(std::stold(fields_of(line)[2]));
        }
    }
    for (std::size_t i = 0; i < ticks; ++i) {
        simdjson::dom::parser parser;
        hand.index = parser.parse(log.ticks[i])["index"]["BTC"].get_double();
    }
    return hand;
}

std::string verdict_by_hand(hand_account const& hand, test::oracle_answer const& a) {
    long double const equity = hand.cash + a.value;
    if (equity < a.maintenance) return "liquidatable";
    return equity < a.initial ? "reduce_only" : "safe";
}

/// An amount that stands in JSON as a string.
double amount(element in) { return std::stod(std::string(in.get_string().value())); }

constexpr double slack = 1e-7;  // coins; the oracle's delta is a difference

void expect_same_amounts(element said, hand_account const& hand, test::oracle_answer const& a) {
    EXPECT_NEAR(amount(said["equity"]), static_cast<double>(hand.cash + a.value), slack);
    EXPECT_NEAR(amount(said["initial_margin"]), static_cast<double>(a.initial), slack);
    EXPECT_NEAR(amount(said["maintenance_margin"]), static_cast<double>(a.maintenance), slack);
    EXPECT_EQ(std::string(said["verdict"].get_string().value()), verdict_by_hand(hand, a));
}

void expect_same_reasons(element set, hand_account const& hand, test::oracle_answer const& a) {
    EXPECT_NEAR(amount(set["index"]), static_cast<double>(hand.index), 1e-6);
    std::size_t i = 0;
    for (element const position : set["positions"]) {
        std::string const name(position["instrument"].get_string().value());
        auto const at = std::find(hand.names.begin(), hand.names.end(), name);
        ASSERT_NE(at, hand.names.end()) << name << " is not held";
        auto const h = static_cast<std::size_t>(at - hand.names.begin());
        oracle_instrument const& o = hand.held[h];
        EXPECT_NEAR(amount(position["quantity"]), static_cast<double>(hand.sizes[h]), 1e-9);
        EXPECT_EQ(position["forward"].get_double().value(), static_cast<double>(o.price));
        EXPECT_EQ(position["vol"].get_double().value(), static_cast<double>(o.vol));
        EXPECT_NEAR(amount(position["value_each"]),
                    static_cast<double>(test::oracle_value(o, o.price, o.vol)), 1e-12);
        ++i;
    }
    EXPECT_EQ(i, hand.names.size());
    std::size_t s = 0;
    for (element const scenario : set["scenarios"]) {
        element counted;
        if (scenario["dampened"].get(counted) != simdjson::SUCCESS) counted = scenario["gain"];
        ASSERT_LT(s, a.gains.size());
        EXPECT_NEAR(amount(counted), static_cast<double>(a.gains[s]), 1e-9) << "scenario " << s;
        ++s;
    }
    EXPECT_EQ(s, a.gains.size());
    element const row = set["requirement"];
    EXPECT_NEAR(amount(row["worst_loss"]), static_cast<double>(a.worst_loss), 1e-8);
    EXPECT_NEAR(amount(row["roll_shock"]), static_cast<double>(a.roll), slack);
    EXPECT_NEAR(amount(row["delta_shock"]), static_cast<double>(a.delta_shock), slack);
    EXPECT_EQ(row["agrees_with_the_watch"].get_bool().value(), true);
}

TEST(verdict_by_hand, one_at_random_is_explained_and_worked_out_from_the_log_alone) {
    std::map<std::string, int> met;
    for (std::uint64_t const seed : {1u, 2u, 3u}) {
        log_text const log = random_log(seed);
        log_files const files(log);
        auto const run = run_lockstep(files.replay(log, log.ticks.size()));
        ASSERT_EQ(run.exit, 0) << run.err;
        std::vector<std::string> said;
        std::istringstream out(run.out);
        for (std::string line; std::getline(out, line);) said.push_back(line);
        ASSERT_GE(said.size(), 15u) << run.err;
        std::mt19937_64 random(seed);
        std::string account;
        std::size_t ticks = 0;
        for (int picks = 0; picks < 20; ++picks) {
            std::string const& line = said[random() % said.size()];
            SCOPED_TRACE(line);
            simdjson::dom::parser parser;
            element const change = parser.parse(line);
            account = std::string(change["account"].get_string().value());
            ticks = static_cast<std::size_t>(seconds_of(change["time"].get_string()) / 60);
            hand_account const hand = read_by_hand(log, ticks, account);
            expect_same_amounts(change, hand, hand.margin());
            ++met[std::string(change["verdict"].get_string().value())];
        }
        // The last of them as the watch explains it when the log ends there.
        int const port = free_port();
        running_watch watch(files.replay(log, ticks) + " --hold --http " + std::to_string(port));
        metrics_after(port, static_cast<int>(ticks));
        std::string const answer = get(port, "/accounts/" + account);
        simdjson::dom::parser parser;
        std::size_t const body = answer.find("\r\n\r\n");
        ASSERT_NE(body, std::string::npos) << watch.err();
        element const pool = parser.parse(answer.substr(body + 4))["pools"].at(0);
        hand_account const hand = read_by_hand(log, ticks, account);
        SCOPED_TRACE(answer);
        expect_same_amounts(pool, hand, hand.margin());
        expect_same_reasons(pool["netting_sets"].at(0), hand, hand.margin());
    }
    EXPECT_GE(met.size(), 2u) << "verdicts of one kind alone show little";
}

}  // namespace
}  // namespace lockstep
