// The ingest queue's order, by example and by property: nothing accepted is lost or doubled, who
// depends on whom keeps its order, and under overload what is urgent goes first.
#include "host/ingest/ingest_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "pricing/base/random.h"

namespace lockstep {
namespace {

using kind = transaction_kind;

transaction_row command(kind k, std::uint64_t id, std::uint32_t account, std::uint64_t target = 0) {
    transaction_row t{};
    t.id = {id, 0};
    t.kind = k;
    t.account = account;
    t.target = {target, 0};
    return t;
}
transaction_row order(std::uint64_t id, std::uint32_t account) {
    return command(kind::place_order, id, account);
}
transaction_row reduce(std::uint64_t id, std::uint32_t account) {
    transaction_row t = order(id, account);
    t.flags = transaction_flag::reduce_only;
    return t;
}
transaction_row cancel(std::uint64_t id, std::uint32_t account, std::uint64_t target) {
    return command(kind::cancel_order, id, account, target);
}
transaction_row cancel_all(std::uint64_t id, std::uint32_t account) {
    return command(kind::mass_cancel, id, account);
}

ingest_answer offer(ingest_order& queue, transaction_row const& t, std::uint32_t key = 0) {
    ingest_unit unit{{t}, {signature_row{}}};
    if (key != 0) {
        unit.signatures[0].signature[0] = 1;
        unit.signatures[0].key = key;
    }
    return queue.offer(std::move(unit)).answer;
}

std::vector<std::uint64_t> taken(ingest_order& queue, std::size_t most) {
    block b;
    queue.take(most, b);
    EXPECT_EQ(b.commands.size(), b.signatures.size());
    std::vector<std::uint64_t> ids;
    for (transaction_row const& t : b.commands) ids.push_back(t.id.low);
    return ids;
}
using ids = std::vector<std::uint64_t>;

constexpr ingest_limits small{.commands = 100, .for_urgent = 10, .longest_unit = 4};

TEST(ingest_order, is_that_of_arrival_while_all_fits_a_block) {
    ingest_order queue(small);
    for (auto const& t : {order(1, 1), cancel(2, 2, 99), order(3, 3), reduce(4, 4)})
        EXPECT_EQ(ingest_answer::accepted, offer(queue, t));
    EXPECT_EQ((ids{1, 2, 3, 4}), taken(queue, 4));
    EXPECT_EQ(0u, queue.depth());
}

TEST(ingest_order, lets_cancels_and_reducing_orders_go_first_when_more_waits) {
    ingest_order queue(small);
    for (std::uint64_t i = 1; i <= 6; ++i) offer(queue, order(i, 1));
    offer(queue, cancel(7, 2, 99));
    offer(queue, cancel_all(8, 3));
    offer(queue, reduce(9, 4));
    EXPECT_EQ((ids{7, 8, 9, 1}), taken(queue, 4));
    EXPECT_EQ((ids{2, 3, 4, 5}), taken(queue, 4));
    EXPECT_EQ((ids{6}), taken(queue, 4));
}

TEST(ingest_order, leaves_a_quarter_of_the_block_to_the_rest) {
    ingest_order queue(small);
    offer(queue, order(1, 1));
    offer(queue, order(2, 1));
    for (std::uint64_t i = 10; i < 30; ++i) offer(queue, cancel(i, 2, 99));
    EXPECT_EQ((ids{10, 11, 12, 13, 14, 15, 1, 2}), taken(queue, 8));
    EXPECT_EQ((ids{16, 17, 18, 19, 20, 21, 22, 23}), taken(queue, 8)) << "nobody else waits";
}

TEST(ingest_order, lets_no_cancel_pass_the_order_that_it_cancels) {
    ingest_order queue(small);
    for (std::uint64_t i = 1; i <= 4; ++i) offer(queue, order(i, 1));
    offer(queue, cancel(5, 1, 4));
    offer(queue, cancel(6, 1, 99));
    offer(queue, cancel(7, 2, 4));  // another account's: not this order
    offer(queue, cancel_all(8, 1));
    offer(queue, cancel_all(9, 2));
    EXPECT_EQ((ids{6, 7, 9, 1}), taken(queue, 4));
    EXPECT_EQ((ids{2, 3, 4, 5}), taken(queue, 4));
    EXPECT_EQ((ids{8}), taken(queue, 4));
}

TEST(ingest_order, lets_no_order_of_an_account_pass_its_mass_cancel_that_must_wait) {
    for (bool const whole_owner : {false, true}) {
        ingest_order queue(small);
        for (std::uint64_t i = 1; i <= 6; ++i) offer(queue, order(i, 2));
        offer(queue, order(7, 1));
        transaction_row all = cancel_all(8, 1);
        if (whole_owner) all.flags = transaction_flag::whole_owner;
        offer(queue, all);
        offer(queue, reduce(9, 1));
        offer(queue, cancel(10, 1, 99));
        EXPECT_EQ((ids{10, 1, 2, 3}), taken(queue, 4)) << "a cancel may";
        EXPECT_EQ((ids{4, 5, 6, 7}), taken(queue, 4));
        EXPECT_EQ((ids{8, 9}), taken(queue, 4));
    }
}

TEST(ingest_order, lets_no_cancel_of_a_whole_owner_pass_anything) {
    ingest_order queue(small);
    for (std::uint64_t i = 1; i <= 4; ++i) offer(queue, order(i, 1));
    transaction_row t = cancel_all(5, 2);
    t.flags = transaction_flag::whole_owner;
    offer(queue, t);
    offer(queue, cancel_all(6, 3));
    EXPECT_EQ((ids{6, 1, 2, 3}), taken(queue, 4));
    EXPECT_EQ((ids{4, 5}), taken(queue, 4));
}

TEST(ingest_order, keeps_the_order_of_what_one_key_signed) {
    ingest_order queue(small);
    for (std::uint64_t i = 1; i <= 5; ++i) offer(queue, order(i, 1), 7);
    offer(queue, cancel(6, 1, 99), 7);
    offer(queue, cancel(7, 1, 98), 8);
    EXPECT_EQ((ids{7, 1, 2, 3}), taken(queue, 4));
    EXPECT_EQ((ids{4, 5, 6}), taken(queue, 4));
}

TEST(ingest_order, lets_nothing_of_an_account_pass_its_urgent_commands) {
    ingest_order queue(small);
    for (std::uint64_t i = 1; i <= 5; ++i) offer(queue, cancel(i, 2, 99));
    offer(queue, cancel_all(6, 1));
    offer(queue, order(7, 1));
    offer(queue, order(8, 3));
    EXPECT_EQ((ids{1, 2, 3, 4}), taken(queue, 4)) << "7 holds up 8, and waits for 6";
    EXPECT_EQ((ids{5, 6, 7, 8}), taken(queue, 4));
}

TEST(ingest_order, moves_chains_whole) {
    ingest_order queue(small);
    auto const chain = [](std::uint64_t first, std::size_t length, bool reduces) {
        ingest_unit unit;
        for (std::size_t i = 0; i < length; ++i)
            unit.commands.push_back(reduces ? reduce(first + i, 5) : order(first + i, 4));
        return unit;
    };
    EXPECT_EQ(ingest_answer::too_long, queue.offer(chain(1, 5, false)).answer);
    offer(queue, order(1, 1));
    offer(queue, order(2, 1));
    EXPECT_EQ(5u, queue.offer(chain(10, 3, false)).depth);
    EXPECT_EQ(7u, queue.offer(chain(20, 2, true)).depth);
    EXPECT_EQ((ids{20, 21, 1, 2}), taken(queue, 4));
    EXPECT_EQ((ids{10, 11, 12}), taken(queue, 4));
}

TEST(ingest_order, is_busy_when_full_and_keeps_room_for_what_is_urgent) {
    ingest_order queue({.commands = 3, .for_urgent = 1, .longest_unit = 4});
    for (std::uint64_t i = 1; i <= 3; ++i)
        EXPECT_EQ(ingest_answer::accepted, offer(queue, order(i, 1)));
    EXPECT_EQ(ingest_answer::busy, offer(queue, order(4, 1)));
    EXPECT_EQ(ingest_answer::accepted, offer(queue, cancel(5, 2, 99)));
    EXPECT_EQ(ingest_answer::busy, offer(queue, cancel(6, 2, 99)));
    EXPECT_EQ((ids{1, 2, 3, 5}), taken(queue, 4));
    EXPECT_EQ(ingest_answer::accepted, offer(queue, order(4, 1)));
}

class dice {
  public:
    explicit dice(std::uint64_t seed) : seed_(seed) {}
    std::uint64_t roll(std::uint64_t sides) { return philox4x32(count_++, 0, seed_).first % sides; }
    bool one_in(std::uint64_t n) { return roll(n) == 0; }

