// The history beside one plain list of all commands, for blocks of none, of one and of thousands.
#include "host/state/command_history.h"

#include <gtest/gtest.h>

#include <vector>

#include "pricing/base/random.h"

namespace lockstep {
namespace {

transaction_row numbered(std::uint64_t n) {
    transaction_row t{};
    t.id = {n, 1};
    return t;
}

shared_rows<transaction_row> commands_from(std::uint64_t first, std::size_t count) {
    big_vector<transaction_row> rows;
    rows.reserve(count);
    for (std::size_t i = 0; i < count; ++i) rows.push_back(numbered(first + i));
    return rows;
}

/// Appends blocks of these lengths; every command must then be found at its place.
void expect_every_place(std::vector<std::size_t> const& lengths) {
    command_history history;
    std::vector<transaction_row const*> where;
    for (std::size_t const length : lengths) {
        auto const rows = history.append(commands_from(where.size(), length));
        ASSERT_EQ(length, rows.size());
        for (transaction_row const& t : rows) where.push_back(&t);
        ASSERT_EQ(where.size(), history.size());
    }
    for (std::size_t place = 0; place < where.size(); ++place) {
        ASSERT_EQ(where[place], &history[place]) << place;
        ASSERT_EQ(place, history[place].id.low);
    }
}

TEST(CommandHistory, HasEveryCommandAtItsPlace) {
    expect_every_place({5, 0, 3000, 1, 0});
    expect_every_place({1024, 1024, 1, 1023, 2048, 10});
    expect_every_place(std::vector<std::size_t>(2500, 1));
    expect_every_place({100'000, 7, 100'000});
}

TEST(CommandHistory, HasEveryCommandOfBlocksOfAnyLength) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        std::vector<std::size_t> lengths;
        for (std::uint64_t n = 0; n < 40; ++n) {
            random_block const at_random = philox4x32(n, 0, seed);
            std::uint64_t const most = std::uint64_t{1} << at_random.first % 13;
            lengths.push_back(at_random.second % most);
        }
        expect_every_place(lengths);
    }
}

TEST(CommandHistory, SharesTheRowsOfABlock) {
    command_history history;
    shared_rows<transaction_row> commands = commands_from(0, 2000);
    EXPECT_EQ(commands.data(), history.append(commands).data());
    // Whoever goes on to write gets rows of their own.
    commands.edit()[3].amount = 7;
    EXPECT_EQ(7, commands[3].amount);
    EXPECT_EQ(0, history[3].amount);
    history.append(commands);
    commands.clear();
    EXPECT_TRUE(commands.empty());
    EXPECT_EQ(7, history[2003].amount);
}

TEST(CommandHistory, DoesNotKeepMemoryThatABlockHasNoUseFor) {
    command_history history;
    shared_rows<transaction_row> commands = commands_from(0, 10);
    commands.edit().reserve(1000);
    EXPECT_NE(commands.data(), history.append(commands).data());
    EXPECT_EQ(9u, history[9].id.low);
}

}  // namespace
}  // namespace lockstep
