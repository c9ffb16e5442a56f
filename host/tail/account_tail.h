// Value at risk and expected shortfall of every account, what each of its books adds to them, and
// a backtest of the accounts at most risk.
#pragma once

#include <cstdint>
#include <vector>

#include "host/risk/netting_sets.h"
#include "host/tail/revalue.h"
#include "kernels/tail_batch.h"
#include "margin/tail_backtest.h"

namespace lockstep {

/// How an account's value at risk would have done: by level.
struct tested_account {
    account_id account;
    std::vector<tail_backtest> levels;
};

/// Losses in nanos of a US dollar.
struct tail_result {
    std::vector<std::uint32_t> tails_ppm;
    std::vector<utc_ns> times;               // of the scenarios
    std::vector<tail_extreme> worst;         // by account
    std::vector<tail_loss> losses;           // by account, then level
    std::vector<component_loss> components;  // by netting set, then level
    std::vector<tested_account> tested;      // the largest value at risk first

    tail_loss const& loss(std::size_t account, std::size_t level) const {
        return losses[account * tails_ppm.size() + level];
    }
};

inline constexpr std::size_t backtest_window = 100;  // scenarios that a day's value at risk sees
inline constexpr std::size_t backtest_accounts = 20;

/// `sets` lie in order of account. The backtest, asked for where the scenarios are days of a
/// history, holds an account's book as it is against each day after the first backtest_window; it
/// is made for the accounts with the largest value at risk at the first level.
tail_result tails_of(std::size_t accounts, netting_sets const& sets, tail_gains const& gains,
                     std::vector<utc_ns> const& times, std::vector<std::uint32_t> const& tails_ppm,
                     bool backtest, backend& device);

}  // namespace lockstep
