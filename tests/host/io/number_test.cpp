#include "host/io/number.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(parse_nanos, table) {
    using enum number_fault;
    struct row {
        char const* text;
        std::int64_t nanos;
        number_fault fault;
    };
    static constexpr row rows[] = {
        {"0", 0, none},
        {"-0", 0, none},
        {"1", 1'000'000'000, none},
        {"-1.5", -1'500'000'000, none},
        {"0.1", 100'000'000, none},
        {"0.000000001", 1, none},
        {"-0.000000001", -1, none},
        {".5", 500'000'000, none},
        {"5.", 5'000'000'000, none},
        {"007", 7'000'000'000, none},
        {"1.100000000000", 1'100'000'000, none},
        {"0.1000000000000000000000000000000000000000", 100'000'000, none},
        {"1e-8", 10, none},
        {"2.5E3", 2'500'000'000'000, none},
        {"25e+2", 2'500'000'000'000, none},
        {"0e400", 0, none},
        {"123456789.123456789", 123'456'789'123'456'789, none},  // a double would not hold it
        {"9223372036.854775807", 9'223'372'036'854'775'807, none},
        {"-9223372036.854775807", -9'223'372'036'854'775'807, none},
        {"9223372036.854775808", 0, is_out_of_range},
        {"-9223372036.854775808", 0, is_out_of_range},
        {"1e10", 0, is_out_of_range},
        {"1e999999999999", 0, is_out_of_range},
        {"99999999999999999999999", 0, is_out_of_range},
        {"0.0000000001", 0, has_more_than_nine_decimals},
        {"1.0000000001", 0, has_more_than_nine_decimals},
        {"1e-10", 0, has_more_than_nine_decimals},
        {"1e-999999999999", 0, has_more_than_nine_decimals},
        {"0.12345678901234567890123", 0, has_more_than_nine_decimals},
        {"", 0, is_empty},
        {"-", 0, is_not_a_number},
        {".", 0, is_not_a_number},
        {"+1", 0, is_not_a_number},
        {" 1", 0, is_not_a_number},
        {"1 ", 0, is_not_a_number},
        {"1.2.3", 0, is_not_a_number},
        {"--1", 0, is_not_a_number},
        {"1e", 0, is_not_a_number},
        {"1e5.5", 0, is_not_a_number},
        {"e5", 0, is_not_a_number},
        {"1,5", 0, is_not_a_number},
        {"0x10", 0, is_not_a_number},
        {"abc", 0, is_not_a_number},
        {"nan", 0, is_not_finite},
        {"NaN", 0, is_not_finite},
        {"-inf", 0, is_not_finite},
        {"Infinity", 0, is_not_finite},
    };
    for (auto const& [text, nanos, fault] : rows) {
        auto const got = parse_nanos(text);
        EXPECT_EQ(got.fault, fault) << text;
        EXPECT_EQ(got.nanos, nanos) << text;
        if (std::string_view(text) == "-9223372036.854775808") continue;
        EXPECT_EQ(parse_any_nanos(text).fault, fault) << text;
        EXPECT_EQ(parse_any_nanos(text).nanos, nanos) << text;
    }
}

TEST(parse_nanos, of_a_log_reach_the_lowest_of_64_bits) {
    EXPECT_EQ(parse_any_nanos("-9223372036.854775808").nanos, INT64_MIN);
    EXPECT_EQ(parse_any_nanos("-9223372036.854775808").fault, number_fault::none);
    EXPECT_EQ(parse_any_nanos("-9223372036854775808e-9").nanos, INT64_MIN);
    EXPECT_EQ(parse_any_nanos("9223372036.854775808").fault, number_fault::is_out_of_range);
    EXPECT_EQ(parse_any_nanos("-9223372036.854775809").fault, number_fault::is_out_of_range);
}

TEST(parse_double, table) {
    using enum number_fault;
    struct row {
        char const* text;
        double value;
        number_fault fault;
    };
    static constexpr row rows[] = {
        {"0.45600", 0x1.d2f1a9fbe76c9p-2, none},
        {"-2.5e-3", -0x1.47ae147ae147bp-9, none},
        {"1e-400", 0, none},
        {"1e400", 0, is_not_finite},
        {"nan", 0, is_not_finite},
        {"-inf", 0, is_not_finite},
        {"", 0, is_empty},
        {"12abc", 0, is_not_a_number},
        {" 1", 0, is_not_a_number},
        {"1 ", 0, is_not_a_number},
        {"+1", 0, is_not_a_number},
    };
    for (auto const& [text, value, fault] : rows) {
        auto const got = parse_double(text);
        EXPECT_EQ(got.fault, fault) << text;
        EXPECT_EQ(got.value, value) << text;
    }
}

TEST(reason_for, is_short_and_printable) {
    EXPECT_EQ(reason_for(number_fault::is_not_a_number, "abc"), "is not a number: 'abc'");
    EXPECT_EQ(reason_for(number_fault::is_empty, ""), "is empty");
    EXPECT_EQ(reason_for(number_fault::is_not_finite, "nan"), "is not finite: 'nan'");
    EXPECT_EQ(in_quotes("a\x1b[31m'b\xC3\xA9"), "'a?[31m?b<U+00E9>'");
    EXPECT_EQ(in_quotes("\xE2\x88\x92"
                        "5"),
              "'<U+2212>5'");
    for (std::string const broken : {"\xC3", "\xC3(", "\xE2\x88", "\x88", "\xFF"})
        EXPECT_EQ(in_quotes(broken).find("U+"), std::string::npos) << in_quotes(broken);
    EXPECT_EQ(in_quotes(std::string(39, 'x') + "\xC3\xA9"), "'" + std::string(39, 'x') + "...'");
    EXPECT_EQ(in_quotes(std::string(100, 'x')), "'" + std::string(40, 'x') + "...'");
}

}  // namespace
}  // namespace lockstep
