#include "host/io/number_text.h"

#include <gtest/gtest.h>

#include <limits>

#include "host/io/number.h"

namespace lockstep {
namespace {

std::string text_of(std::int64_t units, int decimals) {
    std::string out;
    append_scaled(out, units, decimals);
    return out;
}

TEST(number_text, table) {
    struct row {
        std::int64_t units;
        int decimals;
        char const* text;
    };
    static constexpr row rows[] = {
        {0, 0, "0"},
        {0, 9, "0"},
        {5, 0, "5"},
        {-5, 0, "-5"},
        {1500, 3, "1.5"},
        {1000, 3, "1"},
        {1, 9, "0.000000001"},
        {-1, 9, "-0.000000001"},
        {100, 4, "0.01"},
        {123456, 2, "1234.56"},
        {120, 0, "120"},
        {std::numeric_limits<std::int64_t>::max(), 9, "9223372036.854775807"},
        {std::numeric_limits<std::int64_t>::min(), 9, "-9223372036.854775808"},
    };
    for (auto const& [units, decimals, text] : rows) EXPECT_EQ(text_of(units, decimals), text);
}

TEST(number_text, is_read_back) {
    std::uint64_t state = 1;
    for (int i = 0; i < 10'000; ++i) {
        state = state * 6364136223846793005 + 1442695040888963407;
        auto const nanos = static_cast<std::int64_t>(state) >> (i % 60);
        auto const parsed = parse_nanos(text_of(nanos, 9));
        ASSERT_EQ(parsed.fault, number_fault::none);
        ASSERT_EQ(parsed.nanos, nanos);
    }
}

}  // namespace
}  // namespace lockstep
