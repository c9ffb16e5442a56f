// The accounts of an owner. Kept in order of owner and number, and brought up to date when somebody
// is about to ask: a log that never asks pays nothing for it.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <span>
#include <vector>

namespace lockstep {

class owner_index {
  public:
    struct entry {
        std::uint32_t owner, account;
        friend auto operator<=>(entry const&, entry const&) = default;
    };

    /// Takes in the accounts that were made since the last time; numbers are places in `accounts`.
    template <class Accounts>
    void learn(Accounts const& accounts) {
        auto const known = static_cast<std::ptrdiff_t>(entries_.size());
        for (std::size_t i = entries_.size(); i < accounts.size(); ++i)
            entries_.push_back({accounts[i].owner, static_cast<std::uint32_t>(i)});
        std::sort(entries_.begin() + known, entries_.end());
        std::inplace_merge(entries_.begin(), entries_.begin() + known, entries_.end());
    }
    /// In order of their numbers.
    std::span<entry const> of(std::uint32_t owner) const {
        auto const [first, last] =
            std::equal_range(entries_.begin(), entries_.end(), entry{owner, 0},
                             [](entry const& a, entry const& b) { return a.owner < b.owner; });
        return {first, last};
    }

  private:
    std::vector<entry> entries_;
};

}  // namespace lockstep
