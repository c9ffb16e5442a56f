// Real chains: every row of them is accounted for, and none is rejected.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "tests/host/market/load_fixture.h"
#include "tests/host/real_data.h"

namespace lockstep {
namespace {

TEST(real_market, every_row_of_deribit_is_accounted_for) {
    auto const folder = real_data("deribit_daily");
    if (!folder) GTEST_SKIP() << "no real data here";
    std::uint64_t files = 0, read = 0, used = 0, rejected = 0, unquoted_sides = 0;
    exception_log log;
    for (auto const& entry : std::filesystem::directory_iterator(*folder)) {
        auto const m = load_market(entry.path(), log);
        ++files;
        read += m.rows_read;
        used += m.rows_used;
        rejected += m.rows_rejected;
        EXPECT_EQ(m.assets.size(), 2U);
        EXPECT_GT(m.instruments.size(), m.rows_used + 2) << entry.path();  // futures, perpetuals
        for (std::size_t at = 0; at < m.rows_used; ++at)
            unquoted_sides += std::isnan(m.quotes[at].bid) + std::isnan(m.quotes[at].ask);
    }
    EXPECT_EQ(files, 236U);
    EXPECT_EQ(read, 378'450U);
    EXPECT_EQ(used + rejected, read);
    EXPECT_EQ(rejected, 0U) << text_of(log);
    EXPECT_EQ(unquoted_sides, 29'265U + 8'006U);  // empty bids and asks, counted by another reader
}

TEST(real_market, the_stress_day_and_the_plain_snapshot) {
    auto const folder = real_data("deribit_stress_2026-02-05");
    auto const plain = real_data("deribit_options_2026-08-22.csv");
    if (!folder || !plain) GTEST_SKIP() << "no real data here";
    exception_log log;
    std::uint64_t files = 0;
    for (auto const& entry : std::filesystem::directory_iterator(*folder)) {
        auto const m = load_market(entry.path(), log);
        ++files;
        EXPECT_EQ(m.rows_read, m.rows_used + m.rows_rejected);
    }
    EXPECT_EQ(files, 12U);
    auto const m = load_market(*plain, log);
    EXPECT_EQ(m.rows_used, 1970U);
    EXPECT_EQ(text_of(log), "");
}

}  // namespace
}  // namespace lockstep
