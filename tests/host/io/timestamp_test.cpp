#include "host/io/timestamp.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

TEST(timestamp, table) {
    struct row {
        char const* text;
        std::int64_t ns;  // from `date -u -d TEXT +%s%N`
        char const* printed;
    };
    static constexpr row rows[] = {
        {"1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"},
        {"2026-08-22T15:33:51.683630+00:00", 1787412831683630000, "2026-08-22T15:33:51.68363Z"},
        {"2026-08-22 15:33:51", 1787412831000000000, "2026-08-22T15:33:51Z"},
        {"2026-08-22T17:33:51+02:00", 1787412831000000000, "2026-08-22T15:33:51Z"},
        {"2026-08-22T10:03:51.5-0530", 1787412831500000000, "2026-08-22T15:33:51.5Z"},
        {"2028-02-29T23:59:59.999999999Z", 1835481599999999999, "2028-02-29T23:59:59.999999999Z"},
        {"1970-01-01T00:00:00+01:00", -3600000000000, "1969-12-31T23:00:00Z"},
    };
    for (auto const& [text, ns, printed] : rows) {
        auto const time = parse_timestamp(text);
        ASSERT_TRUE(time) << text;
        EXPECT_EQ(time->value, ns) << text;
        EXPECT_EQ(time_text(*time), printed);
    }
}

TEST(timestamp, refusals) {
    for (char const* text :
         {"", "2026", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z",
          "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z", "2026-01-01T00:00:00.Z",
          "2026-01-01T00:00:00.1234567890Z", "2026-01-01T00:00:00ZZ", "2026-01-01T00:00:00+1",
          "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00-05:60", "2262-01-01T00:00:00Z",
          "1969-12-31T23:59:59Z", "26-01-01T00:00:00Z", "yesterday"})
        EXPECT_FALSE(parse_timestamp(text)) << text;
}

TEST(timestamp, microseconds) {
    EXPECT_EQ(parse_microseconds("1591574399413000")->value, 1591574399413000000);
    for (char const* text : {"", "-1", "1.5", "1e3", "9223372036854776", "99999999999999999999"})
        EXPECT_FALSE(parse_microseconds(text)) << text;
}

}  // namespace
}  // namespace lockstep
