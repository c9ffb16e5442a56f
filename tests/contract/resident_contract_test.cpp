// A book that stays with its backend says at every market what one that is sent along says, and
// goes on saying it when positions come, go and change.
#include <gtest/gtest.h>

#include <random>

#include "tests/contract/backends.h"
#include "tests/contract/mixed_book.h"

namespace lockstep {
namespace {

using test::a_third_in_falling_order;
using test::expect_checks;
using test::make_book;
using test::margin_answer;
using test::margin_book;

void check_one(resident_portfolio& resident, std::size_t answer, margin_answer& marks,
               view<margin_rules const> rules, view<std::uint32_t const> which) {
    resident_market const market{answer, marks.table.matrix(), rules};
    resident.check({&market, 1}, which);
}

/// The second answer is that of another market, then a third of the sets see the first one again.
void expect_resident_as_margins(backend_options options) {
    margin_book const book = make_book(true);
    margin_book elsewhere = book;
    for (risk_inputs& in : elsewhere.instruments) in.underlying *= 0.9;
    margin_answer here = book.run(*plainest_backend()), there = elsewhere.run(*plainest_backend());
    auto const which = a_third_in_falling_order(book.rule.size());
    auto const device = make_backend(options);
    auto const resident = device->reside(book.positions(), 2);
    std::vector<check_row> first(book.rule.size()), second(book.rule.size());
    expect_checks(resident->answer(1), second, here);
    for (std::size_t set = 0; set < first.size(); ++set) {
        first[set] = check_of(here.rows[set]);
        second[set] = check_of(there.rows[set]);
    }
    auto const rules = view_of(book.rules);
    resident_market const both[] = {{0, here.table.matrix(), rules},
                                    {1, there.table.matrix(), rules}};
    resident->check({both, 2}, {});
    expect_checks(resident->answer(0), first, here);
    expect_checks(resident->answer(1), second, there);
    check_one(*resident, 1, here, rules, view_of(which));
    for (std::uint32_t const set : which) second[set] = first[set];
    expect_checks(resident->answer(1), second, there);
    expect_checks(resident->answer(0), first, here);
}

/// What is in a set becomes something else, and the sets behind it move.
void put_into(margin_book& book, std::size_t set, std::size_t count, std::mt19937_64& random) {
    auto const first = book.begin[set], last = book.begin[set + 1];
    book.instrument.erase(book.instrument.begin() + first, book.instrument.begin() + last);
    book.lots.erase(book.lots.begin() + first, book.lots.begin() + last);
    for (std::size_t i = 0; i < count; ++i) {
        book.instrument.insert(book.instrument.begin() + first,
                               static_cast<std::uint32_t>(random() % book.instruments.size()));
        book.lots.insert(book.lots.begin() + first, static_cast<std::int64_t>(random() % 99) - 49);
    }
    for (std::size_t s = set + 1; s < book.begin.size(); ++s)
        book.begin[s] += static_cast<std::uint32_t>(count) - (last - first);
    book.lot_exponent[set] = static_cast<std::uint8_t>(random() % 10);
}

/// Sets and positions come, go and change in a book that stays with its backend, up to far more
/// than it came with: sets that have changed are asked again, the answers of the others stay, and
/// all of it says what a book made anew says.
void expect_changes_as_made_anew(backend_options options) {
    margin_book book = make_book(false, 300);
    auto const device = make_backend(options);
    auto const resident = device->reside(book.positions(), 1);
    std::mt19937_64 random(5);
    margin_answer marks = book.run(*plainest_backend());
    check_one(*resident, 0, marks, view_of(book.rules), {});
    for (int i = 0; i < 60; ++i) {
        std::vector<std::uint32_t> which{static_cast<std::uint32_t>(random() % book.rule.size())};
        if (random() % 3 == 0) {
            std::size_t const at = which[0];
            book.begin.insert(book.begin.begin() + which[0], book.begin[at]);
            book.rule.insert(book.rule.begin() + which[0], static_cast<std::uint32_t>(i) % 2);
            book.lot_exponent.insert(book.lot_exponent.begin() + which[0], 9);
            book.addons.insert(book.addons.begin() + which[0], margin_addons{});
        } else {  // and up to four behind it
            std::size_t const last =
                std::min<std::size_t>(which[0] + random() % 5, book.rule.size() - 1);
            while (which.back() < last) which.push_back(which.back() + 1);
        }
        for (std::uint32_t const s : which) {
            std::size_t const held = book.begin[s + 1] - book.begin[s];
            std::size_t const counts[] = {held, held, held + 1, held - (held > 0 ? 1 : 0),
                                          0,    2'500};
            put_into(book, s, counts[random() % (s == which[0] ? 6 : 5)], random);
        }
        resident->change(book.positions(), which.front(), which.back() + 1);
        check_one(*resident, 0, marks, view_of(book.rules), view_of(which));
    }
    margin_answer const anew = book.run(*plainest_backend());
    std::vector<check_row> wanted;
    for (margin_row const& row : anew.rows) wanted.push_back(check_of(row));
    expect_checks(resident->answer(0), wanted, anew);
    check_one(*resident, 0, marks, view_of(book.rules), {});
    expect_checks(resident->answer(0), wanted, anew);
}

class ResidentContract : public testing::TestWithParam<backend_options> {};

TEST_P(ResidentContract, SaysWhatMarginsSay) { expect_resident_as_margins(GetParam()); }

TEST_P(ResidentContract, Changes) { expect_changes_as_made_anew(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Cpu, ResidentContract, testing::ValuesIn(cpu_backends()),
                         backend_test_name);

TEST(ResidentContractGpu, SaysWhatMarginsSay) {
    LOCKSTEP_SKIP_WITHOUT_DEVICE();
    backend_options options;
    options.kind = backend_kind::cuda;
    for (sum_lanes lanes : {sum_lanes::automatic, sum_lanes::wide}) {
        options.lanes = lanes;
        expect_resident_as_margins(options);
    }
}

TEST(ResidentContractGpu, Changes) {
    LOCKSTEP_SKIP_WITHOUT_DEVICE();
    backend_options options;
    options.kind = backend_kind::cuda;
    expect_changes_as_made_anew(options);
}

}  // namespace
}  // namespace lockstep
