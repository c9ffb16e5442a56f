// Who is due, against an obvious sum over everything that has moved since a set was given room.
#include "host/watch/movement_screen.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

namespace lockstep {
namespace {

constexpr std::uint32_t instruments = 40, books = 2, sets_in_all = 40'000;  // several blocks

netting_sets random_sets(std::mt19937_64& random) {
    netting_sets sets;
    sets.begin = {0};
    for (std::uint32_t s = 0; s < sets_in_all; ++s) {
        sets.sets.push_back({});
        sets.rule.push_back(static_cast<std::uint32_t>(random() % books));
        sets.lot_exponent.push_back(static_cast<std::uint8_t>(random() % 10));
        for (std::uint64_t n = random() % 5; n > 0; --n) {
            sets.instrument.push_back(static_cast<std::uint32_t>(random() % instruments));
            sets.lots.push_back(static_cast<std::int64_t>(random() % 201) - 100);
        }
        sets.begin.push_back(static_cast<std::uint32_t>(sets.lots.size()));
    }
    return sets;
}

/// A few instruments, all of them, or a rule and nothing else.
market_change random_change(std::mt19937_64& random) {
    market_change moved;
    moved.movements.assign(instruments, {0, 0});
    moved.books.assign(books, 0);
    moved.rule_movements.assign(books, 0);
    std::uint64_t const kind = random() % 3;
    for (row_movement& m : moved.movements)
        if (kind == 1 || (kind == 0 && random() % 10 == 0))
            m = {std::ldexp(1.0, -static_cast<int>(random() % 12)), 1};
    if (kind == 0) return moved;
    std::uint64_t const book = random() % books;
    moved.books[book] = 1;
    if (random() % 3 != 0)
        moved.rule_movements[book] = static_cast<double>(random() % 100'000'000'000);
    return moved;
}

double spent_by(netting_sets const& sets, std::uint32_t s, market_change const& moved) {
    double spent = moved.rule_movements[sets.rule[s]];
    for (std::uint32_t p = sets.begin[s]; p < sets.begin[s + 1]; ++p)
        spent += std::fabs(static_cast<double>(sets.lots[p])) * std::pow(10, sets.lot_exponent[s]) *
                 moved.movements[sets.instrument[p]].bound;
    return spent;
}

TEST(movement_screen, says_who_has_used_up_its_room_by_holder_and_by_set) {
    std::mt19937_64 random(1);
    netting_sets const sets = random_sets(random);
    movement_screen screen;
    screen.take(sets, instruments);
    constexpr double room = 3e11;
    std::vector<double> spent(sets_in_all, 0);
    for (std::uint32_t s = 0; s < sets_in_all; ++s) screen.give_room(s, room + 1e6, 0);
    std::size_t due = 0;
    for (int tick = 0; tick < 30; ++tick) {
        market_change const moved = random_change(random);
        std::vector<std::uint8_t> marks(sets_in_all, 0);
        screen.spend(moved, marks);
        for (std::uint32_t s = 0; s < sets_in_all; ++s) {
            spent[s] += spent_by(sets, s, moved);
            if (spent[s] > room + 1e6) {
                ASSERT_EQ(marks[s], 1) << "set " << s << ", tick " << tick;
            }
            // Sizes are floats, rounded up.
            if (spent[s] < room * (1 - 1e-6)) {
                ASSERT_EQ(marks[s], 0) << "set " << s;
            }
            if (marks[s] == 0) continue;
            ++due;
            spent[s] = 0;
            screen.give_room(s, room + 1e6, 0);
        }
    }
    EXPECT_GT(due, 10'000u);
    EXPECT_LT(due, 30u * sets_in_all / 2);
}

TEST(movement_screen, a_set_without_room_is_due_when_anything_of_it_moves_and_only_then) {
    std::mt19937_64 random(2);
    netting_sets const sets = random_sets(random);
    movement_screen screen;
    for (int kind = 0; kind < 12; ++kind) {
        screen.take(sets, instruments);
        market_change const moved = random_change(random);
        std::vector<std::uint8_t> marks(sets_in_all, 0);
        screen.spend(moved, marks);
        for (std::uint32_t s = 0; s < sets_in_all; ++s) {
            bool const touched = moved.books[sets.rule[s]] != 0 || spent_by(sets, s, moved) > 0;
            if (touched) {
                ASSERT_EQ(marks[s], 1) << s;
            }
            if (!touched && moved.books[0] + moved.books[1] != 0) {
                ASSERT_EQ(marks[s], 0) << s;
            }
        }
    }
}

/// One position of a set comes, goes, or is of another size, and the screen is told.
void change_one(netting_sets& sets, movement_screen& screen, std::uint32_t s,
                std::mt19937_64& random) {
    auto const i = static_cast<std::uint32_t>(random() % instruments);
    auto const first = sets.instrument.begin() + sets.begin[s];
    auto const last = sets.instrument.begin() + sets.begin[s + 1];
    auto const at = std::find(first, last, i) - sets.instrument.begin();
    bool const held = at != last - sets.instrument.begin();
    int more = 0;
    if (!held) {
        sets.instrument.insert(last, i);
        sets.lots.insert(sets.lots.begin() + sets.begin[s + 1], 7);
        more = 1;
    } else if (random() % 2 == 0) {
        sets.instrument.erase(sets.instrument.begin() + at);
        sets.lots.erase(sets.lots.begin() + at);
        more = -1;
    } else {
        sets.lots[static_cast<std::size_t>(at)] = static_cast<std::int64_t>(random() % 999) - 500;
    }
    for (std::size_t t = s + 1; t < sets.begin.size(); ++t)
        sets.begin[t] += static_cast<std::uint32_t>(more);
    screen.change(s, i, more);
}

/// An instrument leaves all sets; what is left of them may lie in other lots.
void drop_one(netting_sets& sets, movement_screen& screen, std::uint32_t gone) {
    std::vector<std::uint8_t> settled(instruments, 0);
    std::vector<std::uint32_t> held_it, instrument;
    std::vector<std::int64_t> lots;
    for (std::uint32_t s = 0; s < sets.sets.size(); ++s) {
        auto const first = sets.instrument.begin() + sets.begin[s];
        auto const last = sets.instrument.begin() + sets.begin[s + 1];
        bool const holds = std::find(first, last, gone) != last;
        bool const finer = holds && sets.lot_exponent[s] > 0 && s % 2 == 0;
        if (holds) held_it.push_back(s);
        if (finer) --sets.lot_exponent[s];
        std::uint32_t const begin =
            std::exchange(sets.begin[s], static_cast<std::uint32_t>(lots.size()));
        for (std::uint32_t p = begin; p < sets.begin[s + 1]; ++p) {
            if (sets.instrument[p] == gone) continue;
            instrument.push_back(sets.instrument[p]);
            lots.push_back(sets.lots[p] * (finer ? 10 : 1));
        }
    }
    sets.begin.back() = static_cast<std::uint32_t>(lots.size());
    sets.instrument = instrument;
    sets.lots = lots;
    settled[gone] = 1;
    screen.drop(settled, held_it);
}

TEST(movement_screen, that_is_told_of_changes_says_what_one_made_anew_says) {
    std::mt19937_64 random(3);
    netting_sets sets = random_sets(random);
    for (std::uint32_t s = 0; s < sets_in_all; ++s) {  // an instrument stands once in a set
        auto const first = sets.instrument.begin() + sets.begin[s];
        for (std::uint32_t p = 0; p < sets.positions_of(s); ++p)
            first[p] = (first[p] / 5 * 5 + p) % instruments;
    }
    movement_screen told, anew;
    told.take(sets, instruments);
    constexpr std::uint32_t block = movement_screen::block_sets;
    auto const room = [](std::uint32_t s) { return 1e7 * (1 + s % 64 * (s % 64) * 10); };
    std::size_t due = 0;
    for (int round = 0; round < 8; ++round) {
        auto const count = static_cast<std::uint32_t>(sets.sets.size());
        // On both sides of where a block ends, at both ends, and until a block is new.
        std::uint32_t const places[] = {0,
                                        block - 1,
                                        block,
                                        block + 1,
                                        count,
                                        count,
                                        static_cast<std::uint32_t>(random() % count)};
        for (std::uint32_t const s : places) {
            sets.sets.insert(sets.sets.begin() + s, netting_set{});
            sets.rule.insert(sets.rule.begin() + s, s % books);
            sets.lot_exponent.insert(sets.lot_exponent.begin() + s, 9);
            sets.begin.insert(sets.begin.begin() + s, sets.begin[s]);
            told.open(s);
            change_one(sets, told, s, random);
        }
        for (int i = 0; i < 300; ++i)
            change_one(sets, told, static_cast<std::uint32_t>(random() % sets.sets.size()), random);
        if (round % 3 == 1)
            drop_one(sets, told, static_cast<std::uint32_t>(random() % instruments));
        anew.take(sets, instruments);
        std::size_t const now = sets.sets.size();
        for (std::uint32_t s = 0; s < now; ++s)
            told.give_room(s, room(s), 0), anew.give_room(s, room(s), 0);
        for (int tick = 0; tick < 6; ++tick) {
            market_change const moved = random_change(random);
            std::vector<std::uint8_t> by_told(now, 0), by_anew(now, 0);
            EXPECT_EQ(told.spend(moved, by_told), anew.spend(moved, by_anew));
            ASSERT_EQ(by_told, by_anew);
            for (std::uint32_t s = 0; s < now; ++s) {
                if (by_told[s] == 0) continue;
                ++due;
                told.give_room(s, room(s), 0), anew.give_room(s, room(s), 0);
            }
        }
        for (std::uint32_t i = 0; i < instruments; ++i) {
            std::vector<std::uint32_t> a, b;
            told.each_holder(i, [&](std::uint32_t s) { a.push_back(s); });
            anew.each_holder(i, [&](std::uint32_t s) { b.push_back(s); });
            ASSERT_EQ(a, b);
            for (std::uint32_t block_at = 0; block_at * block < now + block; ++block_at)
                ASSERT_EQ(told.holders_before(block_at, i), anew.holders_before(block_at, i));
        }
    }
    EXPECT_GT(due, 10'000u);
    EXPECT_LT(due, 8u * 6u * sets_in_all / 2);
}

TEST(movement_screen, no_bound_is_taken_where_sums_might_leave_64_bits) {
    netting_sets sets;
    sets.sets.resize(1), sets.begin = {0, 1}, sets.rule = {0}, sets.lot_exponent = {9};
    sets.instrument = {0}, sets.lots = {1'000'000};
    movement_screen screen;
    for (double const reach : {1.0, 1e6}) {
        screen.take(sets, 1);
        screen.give_room(0, 1e15, 0);
        market_change moved;
        moved.movements = {{1e-9, reach}};
        moved.books = {0}, moved.rule_movements = {0};
        std::vector<std::uint8_t> marks(1, 0);
        screen.spend(moved, marks);
        EXPECT_EQ(marks[0], reach > 1 ? 1 : 0) << reach;
    }
}

}  // namespace
}  // namespace lockstep
