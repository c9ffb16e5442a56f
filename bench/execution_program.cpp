#include "bench/execution_program.h"

#include <algorithm>
#include <cmath>

#include "bench/harness.h"
#include "bench/inputs.h"
#include "pricing/base/digest.h"
#include "pricing/base/random.h"

namespace lockstep::bench {

namespace {

constexpr std::uint64_t cash_at_first = 1'000;

/// Ranks by Zipf's law, from uniform numbers.
class zipf {
  public:
    zipf(std::size_t count, double theta) {
        double sum = 0;
        for (std::size_t r = 0; r < count; ++r)
            sums_.push_back(sum += std::pow(static_cast<double>(r + 1), -theta));
    }
    std::uint32_t operator()(double uniform) const {
        auto const at = std::upper_bound(sums_.begin(), sums_.end(), uniform * sums_.back());
        auto const rank = static_cast<std::size_t>(at - sums_.begin());
        return static_cast<std::uint32_t>(std::min(rank, sums_.size() - 1));
    }

  private:
    std::vector<double> sums_;
};

}  // namespace

transfer_program::transfer_program(transfer_plan const& plan)
    : plan_(plan),
      keys_each_(plan.counter == counter_kind::row ? 3 : 2),
      accounts_(plan.accounts),
      counters_(1),
      outputs_(plan.tasks) {
    store_.tables[0] = {reinterpret_cast<std::byte*>(accounts_.data()), sizeof(account),
                        accounts_.size()};
    store_.tables[1] = {reinterpret_cast<std::byte*>(counters_.data()), sizeof(account), 1};
    zipf const rank(plan.accounts, plan.theta);
    for (std::size_t t = 0; t < plan.tasks; ++t) {
        random_block const draw = philox4x32(t, 0, plan.seed);
        std::uint32_t const from = rank(uniform_open(draw.first));
        std::uint32_t to = rank(uniform_open(draw.second));
        if (to == from) to = static_cast<std::uint32_t>((to + 1) % plan.accounts);
        keys_.push_back(exec::row_key::of(0, from));
        keys_.push_back(exec::row_key::of(0, to));
        if (keys_each_ == 3) keys_.push_back(exec::row_key::of(1, 0));
    }
    reset();
}

void transfer_program::reset() {
    for (account& a : accounts_) a = {cash_at_first, 0, {}};
    counters_[0] = {};
    std::fill(outputs_.begin(), outputs_.end(), output{});
}

void transfer_program::sum_deltas() {
    if (plan_.counter != counter_kind::delta) return;
    for (output const& o : outputs_) counters_[0].cash += o.moved;
}

std::string transfer_program::digest() const {
    auto const of = [](auto const& rows) {
        return digest_bytes(rows.data(), rows.size() * sizeof rows[0]);
    };
    // The counter is one number, whatever way it was kept.
    return digest_text(of(accounts_) + of(outputs_) + digest_word(0, counters_[0].cash));
}

void transfer_program::check() const {
    std::uint64_t cash = 0, moved = 0;
    for (account const& a : accounts_) cash += a.cash;
    for (output const& o : outputs_) moved += o.moved;
    if (cash != cash_at_first * accounts_.size()) throw check_failed("cash was made or lost");
    if (plan_.counter != counter_kind::none && counters_[0].cash != moved)
        throw check_failed("the counter is not what was moved");
}

}  // namespace lockstep::bench
