// A proof holds for its row and its root and for nothing else.
#include "host/root/proof.h"

#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sstream>

#include "host/root/proof_json.h"
#include "tests/host/root/tables.h"
#include "tests/where.h"

namespace lockstep {
namespace {

/// The state that make_roots.py proves a row of.
class ProofOfRow : public testing::Test {
  protected:
    void SetUp() override {
        std::uint64_t const counts[] = {2, 5, 7, 0};
        for (std::size_t t = 0; t < shapes_.size(); ++t) {
            rows_.push_back(golden_rows(t, shapes_[t], counts[t]));
            tree_.update(t, seen(rows_[t]));
        }
    }
    row_proof proof_of(std::size_t table, std::uint64_t row) const {
        return tree_.prove(table, row, seen(rows_[table]));
    }

    std::vector<table_shape> shapes_{
        {"assets", 32, 1}, {"accounts", 128, 1}, {"positions", 24, 2}, {"orders", 64, 2}};
    std::unique_ptr<backend> hasher_ = test_hasher();
    state_tree tree_{shapes_, *hasher_};
    std::vector<std::vector<std::uint8_t>> rows_;
};

std::string file_text(std::string const& name) {
    std::ifstream in(source_path("tests/host/root/" + name));
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

TEST_F(ProofOfRow, IsTheTextThatTheScriptWrites) {
    std::string const golden = file_text("proof.json");
    ASSERT_FALSE(golden.empty());
    EXPECT_EQ(proof_text(proof_of(2, 4)), golden);
}

TEST_F(ProofOfRow, HoldsForEveryRowAndReadsBackAsItWasWritten) {
    for (std::size_t t = 0; t < 3; ++t)
        for (std::uint64_t row = 0; row * shapes_[t].row_bytes < rows_[t].size(); ++row) {
            row_proof const proof = proof_of(t, row);
            EXPECT_EQ(verify(proof, tree_.root()), proof_status::verified) << t << " " << row;
            auto const reading = read_proof(proof_text(proof));
            EXPECT_EQ(reading.status, proof_status::verified) << reading.where;
            EXPECT_TRUE(reading.proof == proof);
        }
    EXPECT_THROW(proof_of(2, 7), std::out_of_range);
    EXPECT_THROW(proof_of(3, 0), std::out_of_range);
}

TEST_F(ProofOfRow, HoldsInTreesOfEverySize) {
    table_shape const shape{"rows", 16, 3};
    state_tree tree({shape}, *hasher_);
    for (std::uint64_t count = 1; count < 120; ++count) {
        auto const rows = golden_rows(0, shape, count);
        tree.update(0, seen(rows));
        for (std::uint64_t row : {std::uint64_t{0}, count / 2, count - 1})
            ASSERT_EQ(verify(tree.prove(0, row, seen(rows)), tree.root()), proof_status::verified)
                << row << " of " << count;
    }
}

TEST_F(ProofOfRow, DoesNotHoldForAnotherRow) {
    for (std::uint64_t other = 0; other < 7; ++other) {
        if (other == 4) continue;
        row_proof wrong_index = proof_of(2, 4);
        wrong_index.row = other;
        EXPECT_NE(verify(wrong_index, tree_.root()), proof_status::verified) << other;
        row_proof wrong_bytes = proof_of(2, 4);
        wrong_bytes.bytes = proof_of(2, other).bytes;
        EXPECT_EQ(verify(wrong_bytes, tree_.root()), proof_status::table_root_does_not_match);
    }
    row_proof wrong_table = proof_of(2, 4);
    wrong_table.table = "accounts";
    EXPECT_EQ(verify(wrong_table, tree_.root()), proof_status::row_has_wrong_length);
    // The rest of a last leaf that is not full is no row.
    row_proof past_the_end = proof_of(2, 6);
    past_the_end.row = 7;
    past_the_end.before = past_the_end.bytes;
    past_the_end.bytes.swap(past_the_end.after);
    past_the_end.after.clear();
    EXPECT_EQ(verify(past_the_end, tree_.root()), proof_status::row_is_not_in_the_table);
}

TEST_F(ProofOfRow, NamesWhatIsWrong) {
    auto const refusal = [&](auto const& spoil) {
        row_proof proof = proof_of(2, 4);
        spoil(proof);
        return verify(proof, tree_.root());
    };
    using status = proof_status;
    EXPECT_EQ(refusal([](auto& p) { p.tables[0].shape.row_bytes = 12; }), status::table_cannot_be);
    EXPECT_EQ(refusal([](auto& p) { p.tables[0].shape.rows_per_leaf = 0; }),
              status::table_cannot_be);
    EXPECT_EQ(refusal([](auto& p) { p.tables[2].rows = UINT64_MAX; }), status::table_cannot_be);
    EXPECT_EQ(refusal([](auto& p) { p.tables.resize(65); }), status::list_is_too_long);
    EXPECT_EQ(refusal([](auto& p) { p.tables[0].shape.name = "positions"; }),
              status::table_is_repeated);
    EXPECT_EQ(refusal([](auto& p) { p.table = "posit1ons"; }), status::table_is_not_in_the_state);
    EXPECT_EQ(refusal([](auto& p) { p.row = 7; }), status::row_is_not_in_the_table);
    EXPECT_EQ(refusal([](auto& p) { p.bytes.pop_back(); }), status::row_has_wrong_length);
    EXPECT_EQ(refusal([](auto& p) { p.before.push_back(0); }), status::leaf_has_wrong_length);
    EXPECT_EQ(refusal([](auto& p) { p.after.clear(); }), status::leaf_has_wrong_length);
    EXPECT_EQ(refusal([](auto& p) { p.siblings.pop_back(); }), status::siblings_have_wrong_count);
    EXPECT_EQ(refusal([](auto& p) { p.siblings.emplace_back(); }),
              status::siblings_have_wrong_count);
    EXPECT_EQ(refusal([](auto& p) { p.tables[2].root.bytes[5] ^= 1; }),
              status::table_root_does_not_match);
    EXPECT_EQ(refusal([](auto& p) { p.tables[0].root.bytes[5] ^= 1; }),
              status::state_root_does_not_match);
    EXPECT_EQ(refusal([](auto& p) { p.tables[1].rows += 1; }), status::state_root_does_not_match);
    EXPECT_EQ(refusal([](auto& p) { p.tables.pop_back(); }), status::state_root_does_not_match);
    EXPECT_EQ(refusal([](auto& p) { std::swap(p.tables[0], p.tables[1]); }),
              status::state_root_does_not_match);
}

TEST_F(ProofOfRow, DoesNotHoldWithAnyBitOfTheRowItsLeafASiblingOrTheRootChanged) {
    row_proof const good = proof_of(2, 4);
    auto const spoilt = [&](auto const& bytes_of_proof) {
        row_proof probe = good;
        std::size_t const count = bytes_of_proof(probe).second;
        for (std::size_t bit = 0; bit < 8 * count; ++bit) {
            row_proof bad = good;
            bytes_of_proof(bad).first[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
            EXPECT_EQ(verify(bad, tree_.root()), proof_status::table_root_does_not_match) << bit;
        }
        return count;
    };
    using bytes = std::pair<std::uint8_t*, std::size_t>;
    EXPECT_EQ(spoilt([](row_proof& p) { return bytes(p.bytes.data(), p.bytes.size()); }), 24u);
    EXPECT_EQ(spoilt([](row_proof& p) { return bytes(p.after.data(), p.after.size()); }), 24u);
    for (std::size_t level = 0; level < good.siblings.size(); ++level)
        spoilt([level](row_proof& p) { return bytes(p.siblings[level].bytes, 32); });
    sha256_digest root = tree_.root();
    for (int bit = 0; bit < 256; ++bit) {
        root.bytes[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
        EXPECT_EQ(verify(good, root), proof_status::state_root_does_not_match);
        root = tree_.root();
    }
}

/// Reads a text and verifies it: what `lockstep verify-proof` does.
proof_status judge(std::string const& text, sha256_digest const& root) {
    auto const reading = read_proof(text);
    return reading.status == proof_status::verified ? verify(reading.proof, root) : reading.status;
}

TEST_F(ProofOfRow, EveryByteOfItsTextCounts) {
    row_proof const proof = proof_of(2, 4);
    std::string const good = proof_text(proof);
    std::string const others = "0f5{}[]\",:\n aG-\\";
    int white = 0;
    for (std::size_t at = 0; at < good.size(); ++at)
        for (char const other : others) {
            if (good[at] == other) continue;
            std::string bad = good;
            bad[at] = other;
            if (judge(bad, tree_.root()) != proof_status::verified) continue;
            // Only white space may change unseen, or turn 0 into -0: the proof read is the same.
            EXPECT_TRUE(read_proof(bad).proof == proof) << "byte " << at << " to " << other;
            EXPECT_TRUE(std::isspace(good[at]) && (std::isspace(other) || other == '-'))
                << "byte " << at;
            ++white;
        }
    EXPECT_GT(white, 0);
    for (std::size_t length = 0; length + 1 < good.size(); ++length)
        EXPECT_NE(judge(good.substr(0, length), tree_.root()), proof_status::verified) << length;
    for (std::size_t at = 0; at < good.size(); ++at)
        if (!std::isspace(good[at])) {
            EXPECT_NE(judge(std::string(good).erase(at, 1), tree_.root()), proof_status::verified)
                << at;
        }
}

TEST_F(ProofOfRow, NamesWhatIsWrongInTheTextAndWhere) {
    std::string const good = proof_text(proof_of(2, 4));
    auto const fault = [&](std::string const& from, std::string const& to) {
        std::string bad = good;
        auto const at = bad.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        bad.replace(at, from.size(), to);
        auto const reading = read_proof(bad);
        return std::pair(reading.status, reading.where);
    };
    using status = proof_status;
    using told = std::pair<proof_status, std::string>;
    EXPECT_EQ(fault("{", "["), told(status::text_is_not_json, ""));
    EXPECT_EQ(fault("\"row\": 4", "\"row\": \"4\""), told(status::field_has_wrong_type, "row"));
    EXPECT_EQ(fault("\"row\": 4", "\"row\": -4"), told(status::field_has_wrong_type, "row"));
    EXPECT_EQ(fault("\"row\": 4", "\"row\": 4.0"), told(status::field_has_wrong_type, "row"));
    EXPECT_EQ(fault("\"row\": 4", "\"row\": 4, \"row\": 4"),
              told(status::field_is_repeated, "row"));
    EXPECT_EQ(fault("\"row\": 4", "\"rows\": 4"), told(status::field_is_unknown, "rows"));
    EXPECT_EQ(fault("  \"row\": 4,\n", ""), told(status::field_is_missing, "row"));
    EXPECT_EQ(fault("proof-1", "proof-2"), told(status::format_is_unknown, "format"));
    EXPECT_EQ(fault("\"row_bytes\": 32", "\"row_bytes\": 4294967328"),
              told(status::field_has_wrong_type, "tables[0].row_bytes"));
    EXPECT_EQ(fault("\"root\": \"", "\"root\": \"0"),
              told(status::hex_has_wrong_length, "tables[0].root"));
    EXPECT_EQ(fault("\"bytes\": \"", "\"bytes\": \"0"),
              told(status::hex_has_wrong_length, "bytes"));
    EXPECT_EQ(fault("\"bytes\": \"", "\"bytes\": \"AB"), told(status::hex_digit_is_wrong, "bytes"));
    EXPECT_EQ(fault("\"siblings\": [", "\"siblings\": [7,"),
              told(status::field_has_wrong_type, "siblings[0]"));
    std::string const zeros = "\"" + std::string(64, '0') + "\",";
    std::string many = "\"siblings\": [";
    for (int i = 0; i < 32; ++i) many += zeros;
    EXPECT_EQ(fault("\"siblings\": [", many), told(status::list_is_too_long, "siblings[32]"));
}

}  // namespace
}  // namespace lockstep
