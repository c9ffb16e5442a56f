// Packed rows come back as they were, whatever they hold, and anything else is refused.
#include "host/store/column_code.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "host/base/error.h"
#include "pricing/base/random.h"

namespace lockstep {
namespace {

struct test_row {
    std::uint64_t constant, counter, wild;
    std::int64_t walk;
};

std::vector<test_row> made_rows(std::size_t count) {
    std::vector<test_row> rows;
    std::int64_t walk = 0;
    for (std::size_t i = 0; i < count; ++i) {
        auto const drawn = philox4x32(i, 0, 5);
        walk += static_cast<std::int64_t>(drawn.first % 201) - 100;
        rows.push_back({42, 1000 + 3 * i, drawn.first * drawn.second, walk});
    }
    if (count > 2) rows[1].walk = std::numeric_limits<std::int64_t>::min();
    if (count > 2) rows[2].walk = std::numeric_limits<std::int64_t>::max();
    return rows;
}

TEST(column_code, gives_back_every_byte) {
    column_coder coder;
    for (std::size_t const count : {0u, 1u, 2u, 3u, 1000u, 70'000u}) {
        auto const rows = made_rows(count);
        std::string const packed = coder.pack(rows.data(), count, sizeof(test_row));
        auto const back = coder.unpack(packed, count, sizeof(test_row), "test");
        ASSERT_EQ(count * sizeof(test_row), back.size());
        if (count > 0) {
            EXPECT_EQ(0, std::memcmp(back.data(), rows.data(), back.size())) << count;
        }
    }
}

TEST(column_code, makes_rows_that_resemble_each_other_small) {
    // What is wild has 8 bytes a row and cannot shrink; the walk needs one, the others none.
    auto const rows = made_rows(10'000);
    std::string const packed = column_coder().pack(rows.data(), rows.size(), sizeof(test_row));
    EXPECT_LT(packed.size(), rows.size() * 10);
}

TEST(column_code, refuses_what_is_not_packed_rows) {
    column_coder coder;
    auto const rows = made_rows(100);
    std::string const packed = coder.pack(rows.data(), rows.size(), sizeof(test_row));
    EXPECT_THROW(coder.unpack(packed, 99, sizeof(test_row), "test"), input_error);
    EXPECT_THROW(coder.unpack(packed, 101, sizeof(test_row), "test"), input_error);
    EXPECT_THROW(coder.unpack(packed, 100, sizeof(test_row) + 8, "test"), input_error);
    EXPECT_THROW(coder.unpack("", 100, sizeof(test_row), "test"), input_error);
    for (std::size_t at = 0; at < packed.size(); ++at) {
        std::string damaged = packed;
        damaged[at] = static_cast<char>(damaged[at] ^ 4);
        try {  // a bit that means nothing may pass, a wrong row may not
            auto const back = coder.unpack(damaged, 100, sizeof(test_row), "test");
            EXPECT_EQ(0, std::memcmp(back.data(), rows.data(), back.size())) << at;
        } catch (input_error const&) {
        }
    }
}

}  // namespace
}  // namespace lockstep
