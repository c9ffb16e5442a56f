// What the root says of the books follows from the books as they stand: brought up to date block by
// block it is the root of the same state hashed from nothing, and it knows who stands first.
#include <gtest/gtest.h>

#include "host/block/engine.h"
#include "host/block/ledger_root.h"
#include "tests/workload/generated.h"

namespace lockstep {
namespace {

struct seen_orders {
    int queues = 0;    // orders that stand behind another
    int trailing = 0;  // dormant
    int refreshed = 0;
};

/// Orders of one level, in the order in which the book would fill them, by their place.
void expect_queues(engine_state const& state, seen_orders& seen) {
    for (auto const& book : state.books) {
        order_row const* before = nullptr;
        std::uint64_t place = 0;
        book_rows const rows = book->export_rows();
        for (order_row const& r : rows.orders) {
            open_order_row const& o = state.open_orders[state.outcomes[r.order - 1].row];
            ASSERT_EQ(o.sequence, r.order);
            bool const rests = r.state == order_state::resting;
            if (before != nullptr && rests && before->state == r.state && before->side == r.side &&
                before->price == r.price) {
                ASSERT_LT(place, o.queued)
                    << "order " << r.order << " stands behind " << before->order;
                ++seen.queues;
                seen.refreshed += before->order > r.order ? 1 : 0;
            }
            seen.trailing += !rests && r.type == order_type::trailing_stop ? 1 : 0;
            before = &r;
            place = o.queued;
        }
    }
}

TEST(book_root, is_that_of_the_state_hashed_from_nothing_and_knows_every_queue) {
    auto const device = make_backend({backend_kind::cpu, 1, ""});
    seen_orders seen;
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        engine e({});
        ledger_root root(*device);
        for (block const& b : workload::blocks_of(workload::crowded(seed, 40))) {
            sha256_digest const updated = root.update(e.state(), e.dirty(), e.run(b));
            ASSERT_TRUE(updated == ledger_root(*device, e.state(), root.blocks()).root())
                << "seed " << seed << ", block " << e.state().blocks;
            ASSERT_NO_FATAL_FAILURE(expect_queues(e.state(), seen))
                << "seed " << seed << ", block " << e.state().blocks;
        }
    }
    // Only worth something while the mix gets there.
    EXPECT_GT(seen.queues, 100);
    EXPECT_GT(seen.trailing, 10);
    EXPECT_GT(seen.refreshed, 0) << "no order ever lost its place to a later one";
}

}  // namespace
}  // namespace lockstep
