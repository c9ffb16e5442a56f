#include "host/tail/account_tail.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace lockstep {
namespace {

/// What the backend is asked for, and the columns that are not in `sets`.
class tail_question {
  public:
    tail_question(std::size_t accounts, netting_sets const& sets, tail_gains const& gains,
                  std::vector<std::uint32_t> const& tails_ppm)
        : first_set_(accounts + 1, 0) {
        for (auto const& set : sets.sets) ++first_set_[set.account.value + 1];
        std::partial_sum(first_set_.begin(), first_set_.end(), first_set_.begin());
        in_ = {gains.cells.data(),  static_cast<std::uint32_t>(gains.scenarios),
               view_of(tails_ppm),  view_of(std::as_const(first_set_)),
               view_of(sets.begin), view_of(sets.instrument),
               view_of(sets.lots),  view_of(sets.lot_exponent)};
        instruments_ = gains.cells.size() / gains.scenarios;
    }
    tail_batch batch() const { return {in_, instruments_}; }

  private:
    std::vector<std::uint32_t> first_set_;
    tail_inputs in_;
    std::size_t instruments_;
};

/// Losses of each later day against what the window before it said.
tail_backtest test(std::vector<int128> const& gains, std::uint32_t ppm) {
    constexpr auto window = static_cast<std::ptrdiff_t>(backtest_window);
    std::vector<std::uint8_t> exceeded;
    for (auto day = gains.begin() + window; day != gains.end(); ++day) {
        std::vector<int128> seen(day - window, day);
        std::sort(seen.begin(), seen.end());
        tail_loss const said = tail_of(view_of(std::as_const(seen)), backtest_window, ppm);
        exceeded.push_back(-*day > said.value_at_risk ? 1 : 0);
    }
    return backtest_tail(view_of(std::as_const(exceeded)), ppm / 1e6);
}

/// The accounts with the largest value at risk at the first level.
std::vector<std::uint32_t> largest(tail_result const& tails) {
    std::vector<std::uint32_t> order(tails.worst.size());
    std::iota(order.begin(), order.end(), 0u);
    std::size_t const count = std::min(backtest_accounts, order.size());
    auto const larger = [&](std::uint32_t a, std::uint32_t b) {
        int128 const x = tails.loss(a, 0).value_at_risk, y = tails.loss(b, 0).value_at_risk;
        return x != y ? x > y : a < b;
    };
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count),
                      order.end(), larger);
    order.resize(count);
    return order;
}

void test_largest(tail_inputs const& in, tail_result& out) {
    std::vector<int128> gains(in.scenarios), book(in.scenarios);
    for (std::uint32_t const account : largest(out)) {
        add_up_account(in, account, {{gains.data(), 1}, {book.data(), 1}, {}, {}});
        out.tested.push_back({{account}, {}});
        for (std::uint32_t const ppm : out.tails_ppm)
            out.tested.back().levels.push_back(test(gains, ppm));
    }
}

}  // namespace

tail_result tails_of(std::size_t accounts, netting_sets const& sets, tail_gains const& gains,
                     std::vector<utc_ns> const& times, std::vector<std::uint32_t> const& tails_ppm,
                     bool backtest, backend& device) {
    tail_result out;
    out.tails_ppm = tails_ppm;
    out.times = times;
    out.worst.resize(accounts);
    out.losses.resize(accounts * tails_ppm.size());
    out.components.resize(sets.sets.size() * tails_ppm.size());
    tail_question const asked(accounts, sets, gains, tails_ppm);
    device.tails(asked.batch(), {out.worst.data(), out.losses.data(), out.components.data()});
    if (backtest && gains.scenarios > backtest_window) test_largest(asked.batch().inputs, out);
    return out;
}

}  // namespace lockstep
