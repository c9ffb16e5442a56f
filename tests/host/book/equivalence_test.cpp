// The book against its slow twin: the same status, the same reports and the same rows, byte for
// byte, after every command of a crowd that uses everything and gets much of it wrong.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/book/order_book.h"
#include "tests/host/book/random_commands.h"
#include "tests/model/slow_book.h"

namespace lockstep {
namespace {

template <class Row>
bool same_bytes(std::vector<Row> const& a, std::vector<Row> const& b) {
    return a.size() == b.size() &&
           (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(Row)) == 0);
}
bool same_bytes(book_rows const& a, book_rows const& b) {
    return std::memcmp(&a.header, &b.header, sizeof a.header) == 0 &&
           same_bytes(a.orders, b.orders) && same_bytes(a.positions, b.positions);
}

std::string text(book_report const& r) {
    auto n = [](auto x) { return " " + std::to_string(static_cast<long long>(x)); };
    return "kind" + n(r.kind) + " order" + n(r.order) + " maker" + n(r.maker) + " price" +
           n(r.price) + " quantity" + n(r.quantity) + " remaining" + n(r.remaining) + " maker's" +
           n(r.maker_remaining) + " tag" + n(r.tag) + " status " + name_of(r.status) + " reason " +
           name_of(r.reason) + "\n";
}
std::string text(std::vector<book_report> const& reports) {
    std::string all;
    for (auto const& r : reports) all += text(r);
    return all;
}

/// What a run has seen, so that a test can show that it saw enough.
struct tally {
    std::uint64_t kinds[16]{}, statuses[64]{}, reasons[32]{};
    void add(std::vector<book_report> const& reports) {
        for (auto const& r : reports) {
            ++kinds[static_cast<int>(r.kind)];
            ++statuses[static_cast<int>(r.status)];
            ++reasons[static_cast<int>(r.reason)];
        }
    }
};

/// What hears reports and is asked how far an order may go.
struct asked_sink {
    std::vector<book_report>& reports;
    std::function<std::int64_t(entering_order const&)> const& worst_price;
    void operator()(book_report const& r) { reports.push_back(r); }
    std::int64_t operator()(entering_order const& o) { return worst_price(o); }
};

/// Two orders of three that the mark has passed, on both sides.
void leave_behind(order_book& fast, model::slow_book& slow, test::crowd& prices, tally& seen) {
    std::vector<book_report> fast_reports, slow_reports;
    auto const leaves = [](std::uint32_t tag, std::int64_t price) {
        return (tag + price) % 3 != 0;
    };
    std::int64_t const mark = prices.price();
    for (order_side const side : {order_side::buy, order_side::sell}) {
        fast.leave_behind(side, mark, leaves,
                          [&](book_report const& r) { fast_reports.push_back(r); });
        slow.leave_behind(side, mark, leaves, slow_reports);
    }
    ASSERT_TRUE(same_bytes(fast_reports, slow_reports)) << "mark " << mark << "\nbook:\n"
                                                        << text(fast_reports) << "slow book:\n"
                                                        << text(slow_reports);
    seen.add(fast_reports);
}

void run_crowd(test::crowd crowd, book_limits const& limits, std::uint64_t commands, tally& seen) {
    auto fast = std::make_unique<order_book>(limits);
    model::slow_book slow(limits);
    std::function<std::int64_t(entering_order const&)> const worst_price =
        [&](entering_order const& o) {
            std::int64_t const step = crowd.price_high - crowd.price_low;
            return o.tag % 2 == 0 ? std::int64_t{0} : crowd.price_low + step * (o.tag % 7) / 6;
        };
    slow.bound_entering(worst_price);
    std::vector<book_report> fast_reports, slow_reports;
    std::int64_t lowest = 0, highest = INT64_MAX;
    test::crowd bands = crowd;
    bands.seed += 100;
    for (std::uint64_t i = 0; i < commands; ++i) {
        book_command const c = crowd.next(fast->time() == INT64_MIN ? 0 : fast->time());
        if (i % 1000 == 700 || i % 1000 == 0) {  // a band for a while, then none
            bool const any = i % 1000 == 0;
            std::int64_t const one = bands.price(), other = bands.price();
            lowest = any ? 0 : std::min(one, other);
            highest = any ? INT64_MAX : std::max(one, other);
            fast->trade_within(lowest, highest);
            slow.trade_within(lowest, highest);
        }
        std::string const where = "seed " + std::to_string(crowd.seed) + " command " +
                                  std::to_string(i) + " verb " +
                                  std::to_string(static_cast<int>(c.verb));
        auto const tag = static_cast<std::uint32_t>(3 * i + 1);
        bool const is_bound = (c.flags & book_flag::reduce_only) != 0;
        std::int64_t const worst = is_bound ? worst_price({tag, c.side, c.price, false}) : 0;
        if (i % 8 == 0) {
            ASSERT_EQ(fast->fillable(c, worst), slow.fillable(c, worst)) << where;
        }
        book_status const announced = fast->answer_to(c, worst);
        fast_reports.clear();
        slow_reports.clear();
        auto const a = fast->apply(c, asked_sink{fast_reports, worst_price}, tag);
        auto const b = slow.apply(c, slow_reports, tag);
        ASSERT_EQ(name_of(a), std::string(name_of(b))) << where;
        if (c.verb == book_verb::place) {
            ASSERT_EQ(name_of(announced), std::string(name_of(b))) << where;
        }
        ASSERT_TRUE(same_bytes(fast_reports, slow_reports)) << where << "\nbook:\n"
                                                            << text(fast_reports) << "slow book:\n"
                                                            << text(slow_reports);
        seen.add(fast_reports);
        if (i % 500 == 0) leave_behind(*fast, slow, bands, seen);
        if (::testing::Test::HasFatalFailure() || i % 64 != 0) continue;
        book_rows const rows = fast->export_rows();
        ASSERT_TRUE(same_bytes(rows, slow.export_rows())) << where;
        if (i % 512 != 0) continue;
        // Go on with a book that was stored and brought back.
        fast = std::make_unique<order_book>(limits);
        fast->import_rows(rows);
        fast->trade_within(lowest, highest);
        ASSERT_TRUE(same_bytes(rows, fast->export_rows())) << where;
    }
}

/// LOCKSTEP_LONG multiplies the number of commands.
std::uint64_t length() {
    char const* longer = std::getenv("LOCKSTEP_LONG");
    return longer == nullptr ? 1 : std::strtoull(longer, nullptr, 10);
}

TEST(book_equivalence, small_bounds_wide_and_narrow_markets) {
    tally seen;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        book_limits limits;
        limits.orders_max = seed % 3 == 0 ? 25 : 80;
        limits.matches_max = seed % 2 == 0 ? 4 : 1000;
        limits.triggers_max = seed % 2 == 0 ? 1 : 50;
        limits.trailing_max = 5;
        limits.price_max = seed == 1 ? 120 : 1'000'000;
        limits.quantity_max = 1000;
        test::crowd crowd;
        crowd.seed = seed;
        if (seed == 4) crowd.price_low = 1, crowd.price_high = 5;
        if (seed == 5) crowd.price_low = 100, crowd.price_high = 900'000;
        run_crowd(crowd, limits, 320'000 * length(), seen);
        if (HasFatalFailure()) return;
    }
    // A crowd that never does something would prove nothing about it.
    for (int kind = 0; kind <= static_cast<int>(report_kind::triggered); ++kind)
        EXPECT_GT(seen.kinds[kind], 50u) << "kind " << kind;
    for (int reason = 1; reason <= static_cast<int>(book_reason::left_behind); ++reason)
        EXPECT_GT(seen.reasons[reason], 5u) << name_of(static_cast<book_reason>(reason));
    for (int status = 1; status <= static_cast<int>(book_status::order_cannot_be_filled_whole);
         ++status) {
        std::string const name = name_of(static_cast<book_status>(status));
        if (!name.empty()) {
            EXPECT_GT(seen.statuses[status], 5u) << name;
        }
    }
}

}  // namespace
}  // namespace lockstep
