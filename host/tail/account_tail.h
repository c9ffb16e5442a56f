// Value at risk and expected shortfall of every account, what each of its books adds to them, and
// a backtest of the accounts at most risk.
#pragma once

#include <cstdint>
#include <vector>

#include "host/risk/netting_sets.h"
#include "host/tail/revalue.h"
#include "margin/tail.h"
#include "margin/tail_backtest.h"

namespace lockstep {

/// Losses in nanos of a US dollar, one for each level.
struct account_tail {
    std::uint32_t worst_scenario = 0;
    int128 worst_loss = 0;
    std::vector<tail_loss> levels;
};

/// What a book of an account adds: components are Euler's, the book's own loss in the account's
/// tail scenarios, and add up to the account's; incremental is the account's value at risk less
/// what it would be without the book.
struct component_loss {
    int128 value_at_risk, expected_shortfall, incremental;
};

/// How an account's value at risk would have done: by level.
struct tested_account {
    account_id account;
    std::vector<tail_backtest> levels;
};

struct tail_result {
    std::vector<std::uint32_t> tails_ppm;
    std::vector<utc_ns> times;               // of the scenarios
    std::vector<account_tail> accounts;      // by account
    std::vector<component_loss> components;  // by netting set, then level
    std::vector<tested_account> tested;      // the largest value at risk first
};

inline constexpr std::size_t backtest_window = 100;  // scenarios that a day's value at risk sees
inline constexpr std::size_t backtest_accounts = 20;

/// `sets` lie in order of account. The backtest, asked for where the scenarios are days of a
/// history, holds an account's book as it is against each day after the first backtest_window; it
/// is made for the accounts with the largest value at risk at the first level.
tail_result tails_of(std::size_t accounts, netting_sets const& sets, tail_gains const& gains,
                     std::vector<utc_ns> const& times, std::vector<std::uint32_t> const& tails_ppm,
                     bool backtest);

}  // namespace lockstep
