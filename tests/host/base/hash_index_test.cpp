// The hash table of the ledger, beside a plain map of what must be in it: with good hashes, and
// with so few of them that lines run over into the next ones, across the end of the table too.
#include "host/base/hash_index.h"

#include <gtest/gtest.h>

#include <unordered_map>
#include <vector>

#include "pricing/base/random.h"

namespace lockstep {
namespace {

class beside_a_map {
  public:
    /// Keys have one of so many hashes, evenly spread from zero to all ones.
    beside_a_map(std::uint32_t hashes, unsigned keys_of_line)
        : hashes_(hashes), index_(keys_of_line) {}

    void insert(std::uint64_t key) {
        auto const row = static_cast<std::uint32_t>(keys_.size());
        keys_.push_back(key);
        rows_[key] = row;
        index_.insert(hash(key), row);
    }
    void erase(std::uint64_t key) {
        index_.erase(hash(key), rows_.at(key));
        rows_.erase(key);
    }
    bool has(std::uint64_t key) const { return rows_.count(key) > 0; }

    void check(std::uint64_t key) const {
        std::uint32_t const wanted = has(key) ? rows_.at(key) : hash_index::absent;
        ASSERT_EQ(wanted,
                  index_.find(hash(key), [&](std::uint32_t row) { return keys_[row] == key; }))
            << "key " << key;
        // A guess is at least a row with this hash, in so far as it is one.
        std::uint32_t const guess = index_.guess(hash(key));
        if (guess != hash_index::absent) {
            ASSERT_EQ(hash(key), hash(keys_[guess]));
        }
        ASSERT_EQ(rows_.size(), index_.size());
    }

  private:
    std::uint32_t hash(std::uint64_t key) const {
        std::uint64_t const which = philox4x32(key, 0, 1).first % hashes_;
        return static_cast<std::uint32_t>(which * UINT32_MAX / (hashes_ - 1));
    }

    std::uint32_t hashes_;
    std::vector<std::uint64_t> keys_;  // by row
    std::unordered_map<std::uint64_t, std::uint32_t> rows_;
    hash_index index_;
};

/// Keys come and go: mostly come until there are `many`, then as many go as come.
void walk(std::uint32_t hashes, std::uint64_t many, std::uint64_t steps, unsigned keys_of_line) {
    beside_a_map both(hashes, keys_of_line);
    for (std::uint64_t i = 0; i < steps; ++i) {
        std::uint64_t const key = philox4x32(i, 0, 2).first % (2 * many);
        if (both.has(key))
            both.erase(key);
        else
            both.insert(key);
        both.check(key);
        both.check(philox4x32(i, 0, 3).first % (2 * many));
        if (testing::Test::HasFatalFailure()) return;
    }
    for (std::uint64_t key = 0; key < 2 * many; ++key) both.check(key);
}

TEST(HashIndex, FindsWhatAMapFindsWhileItGrows) {
    for (unsigned const keys_of_line : {4u, 6u}) walk(1u << 31, 20'000, 100'000, keys_of_line);
}
TEST(HashIndex, RunsOverIntoOtherLinesAndBack) {
    for (std::uint32_t const hashes : {2u, 3u, 5u, 17u}) walk(hashes, 100, 20'000, 4);
}
TEST(HashIndex, GrowsWhileLinesRunOver) {
    for (std::uint32_t hashes = 2; hashes < 200; hashes += 3) {
        beside_a_map both(hashes, 6);
        for (std::uint64_t key = 0; key < 1000; ++key) both.insert(key);
        for (std::uint64_t key = 0; key < 1000; ++key) both.check(key);
        if (HasFatalFailure()) return;
    }
}
TEST(HashIndex, FewKeysInTheFirstTable) { walk(1u << 31, 20, 20'000, 6); }

}  // namespace
}  // namespace lockstep
