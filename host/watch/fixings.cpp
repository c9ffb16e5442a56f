#include "host/watch/fixings.h"

#include <algorithm>

#include "pricing/base/quantise.h"

namespace lockstep {

namespace {

constexpr std::uint32_t no_perpetual = ~std::uint32_t{0};
constexpr std::int64_t hours_of_rate = 8, trillionths_per_billionth = 1'000;

/// Nanos, or 0 for what is no price.
std::int64_t nanos_of(double usd) {
    if (!is_price(usd)) return 0;
    double const nanos = usd * 1e9;
    bool const is_whole = nanos >= 0x1p53;
    return is_whole ? static_cast<std::int64_t>(nanos) : quantise_nearest(usd, 1e9).value;
}

std::int64_t hour_of(std::int64_t time) { return time / funding_period_ns; }

}  // namespace

fixings::fixings(market const& listed, funding_terms const& terms)
    : terms_(terms), last_(listed.time.value), perpetual_of_(listed.instruments.size()) {
    for (underlying_row const& u : listed.underlyings)
        indexes_.push_back({nanos_of(u.index), is_price(u.index)});
    for (std::uint32_t i = 0; i < listed.instruments.size(); ++i) {
        instrument_row const& row = listed.instruments[i];
        bool const is_perpetual = row.kind == instrument_kind::perpetual;
        perpetual_of_[i] =
            is_perpetual ? static_cast<std::uint32_t>(perpetuals_.size()) : no_perpetual;
        if (is_perpetual)
            perpetuals_.push_back({{i}, row.underlying, nanos_of(listed.quotes[i].underlying), {}});
        else
            expiring_[{row.expiry.value, row.underlying.value}].instruments.push_back({i});
    }
    sample();
}

fixed_by_tick fixings::hear(tick const& t) {
    fixed_by_tick fixed;
    deliver(t.time.value, fixed.deliveries);
    fund(t.time.value, fixed.funding);
    take(t);
    last_ = t.time.value;
    sample();
    return fixed;
}

void fixings::deliver(std::int64_t until, std::vector<delivery_price>& into) {
    for (auto at = expiring_.begin(); at != expiring_.end();) {
        auto const [expiry, underlying] = at->first;
        expiring& one = at->second;
        std::int64_t const opens = expiry - delivery_window_ns;
        if (opens >= until) break;
        if (std::int64_t const before = indexes_[underlying].last; !one.is_open && before > 0) {
            one.average = open_average(std::max(opens, last_), before);
            one.is_open = true;
        }
        if (expiry > until) {
            ++at;
            continue;
        }
        if (one.is_open)
            into.push_back({{expiry},
                            {underlying},
                            {average_at(one.average, expiry)},
                            std::move(one.instruments)});
        at = expiring_.erase(at);
    }
}

void fixings::fund(std::int64_t until, std::vector<funding_fixing>& into) {
    if (hour_of(until) == hour_of(last_)) return;
    utc_ns const hour_ends{(hour_of(last_) + 1) * funding_period_ns};
    for (perpetual& one : perpetuals_) {
        std::size_t const count = one.premiums.size();
        if (count == 0) continue;
        std::sort(one.premiums.begin(), one.premiums.end());
        std::int64_t const premium =
            trimmed_mean({one.premiums.data(), count},
                         count * static_cast<std::size_t>(terms_.tail_ppm) / 1'000'000);
        std::int64_t const rate = hourly_rate(banded_rate(premium, terms_.interest, terms_.band),
                                              hours_of_rate, 0, terms_.cap);
        into.push_back({hour_ends, one.instrument, rate / trillionths_per_billionth,
                        static_cast<std::uint32_t>(count)});
        one.premiums.clear();
    }
}

void fixings::take(tick const& t) {
    for (index_change const& c : t.indexes) {
        index_price& index = indexes_[c.underlying.value];
        index.is_quoted = is_price(c.index);
        if (index.is_quoted) index.last = nanos_of(c.index);
    }
    for (mark_change const& m : t.marks)
        if (std::uint32_t const at = perpetual_of_[m.instrument.value]; at != no_perpetual)
            perpetuals_[at].mark = nanos_of(m.underlying);
    for (auto& [key, one] : expiring_) {
        if (key.first - delivery_window_ns >= t.time.value) break;
        if (one.is_open) observe(one.average, t.time.value, indexes_[key.second].last);
    }
}

/// A feed has marks and no book: the mark stands for what an order of some size would meet.
void fixings::sample() {
    for (perpetual& one : perpetuals_)
        if (index_price const& index = indexes_[one.underlying.value];
            index.is_quoted && one.mark > 0)
            one.premiums.push_back(premium_rate(one.mark, one.mark, index.last));
}

}  // namespace lockstep
