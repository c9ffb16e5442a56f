#include "host/tail/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "host/base/error.h"
#include "host/io/csv_table.h"
#include "host/market/timestamp.h"
#include "pricing/base/exp_log.h"

namespace lockstep {
namespace {

/// One expiry of an underlying's options.
struct expiry_point {
    double years, log_forward, vol;
};

double strike_of(market const& seen, std::uint32_t i) {
    return static_cast<double>(seen.instruments[i].strike.nanos) / 1e9;
}

/// Forward and vol at the money of an expiry; nothing when its strikes do not surround the forward.
std::optional<expiry_point> point_of(market const& seen, std::vector<std::uint32_t> const& options,
                                     double years) {
    std::vector<double> forwards;
    for (std::uint32_t const i : options) forwards.push_back(seen.quotes[i].underlying);
    auto const middle = forwards.begin() + static_cast<std::ptrdiff_t>((forwards.size() - 1) / 2);
    std::nth_element(forwards.begin(), middle, forwards.end());
    double const forward = *middle;
    std::optional<std::uint32_t> below, above;
    for (std::uint32_t const i : options) {
        double const k = strike_of(seen, i);
        if (k <= forward && (!below || k > strike_of(seen, *below))) below = i;
        if (k > forward && (!above || k < strike_of(seen, *above))) above = i;
    }
    if (!below || !above) return std::nullopt;
    double const low = strike_of(seen, *below), high = strike_of(seen, *above);
    double const share = (forward - low) / (high - low);
    double const vol = seen.quotes[*below].vol * (1 - share) + seen.quotes[*above].vol * share;
    return expiry_point{years, logarithm(forward), vol};
}

/// Forward and vol at a tenor from the expiries in order of time.
factor_move level_at(std::vector<expiry_point> const& points, double log_index, double years) {
    auto const next = std::find_if(points.begin(), points.end(),
                                   [&](expiry_point const& p) { return p.years >= years; });
    if (next == points.begin()) {
        double const share = years / next->years;
        return {log_index + (next->log_forward - log_index) * share, logarithm(next->vol)};
    }
    expiry_point const& last = *(next - 1);
    if (next == points.end())
        return {log_index + (last.log_forward - log_index) * years / last.years,
                logarithm(last.vol)};
    double const share = (years - last.years) / (next->years - last.years);
    double const variance = last.vol * last.vol * last.years * (1 - share) +
                            next->vol * next->vol * next->years * share;
    return {last.log_forward * (1 - share) + next->log_forward * share,
            0.5 * logarithm(variance / years)};
}

enum history_column : std::size_t {
    time_column,
    name_column,
    days_column,
    forward_column,
    vol_column
};
constexpr std::array<csv_column, 5> history_columns{
    {{"time"}, {"underlying"}, {"days"}, {"forward_ratio"}, {"vol_ratio"}}};

/// Takes row after row; each must be the one that the order of the file asks for.
class history_reader {
  public:
    explicit history_reader(std::string const& path) : rows_(path, rejected_) {
        rows_.choose(history_columns);
    }

    tail_history read() {
        while (rows_.next()) take_row();
        if (!rejected_.empty()) {
            exception_row const first = rejected_.front();
            throw input_error(first.file, first.line, first.field + " " + first.reason);
        }
        bool const whole = history_.scenarios() > 0 &&
                           history_.moves.size() == history_.scenarios() * history_.factors();
        if (!whole) fail("ends before its last scenario is complete");
        return std::move(history_);
    }

  private:
    [[noreturn]] void fail(std::string const& why) const {
        throw input_error(rows_.file(), rows_.line(), why);
    }

    void take_row() {
        auto const time = parse_timestamp(rows_[time_column]);
        if (!time) fail("time is not a moment: " + std::string(rows_[time_column]));
        std::string const name(rows_[name_column]);
        std::size_t const tenor = history_.moves.size() % tail_tenors.size();
        double days = 0, forward = 0, vol = 0;
        if (!rows_.number(days_column, days) || !rows_.number(forward_column, forward) ||
            !rows_.number(vol_column, vol))
            return;
        if (days != tail_tenors[tenor])
            fail(fmt::format("days must be {} here", tail_tenors[tenor]));
        if (!(forward > 0 && vol > 0)) fail("a ratio is not above zero");
        if (tenor == 0) begin_underlying(*time, name);
        if (!(*time == history_.times.back()) || name != current_)
            fail("a scenario's rows must stand together, all tenors of an underlying in order");
        history_.moves.push_back({logarithm(forward), logarithm(vol)});
    }

