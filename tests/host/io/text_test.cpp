// Numbers, JSON and digests as text.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "host/io/csv_cell.h"
#include "host/io/json_text.h"
#include "host/io/number_text.h"
#include "host/io/sha256.h"
#include "host/io/timestamp.h"

namespace lockstep {
namespace {

std::string scaled(int128 value, int decimals) {
    std::string out;
    append_scaled(out, value, decimals);
    return out;
}
std::string real(double value) {
    std::string out;
    append_double(out, value);
    return out;
}
std::string time(std::int64_t ns) {
    std::string out;
    append_time(out, {ns});
    return out;
}

TEST(number_text, amounts_come_out_digit_by_digit) {
    EXPECT_EQ(scaled(-1500, 3), "-1.5");
    EXPECT_EQ(scaled(0, 9), "0");
    EXPECT_EQ(scaled(-1, 9), "-0.000000001");
    EXPECT_EQ(scaled(5'000'000'000, 9), "5");
    EXPECT_EQ(scaled(int64_min, 9), "-9223372036.854775808");
    int128 const big = (int128{1} << 126) - 1 + (int128{1} << 126);
    EXPECT_EQ(scaled(big, 0), "170141183460469231731687303715884105727");
    EXPECT_EQ(scaled(-big - 1, 15), "-170141183460469231731687.303715884105728");
}

TEST(number_text, measurements_are_the_shortest_that_read_back) {
    EXPECT_EQ(real(0.1), "0.1");
    EXPECT_EQ(real(-0.0), "0");
    EXPECT_EQ(real(1.0 / 3), "0.3333333333333333");
    EXPECT_EQ(real(std::nan("")), "");
    EXPECT_EQ(real(-std::numeric_limits<double>::infinity()), "");
}

TEST(number_text, time_is_civil) {
    EXPECT_EQ(time(0), "1970-01-01T00:00:00Z");
    EXPECT_EQ(time(951'782'400'000'000'000), "2000-02-29T00:00:00Z");
    EXPECT_EQ(time(1'787'412'831'683'630'000), "2026-08-22T15:33:51.68363Z");
    EXPECT_EQ(time(-1), "1969-12-31T23:59:59.999999999Z");
}

TEST(number_text, people_get_groups_and_rounding) {
    EXPECT_EQ(grouped(-1234567), "-1,234,567");
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped_nanos(999'999'999'999, 2), "1,000.00");
    EXPECT_EQ(grouped_nanos(-400'000, 2), "0.00");
    EXPECT_EQ(grouped_nanos(5'000'000, 2), "0.01");
}

TEST(number_text, cells_are_quoted_only_when_they_must) {
    std::string out;
    append_cell(out, "plain");
    append_cell(out, "a,\"b\"");
    EXPECT_EQ(out, "plain\"a,\"\"b\"\"\"");
}

TEST(json_text, is_escaped_and_indented) {
    json_text json;
    json.open_object();
    json.text("a", "q\"\\\n</script>");
    json.open_array("b");
    json.integer(1);
    json.nanos(-1'500'000'000);
    json.number(std::nan(""));
    json.close_array();
    json.open_object("c");
    json.close_object();
    json.close_object();
    EXPECT_EQ(
        json.take(),
        "{\n  \"a\": \"q\\\"\\\\\\u000a\\u003c/script>\",\n  \"b\": [\n    1,\n    \"-1.5\",\n"
        "    null\n  ],\n  \"c\": {}\n}\n");
}

TEST(json_text, rough_numbers_keep_four_decimals) {
    json_text json(false);
    json.open_array();
    json.rough(123'456'789);
    json.rough(-50'000);
    json.close_array();
    EXPECT_EQ(json.take(), "[0.1235,0]");
}

// FIPS 180-4's examples.
TEST(sha256, of_known_texts) {
    sha256 empty;
    EXPECT_EQ(empty.finish(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    sha256 abc;
    abc.update("a");
    abc.update("bc");
    EXPECT_EQ(abc.finish(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace lockstep