  private:
    std::uint64_t const seed_;
    std::uint64_t count_ = 0;
};

bool urgent(transaction_row const& t) {
    return t.kind == kind::cancel_order || t.kind == kind::mass_cancel ||
           (t.kind == kind::place_order && t.flags != 0);
}

/// One random run: offers and takes in turn. Says what went wrong, or nothing.
std::string broken_promise(std::uint64_t seed) {
    dice random(seed);
    ingest_order queue({.commands = 40, .for_urgent = 8, .longest_unit = 1});
    std::map<std::uint64_t, std::pair<transaction_row, std::uint32_t>> accepted;  // by arrival
    std::vector<std::uint64_t> left;
    std::uint64_t id = 0;
    for (int step = 0; step < 400 || queue.depth() > 0; ++step) {
        bool const offers = step < 400 && random.roll(3) != 0;
        if (offers) {
            auto const account = static_cast<std::uint32_t>(random.roll(4));
            std::uint64_t const target = id > 6 ? id - random.roll(6) : 1;
            transaction_row const t = random.one_in(3)   ? cancel(++id, account, target)
                                      : random.one_in(5) ? cancel_all(++id, account)
                                      : random.one_in(4) ? reduce(++id, account)
                                                         : order(++id, account);
            auto const key = static_cast<std::uint32_t>(random.roll(2) * (1 + account));
            std::size_t const before = queue.depth();
            if (offer(queue, t, key) == ingest_answer::accepted)
                accepted[id] = {t, key};
            else if (before < 40)
                return "busy with room";
            continue;
        }
        for (std::uint64_t const out : taken(queue, 1 + random.roll(12))) left.push_back(out);
    }
    if (left.size() != accepted.size()) return "lost or doubled";
    std::map<std::uint64_t, std::size_t> place;
    for (std::size_t i = 0; i < left.size(); ++i) place[left[i]] = i;
    if (place.size() != accepted.size()) return "doubled";
    for (auto const& [later, b] : accepted)
        for (auto const& [earlier, a] : accepted) {
            if (earlier >= later || place[earlier] < place[later]) continue;
            std::string const who = std::to_string(later) + " passed " + std::to_string(earlier);
            bool const cancels =
                b.first.kind == kind::cancel_order || b.first.kind == kind::mass_cancel;
            // Only what waits behind its own falls back among the ordinary.
            if (a.first.account == b.first.account && urgent(a.first) && !cancels)
                return who + ": of one account, and the first was urgent";
            if (!urgent(a.first) && !urgent(b.first)) return who + ": both ordinary";
            if (a.second != 0 && a.second == b.second) return who + ": signed by one key";
            bool const own = a.first.account == b.first.account;
            bool const places = a.first.kind == kind::place_order;
            if (own && places && b.first.kind == kind::mass_cancel) return who + ": a mass cancel";
            if (own && places && b.first.kind == kind::cancel_order && b.first.target == a.first.id)
                return who + ": its own cancel";
        }
    return "";
}

TEST(ingest_order, keeps_its_promises_in_random_runs) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed)
        ASSERT_EQ("", broken_promise(seed)) << "seed " << seed;
}

}  // namespace
}  // namespace lockstep