    void begin_underlying(utc_ns time, std::string const& name) {
        bool const first = history_.times.empty() || history_.times.back() < time;
        if (!first && !(history_.times.back() == time)) fail("times must rise");
        if (first) {
            if (!history_.times.empty() && place_ != history_.underlyings.size())
                fail("the scenario before lacks " + history_.underlyings[place_]);
            history_.times.push_back(time);
            place_ = 0;
        }
        if (history_.times.size() == 1) history_.underlyings.push_back(name);
        if (place_ >= history_.underlyings.size() || history_.underlyings[place_] != name)
            fail("underlyings must be the same, in the same order, in every scenario");
        current_ = name;
        ++place_;
    }

    exception_log rejected_;
    csv_reader rows_;
    tail_history history_;
    std::string current_;
    std::size_t place_ = 0;  // of the next underlying
};

}  // namespace

factor_move tail_history::between(std::size_t scenario, std::size_t underlying, double days) const {
    std::size_t const last = tail_tenors.size() - 1;
    if (days >= tail_tenors[last]) return at(scenario, underlying, last);
    std::size_t i = 0;
    while (tail_tenors[i + 1] <= days) ++i;
    double const share = (days - tail_tenors[i]) / (tail_tenors[i + 1] - tail_tenors[i]);
    factor_move const& a = at(scenario, underlying, i);
    factor_move const& b = at(scenario, underlying, i + 1);
    return {a.forward + (b.forward - a.forward) * share, a.vol + (b.vol - a.vol) * share};
}

market_factors factors_of(market const& seen) {
    std::map<std::pair<std::uint32_t, std::int64_t>, std::vector<std::uint32_t>> by_expiry;
    for (std::uint32_t i = 0; i < seen.instruments.size(); ++i) {
        instrument_row const& row = seen.instruments[i];
        quote const& q = seen.quotes[i];
        bool const usable = row.kind == instrument_kind::option && seen.time < row.expiry &&
                            q.vol > 0 && std::isfinite(q.vol) && q.underlying > 0 &&
                            std::isfinite(q.underlying);
        if (usable) by_expiry[{row.underlying.value, row.expiry.value}].push_back(i);
    }
    market_factors found{seen.time, {}, {}};
    for (std::uint32_t u = 0; u < seen.underlyings.size(); ++u) {
        double const index = seen.underlyings[u].index;
        std::vector<expiry_point> points;
        for (auto at = by_expiry.lower_bound({u, 0}); at != by_expiry.end() && at->first.first == u;
             ++at) {
            double const years = year_fraction(seen.time, {at->first.second});
            if (auto const point = point_of(seen, at->second, years)) points.push_back(*point);
        }
        if (!(index > 0) || points.size() < 2) continue;
        found.underlyings.push_back(seen.underlyings[u].name);
        for (double const days : tail_tenors)
            found.levels.push_back(level_at(points, logarithm(index), days / 365));
    }
    return found;
}

tail_history history_of(std::vector<market_factors> const& snapshots) {
    tail_history history;
    if (snapshots.size() < 2) throw input_error("a history needs two snapshots at least");
    auto const place = [](market_factors const& f, std::string const& name) {
        return static_cast<std::size_t>(
            std::find(f.underlyings.begin(), f.underlyings.end(), name) - f.underlyings.begin());
    };
    for (std::string const& name : snapshots[0].underlyings)
        if (std::all_of(snapshots.begin(), snapshots.end(), [&](market_factors const& f) {
                return place(f, name) < f.underlyings.size();
            }))
            history.underlyings.push_back(name);
    if (history.underlyings.empty()) throw input_error("the snapshots share no underlying");
    for (std::size_t s = 1; s < snapshots.size(); ++s) {
        market_factors const &before = snapshots[s - 1], &after = snapshots[s];
        if (!(before.time < after.time))
            throw input_error("snapshots are not in order of time: " + print_timestamp(after.time));
        history.times.push_back(after.time);
        for (std::string const& name : history.underlyings)
            for (std::size_t t = 0; t < tail_tenors.size(); ++t) {
                factor_move const& a = before.levels[place(before, name) * tail_tenors.size() + t];
                factor_move const& b = after.levels[place(after, name) * tail_tenors.size() + t];
                history.moves.push_back({b.forward - a.forward, b.vol - a.vol});
            }
    }
    return history;
}

std::string history_text(tail_history const& history) {
    std::string text = "time,underlying,days,forward_ratio,vol_ratio\n";
    for (std::size_t s = 0; s < history.scenarios(); ++s)
        for (std::size_t u = 0; u < history.underlyings.size(); ++u)
            for (std::size_t t = 0; t < tail_tenors.size(); ++t) {
                factor_move const& move = history.at(s, u, t);
                text += fmt::format("{},{},{},{},{}\n", print_timestamp(history.times[s]),
                                    history.underlyings[u], tail_tenors[t],
                                    exponential(move.forward), exponential(move.vol));
            }
    return text;
}

tail_history read_tail_history(std::string const& path) { return history_reader(path).read(); }

}  // namespace lockstep
