// Slots of open orders: used again last freed first, and rows that were written down are taken for
// a pool's only when they are one's.
#include "host/state/slot_pool.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

/// Slots 1 and 3 in use of five; 0, 4 and 2 free, in this order.
slot_pool used_pool() {
    slot_pool pool;
    for (std::uint64_t i = 0; i < 5; ++i) pool[pool.take()].sequence = i + 1;
    for (std::uint32_t const slot : {0u, 4u, 2u}) pool.give_back(slot);
    return pool;
}

TEST(slot_pool, gives_out_what_was_freed_last) {
    slot_pool pool = used_pool();
    for (std::uint32_t const slot : {2u, 4u, 0u, 5u}) EXPECT_EQ(pool.take(), slot);
}

TEST(slot_pool, goes_on_from_rows_that_were_written_down) {
    slot_pool again;
    ASSERT_TRUE(again.adopt(used_pool().rows()));
    for (std::uint32_t const slot : {2u, 4u, 0u, 5u}) EXPECT_EQ(again.take(), slot);
}

TEST(slot_pool, refuses_rows_that_are_no_pools) {
    auto const refuses = [](auto&& spoil) {
        big_vector<open_order_row> rows = used_pool().rows();
        spoil(rows);
        return !slot_pool().adopt(std::move(rows));
    };
    EXPECT_FALSE(refuses([](auto&) {}));
    EXPECT_TRUE(refuses([](auto& rows) { rows[2].next_free = 7; })) << "beyond the table";
    EXPECT_TRUE(refuses([](auto& rows) { rows[2].next_free = 0; })) << "two before one";
    EXPECT_TRUE(refuses([](auto& rows) { rows[0].next_free = 2; })) << "a circle";
    EXPECT_TRUE(refuses([](auto& rows) { rows[4].next_free = slot_pool::none; })) << "two chains";
    EXPECT_TRUE(refuses([](auto& rows) { rows[2].next_free = 1; })) << "one that is in use";
    EXPECT_TRUE(refuses([](auto& rows) { rows[4].queued = 1; })) << "more than a link";
}

}  // namespace
}  // namespace lockstep
