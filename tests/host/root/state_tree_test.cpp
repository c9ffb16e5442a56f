// The incremental tree against two others: roots that a script computed with hashlib, and the tree
// of the same rows built from scratch.
#include "host/root/state_tree.h"

#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sstream>

#include "host/root/proof_json.h"
#include "tests/host/root/tables.h"
#include "tests/where.h"

namespace lockstep {
namespace {

std::string hex(sha256_digest const& digest) { return hex_text(digest.bytes, sizeof digest); }

struct golden_case {
    std::string text;
    std::vector<table_shape> shapes;
    std::vector<std::uint64_t> rows;
    std::string root;
};

std::vector<golden_case> golden_cases() {
    std::vector<golden_case> cases;
    std::ifstream in(source_path("tests/host/root/roots.csv"));
    std::string line;
    std::getline(in, line);  // the header
    while (std::getline(in, line)) {
        auto const comma = line.find(',');
        golden_case one{line.substr(0, comma), {}, {}, line.substr(comma + 1)};
        std::istringstream tables(one.text);
        for (std::string table; tables >> table;) {
            for (char& c : table)
                if (c == ':') c = ' ';
            std::istringstream fields(table);
            table_shape shape;
            std::uint64_t rows = 0;
            fields >> shape.name >> shape.row_bytes >> shape.rows_per_leaf >> rows;
            one.shapes.push_back(shape);
            one.rows.push_back(rows);
        }
        cases.push_back(one);
    }
    return cases;
}

TEST(StateTree, GivesTheRootsThatHashlibGives) {
    auto const cases = golden_cases();
    ASSERT_GE(cases.size(), 15u);
    auto const hasher = test_hasher();
    for (auto const& one : cases) {
        state_tree tree(one.shapes, *hasher);
        for (std::size_t t = 0; t < one.shapes.size(); ++t)
            tree.update(t, seen(golden_rows(t, one.shapes[t], one.rows[t])));
        EXPECT_EQ(hex(tree.root()), one.root) << one.text;
    }
}

sha256_digest root_from_scratch(table_shape const& shape, std::vector<std::uint8_t> const& rows,
                                backend& hasher) {
    state_tree tree({shape}, hasher);
    tree.update(0, seen(rows));
    return tree.root();
}

class StateTreeShapes : public testing::TestWithParam<table_shape> {};

TEST_P(StateTreeShapes, UpdatesAndAppendsGiveTheRootOfATreeBuiltFromScratch) {
    table_shape const shape = GetParam();
    auto const hasher = test_hasher();
    std::mt19937_64 random(shape.row_bytes * 1000 + shape.rows_per_leaf);
    std::vector<std::uint8_t> rows;
    state_tree tree({shape}, *hasher);
    for (int step = 0; step < 200; ++step) {
        std::uint64_t const before = rows.size() / shape.row_bytes;
        std::uint64_t const changes = before == 0 ? 0 : random() % 12;
        for (std::uint64_t k = 0; k < changes; ++k) {
            std::uint64_t const row = random() % before;
            rows[row * shape.row_bytes + random() % shape.row_bytes] ^=
                static_cast<std::uint8_t>(1 + random() % 255);
            tree.touch(0, row);
        }
        // Often nothing or one row, sometimes many levels' worth at once.
        std::uint64_t const added = step % 40 == 39 ? 700 : random() % 3;
        for (std::uint64_t k = 0; k < added * shape.row_bytes; ++k)
            rows.push_back(static_cast<std::uint8_t>(random()));
        tree.touch(0, before + added);  // a row that is not there is no matter
        tree.update(0, seen(rows));
        ASSERT_EQ(hex(tree.root()), hex(root_from_scratch(shape, rows, *hasher)))
            << "step " << step << ", " << before << " + " << added << " rows";
    }
}

TEST_P(StateTreeShapes, RowsThatWereNotTouchedAreNotHashedAgain) {
    table_shape const shape = GetParam();
    auto const hasher = test_hasher();
    auto rows = golden_rows(0, shape, 100);
    state_tree tree({shape}, *hasher);
    tree.update(0, seen(rows));
    sha256_digest const before = tree.root();
    rows[17 * shape.row_bytes] ^= 1;
    tree.update(0, seen(rows));
    EXPECT_TRUE(tree.root() == before) << "nobody said that row 17 had changed";
    tree.touch(0, 17);
    tree.update(0, seen(rows));
    EXPECT_FALSE(tree.root() == before);
}

INSTANTIATE_TEST_SUITE_P(Sizes, StateTreeShapes,
                         testing::Values(table_shape{"rows", 128, 1}, table_shape{"rows", 64, 2},
                                         table_shape{"rows", 24, 5}, table_shape{"rows", 8, 1},
                                         table_shape{"rows", 1, 16}));

TEST(StateTree, EveryPartOfATableReachesTheRoot) {
    auto const hasher = test_hasher();
    auto const root = [&](table_shape const& shape, std::vector<std::uint8_t> const& rows) {
        return hex(root_from_scratch(shape, rows, *hasher));
    };
    std::vector<std::uint8_t> const two(128, 0);
    std::string const base = root({"rows", 64, 2}, two);
    EXPECT_NE(base, root({"sows", 64, 2}, two));
    EXPECT_NE(base, root({"rows", 32, 4}, two));
    EXPECT_NE(base, root({"rows", 128, 1}, two));
    // One row of zeros and two rows of zeros fill the leaf with the same bytes.
    EXPECT_NE(base, root({"rows", 64, 2}, std::vector<std::uint8_t>(64, 0)));
}

TEST(StateTree, RefusesTablesThatCannotBe) {
    auto const hasher = test_hasher();
    auto const refused = [&](std::vector<table_shape> const& shapes) {
        EXPECT_THROW(state_tree(shapes, *hasher), std::invalid_argument);
    };
    refused({{"", 128, 1}});
    refused({{"Accounts", 128, 1}});
    refused({{"a_name_of_17_chars", 128, 1}});
    refused({{"rows", 0, 1}});
    refused({{"rows", 128, 0}});
    refused({{"rows", 12, 1}});     // not a multiple of 8
    refused({{"rows", 64, 1}});     // as long as a node
    refused({{"rows", 32, 2}});     // the same
    refused({{"rows", 65536, 2}});  // too long
    refused({{"rows", 4294967288u, 1}});
    refused({{"rows", 128, 1}, {"rows", 32, 1}});
    refused(std::vector<table_shape>(65, {"rows", 128, 1}));

    state_tree tree({{"rows", 128, 1}}, *hasher);
    tree.update(0, seen(std::vector<std::uint8_t>(256)));
    EXPECT_THROW(tree.update(0, seen(std::vector<std::uint8_t>(128))), std::invalid_argument);
    EXPECT_THROW(tree.update(0, seen(std::vector<std::uint8_t>(300))), std::invalid_argument);
}

TEST(StateTree, KeepsSome64BytesALeaf) {
    auto const hasher = test_hasher();
    state_tree tree({{"rows", 128, 1}}, *hasher);
    tree.update(0, seen(std::vector<std::uint8_t>(128 * 10'000)));
    EXPECT_LE(tree.memory_bytes(), 10'000u * 66);
}

}  // namespace
}  // namespace lockstep
