// What each leg adds to a margin by its definition, the answer less that of a portfolio without it:
// the whole is evaluated again for every leg. And draws for random portfolios.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "host/margin/query/answer.h"

namespace lockstep {

struct contribution_draws {
    std::uint64_t state;
    /// Uniform from `low` up to `high`, with three decimals.
    double operator()(double low, double high) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        double const share = static_cast<double>(state >> 11) * 0x1p-53;
        return static_cast<double>(static_cast<std::int64_t>((low + share * (high - low)) * 1e3)) /
               1e3;
    }
};

/// To the last bit.
inline void expect_what_a_rest_gives(margin_model const& asked, margin_query const& query,
                                     std::string const& where) {
    full_answer const answer = answer_query(asked, query);
    ASSERT_EQ(answer.legs.size(), query.legs.size());
    for (std::size_t i = 0; i < query.legs.size(); ++i) {
        margin_query rest = query;
        rest.legs.erase(rest.legs.begin() + static_cast<std::ptrdiff_t>(i));
        margin_answer const without = asked.evaluate(rest);
        EXPECT_EQ(answer.legs[i].initial, answer.whole.initial - without.initial)
            << where << ' ' << named(query.legs[i]);
        EXPECT_EQ(answer.legs[i].maintenance, answer.whole.maintenance - without.maintenance)
            << where << ' ' << named(query.legs[i]);
        EXPECT_EQ(answer.legs[i].equity, answer.whole.equity - without.equity)
            << where << ' ' << named(query.legs[i]);
    }
}

}  // namespace lockstep
