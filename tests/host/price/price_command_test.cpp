// `lockstep price` as a user runs it: the real binary on files with everything that is wrong with
// files.
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdlib>
#include <sstream>
#include <vector>

#include "host/io/csv_table.h"
#include "pricing/model/black.h"
#include "tests/host/run_binary.h"

namespace lockstep {
namespace {

std::vector<std::string> lines_of(std::string const& text) {
    std::vector<std::string> lines;
    std::stringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

std::vector<std::string> fields_of(std::string const& line) {
    csv_record record;
    EXPECT_EQ(record.split(line), nullptr) << line;
    std::vector<std::string> fields;
    for (std::size_t k = 0; k < record.size(); ++k) fields.emplace_back(record[k]);
    return fields;
}

class PriceCommand : public testing::Test {
  protected:
    std::string path(char const* name) const { return (folder_.path() / name).string(); }

    command_result price(std::string const& table, std::string const& flags = "") const {
        write_file(path("in.csv"), table);
        return run_lockstep("price --input '" + path("in.csv") + "' " + flags);
    }
    /// Field of a result row by the name of its column.
    static std::string field(command_result const& result, std::size_t row, char const* column) {
        auto const lines = lines_of(result.out);
        auto const header = fields_of(lines.at(0));
        auto const fields = fields_of(lines.at(row));
        EXPECT_EQ(fields.size(), header.size()) << lines.at(row);
        for (std::size_t k = 0; k < header.size(); ++k)
            if (header[k] == column) return fields.at(k);
        ADD_FAILURE() << "no column " << column;
        return {};
    }
    static double number(command_result const& result, std::size_t row, char const* column) {
        return std::strtod(field(result, row, column).c_str(), nullptr);
    }

    scratch_folder folder_;
};

std::string const header = "kind,type,spot,forward,strike,time,rate,dividend,vol,settle\n";

TEST_F(PriceCommand, EveryKindOfContract) {
    auto const r = price(header +
                         "bsm,C,100,,100,0.5,0.05,0.02,0.3,linear\n"
                         "black76,P,,65000,60000,0.0821917808219178,0,0,0.66,inverse\n"
                         "european,put,,100,100,0,0,0,0.3,\n"
                         "future,,100,,,0.5,0.05,0.02,,\n"
                         "perpetual,,100,,,,,,,inverse\n");
    EXPECT_EQ(r.exit, 0) << r.err;
    // bs_all_greeks_highprec.csv row 1, inverse_option_examples.csv row 2.
    EXPECT_NEAR(number(r, 1, "price"), 9.058360540716814752710864, 1e-11);
    EXPECT_NEAR(number(r, 1, "ultima"), -8.00767276494275, 1e-11);
    EXPECT_NEAR(number(r, 2, "price"), 0.0403796610070363615, 1e-15);
    EXPECT_NEAR(number(r, 2, "delta_net"), -0.342737630057079326, 1e-14);
    EXPECT_EQ(field(r, 3, "price"), "0");
    EXPECT_EQ(field(r, 3, "delta"), "-0.5");
    EXPECT_NEAR(number(r, 4, "price"), 101.5113064615719, 1e-11);
    EXPECT_EQ(field(r, 5, "price"), "100");
    for (std::size_t row = 1; row <= 5; ++row) EXPECT_EQ(field(r, row, "status"), "computed");
    EXPECT_NE(r.err.find("backend c"), std::string::npos) << r.err;
}

TEST_F(PriceCommand, PerpetualWithFunding) {
    auto const r = price(
        "kind,spot,rate,dividend,settle,funding_rate,funding_interest,funding_interval,funding_"
        "spot\n"
        "perpetual,10000,.04,.02,linear,.01,.005,.25,previous\n"
        "perpetual,10000,.04,.02,inverse,.01,.005,.25,current\n"
        "perpetual,10000,.9,.02,linear,.01,.005,.25,previous\n");
    EXPECT_EQ(r.exit, 1);
    EXPECT_NEAR(number(r, 1, "price"), 10025.104584997933, 1e-7);
    EXPECT_NEAR(number(r, 2, "price"), 30025.041718802117, 1e-7);
    EXPECT_EQ(field(r, 3, "reason"), "funding_rate is too weak to hold the price to its spot");
}

TEST_F(PriceCommand, MissingColumnsHaveDefaultsAndOthersAreCarried) {
    auto const r = price("note,vol,forward,type,time,strike\n\"a,\"\"b\"\"\",0.3,100,C,0.5,100\n");
    EXPECT_EQ(r.exit, 0) << r.err;
    EXPECT_EQ(lines_of(r.out).at(1).substr(0, 12), "\"a,\"\"b\"\"\",0.");
    EXPECT_NEAR(number(r, 1, "price"), 8.447, 1e-3);
    EXPECT_EQ(number(r, 1, "rho"), -0.5 * number(r, 1, "price"));
}

TEST_F(PriceCommand, ABadRowKeepsItsPlaceAndSaysWhy) {
    struct bad {
        char const *row, *status, *reason;
    };
    bad const rows[] = {
        {",C,100,,abc,0.5,0,0,0.3,", "field_is_not_a_number", "strike is not a number: 'abc'"},
        {",C,100,,100,0.5,0,0,nan,", "field_is_not_finite", "vol is not finite: 'nan'"},
        {",C,100,,100,0.5,inf,0,0.3,", "field_is_not_finite", "rate is not finite: 'inf'"},
        {",C,100,,100,1e999,0,0,0.3,", "field_is_not_finite", "time is not finite: '1e999'"},
        {",C,100,,,0.5,0,0,0.3,", "field_is_missing", "strike is empty"},
        {",C,,,100,0.5,0,0,0.3,", "field_is_missing", "neither spot nor forward is given"},
        {",X,100,,100,0.5,0,0,0.3,", "field_is_unknown", "type is 'X', it can be C or P"},
        {",,100,,100,0.5,0,0,0.3,", "field_is_missing", "type is empty"},
        {",C,100,,100,0.5,0,0,0.3,coin", "field_is_unknown",
         "settle is 'coin', it can be linear or inverse"},
        {"swap,C,100,,100,0.5,0,0,0.3,", "field_is_unknown",
         "kind is 'swap', it can be option, european, black76, bsm, future or perpetual"},
        {"black76,C,100,,100,0.5,0,0,0.3,", "field_is_missing", "forward is empty"},
        {",C,-100,,100,0.5,0,0,0.3,", "underlying_is_not_finite_or_negative",
         "spot is negative: -100"},
        {",C,,-100,100,0.5,0,0,0.3,", "underlying_is_not_finite_or_negative",
         "forward is negative: -100"},
        {",C,100,,-1,0.5,0,0,0.3,", "strike_is_not_finite_or_negative", "strike is negative: -1"},
        {",C,100,,100,-0.5,0,0,0.3,", "time_is_not_finite_or_negative", "time is negative: -0.5"},
        {",C,100,,100,0.5,0,0,-0.3,", "vol_is_not_finite_or_negative", "vol is negative: -0.3"},
        {",C,100,,100,0.5,-1e9,0,0.3,", "value_is_not_finite",
         "the inputs are in range, but a value leaves the range of a double"},
    };
    std::string table = header;
    for (auto const& b : rows) table += std::string(b.row) + "\n,C,100,,100,0.5,0,0,0.3,\n";
    auto const r = price(table);
    EXPECT_EQ(r.exit, 1);
    ASSERT_EQ(lines_of(r.out).size(), 1 + 2 * std::size(rows));
    std::size_t row = 1;
    for (auto const& b : rows) {
        EXPECT_EQ(lines_of(r.out)[row].find(b.row), 0u);
        EXPECT_EQ(field(r, row, "status"), b.status) << b.row;
        EXPECT_EQ(field(r, row, "reason"), b.reason) << b.row;
        EXPECT_EQ(field(r, row, "price"), "");
        EXPECT_EQ(field(r, row, "delta_net"), "");
        EXPECT_EQ(field(r, row + 1, "status"), "computed");
        row += 2;
    }
    EXPECT_NE(r.err.find("34 rows, 17 valued, 17 not"), std::string::npos) << r.err;
}

TEST_F(PriceCommand, ARowThatIsNoRecordStandsQuotedInTheFirstColumn) {
    auto const r = price(header + "option,C,100\n,C,1\"00,,,,,,,\n,C,\xff\xfe,,1,1,,,1,\n");
    EXPECT_EQ(r.exit, 1);
    EXPECT_EQ(field(r, 1, "kind"), "option,C,100");
    EXPECT_EQ(field(r, 1, "reason"), "the row has 3 fields where the header has 10");
    EXPECT_EQ(field(r, 2, "kind"), ",C,1\"00,,,,,,,");
    EXPECT_EQ(field(r, 2, "status"), "row_is_not_a_record");
    EXPECT_EQ(field(r, 3, "reason"), "the row is not UTF-8 text");
}

TEST_F(PriceCommand, UnusableInputsAreRefusedWhole) {
    struct unusable {
        std::string table;
        char const* says;
    };
    unusable const tables[] = {
        {"", "is empty, a header line was expected"},
        {"\n\n", "is empty, a header line was expected"},
        {"a,b\n1,2\n", "the header lacks spot or forward, type, strike, time, vol; it has a, b"},
        {"type,spot,strike,time\nC,1,1,1\n", "the header lacks vol"},
        {"type,spot,spot,strike,time,vol\nC,1,1,1,1,1\n", "names the column 'spot' twice"},
        {std::string("type\0,spot\n", 11), "the header holds a NUL byte"},
    };
    for (auto const& [table, says] : tables) {
        auto const r = price(table, "--output '" + path("out.csv") + "'");
        EXPECT_EQ(r.exit, 3) << says;
        EXPECT_NE(r.err.find(says), std::string::npos) << r.err;
        EXPECT_FALSE(std::filesystem::exists(path("out.csv")));
    }
    EXPECT_EQ(run_lockstep("price --input '" + path("absent.csv") + "'").exit, 3);
    EXPECT_EQ(run_lockstep("price").exit, 2);
    EXPECT_EQ(price(header, "--backend abacus").exit, 2);
    EXPECT_EQ(price(header, "--isa v9").exit, 2);
    EXPECT_EQ(price(header, "--output /nonexistent/out.csv").exit, 4);
}

TEST_F(PriceCommand, AHeaderAloneIsATableWithoutRows) {
    auto const r = price(header);
    EXPECT_EQ(r.exit, 0);
    EXPECT_EQ(lines_of(r.out).size(), 1u);
}

std::string many_rows(int count) {
    std::string table = header;
    for (int i = 0; i < count; ++i)
        table += ",C,100,," + std::to_string(60 + i % 80) + ",0." + std::to_string(1 + i % 9) +
                 ",0.05,0,0.3,inverse\n";
    return table;
}

TEST_F(PriceCommand, LineEndsZippingFilesThreadsAndInstructionSetsDoNotChangeABit) {
    std::string const table = many_rows(40000);  // several blocks
    auto const expected = price(table, "--threads 1 --isa base");
    ASSERT_EQ(expected.exit, 0) << expected.err;
    ASSERT_EQ(lines_of(expected.out).size(), 40001u);

    EXPECT_EQ(price(table).out, expected.out);
    EXPECT_EQ(price("\xef\xbb\xbf" + table, "--threads 2").out, expected.out);
    std::string crlf;
    for (char c : table) crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
    EXPECT_EQ(price(crlf).out, expected.out);
    EXPECT_EQ(price(table.substr(0, table.size() - 1)).out, expected.out) << "no last line end";

    gzFile const zipped = gzopen(path("in.csv.gz").c_str(), "wb");
    ASSERT_EQ(gzwrite(zipped, table.data(), static_cast<unsigned>(table.size())),
              static_cast<int>(table.size()));
    gzclose(zipped);
    auto const unzipped = run_lockstep("price --input '" + path("in.csv.gz") + "' --output '" +
                                       path("out.csv") + "'");
    EXPECT_EQ(unzipped.exit, 0);
    EXPECT_EQ(unzipped.out, "");
    EXPECT_EQ(text_of_file(path("out.csv")), expected.out);

    auto const piped = run_lockstep("price --input -", "cat '" + path("in.csv") + "' |");
    EXPECT_EQ(piped.out, expected.out);
}

TEST_F(PriceCommand, ATruncatedZipLeavesTheOldOutputAlone) {
    std::string const table = many_rows(40000);
    gzFile const zipped = gzopen(path("in.csv.gz").c_str(), "wb");
    gzwrite(zipped, table.data(), static_cast<unsigned>(table.size()));
    gzclose(zipped);
    std::string const whole = text_of_file(path("in.csv.gz"));
    write_file(path("in.csv.gz"), whole.substr(0, whole.size() / 2));
    write_file(path("out.csv"), "yesterday's");
    auto const r = run_lockstep("price --input '" + path("in.csv.gz") + "' --output '" +
                                path("out.csv") + "'");
    EXPECT_EQ(r.exit, 3);
    EXPECT_EQ(text_of_file(path("out.csv")), "yesterday's");
    std::size_t files = 0;
    for ([[maybe_unused]] auto const& entry : std::filesystem::directory_iterator(folder_.path()))
        ++files;
    EXPECT_EQ(files, 2u) << "something half-written was left behind";
}

TEST_F(PriceCommand, SaysWhenItsColumnsAreThereAlready) {
    auto const r = price("type,spot,strike,time,vol,price\nC,100,100,1,0.2,7\n");
    EXPECT_EQ(r.exit, 0);
    EXPECT_NE(r.err.find("already has a column price"), std::string::npos) << r.err;
}

TEST_F(PriceCommand, NumbersReadBackAsTheSameDouble) {
    auto const r = price("type,spot,strike,time,rate,dividend,vol\nP,103,97,0.7,0.03,0.01,0.23\n");
    auto const v = value_option(
        {103, 97, 0.7, 0.03, 0.01, 0.23, std::uint64_t{option_flag::put | option_flag::spot}},
        option_depth::all);
    EXPECT_EQ(number(r, 1, "price"), v.price);
    EXPECT_EQ(number(r, 1, "gamma"), v.gamma);
    EXPECT_EQ(number(r, 1, "theta"), v.theta);
    EXPECT_EQ(number(r, 1, "color"), v.color);
    EXPECT_EQ(number(r, 1, "ultima"), v.ultima);
    for (char const* column : {"price", "gamma", "ultima"})
        EXPECT_LE(field(r, 1, column).size(), 24u) << "longer than any double needs";
}

}  // namespace
}  // namespace lockstep
