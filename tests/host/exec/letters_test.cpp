// Letters between ranks are taken for what they are, not for what they should be: one that is too
// short or too long is refused before it is read beyond its end.
#include <gtest/gtest.h>

#include <memory>

#include "host/exec/packed_rows.h"
#include "host/exec/sharded_ranks.h"
#include "tests/contract/random_program.h"

namespace lockstep::exec {
namespace {

/// In memory of just its size, so that a sanitizer sees who reads beyond it.
byte_string first_bytes(byte_string const& letter, std::size_t count) {
    return {letter.begin(), letter.begin() + static_cast<std::ptrdiff_t>(count)};
}

TEST(letters, of_packed_rows_are_refused_when_they_end_before_their_rows) {
    byte_string letter;
    pack_rows(letter, std::vector<std::uint32_t>{1, 2, 3});
    pack_rows(letter, std::vector<std::uint64_t>{});
    pack_rows(letter, std::vector<std::uint16_t>{7});
    auto const read = [](byte_string const& from) {
        std::vector<std::uint32_t> a;
        std::vector<std::uint64_t> b;
        std::vector<std::uint16_t> c;
        packed_rows lists(from);
        lists.take(a);
        lists.take(b);
        lists.take(c);
        EXPECT_EQ((std::vector<std::uint32_t>{1, 2, 3}), a);
        EXPECT_TRUE(b.empty());
        EXPECT_EQ(std::vector<std::uint16_t>{7}, c);
    };
    ASSERT_EQ(3 * 8u + 12 + 2, letter.size());
    read(letter);
    for (std::size_t length = 0; length < letter.size(); ++length)
        EXPECT_THROW(read(first_bytes(letter, length)), machine_error) << length;
    for (std::uint64_t const claimed : {std::uint64_t{9}, UINT64_MAX, UINT64_MAX / 4 + 1}) {
        byte_string spoilt = letter;
        std::memcpy(spoilt.data(), &claimed, sizeof claimed);
        EXPECT_THROW(read(spoilt), machine_error) << claimed;
    }
}

TEST(letters, of_results_are_refused_when_they_are_not_those_of_the_plan) {
    program_options const options{program_shape::skewed, 0.9, 40, 10, 5};
    random_program from(options), to(options);
    shard_plan const plan = plan_shard(from, 1, 3);
    byte_string const letter = results_of(from, plan);
    ASSERT_GT(letter.size(), 100u);
    take_results(to, plan, letter);
    EXPECT_EQ(from.all_bytes(), to.all_bytes());
    for (std::size_t const length : {std::size_t{0}, std::size_t{1}, letter.size() - 1})
        EXPECT_THROW(take_results(to, plan, first_bytes(letter, length)), machine_error) << length;
    byte_string longer = letter;
    longer.push_back(std::byte{});
    EXPECT_THROW(take_results(to, plan, longer), machine_error);
}

}  // namespace
}  // namespace lockstep::exec
