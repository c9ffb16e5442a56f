#include "host/tail/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "host/base/error.h"
#include "host/io/csv_table.h"
#include "host/io/timestamp.h"
#include "pricing/base/exp_log.h"

namespace lockstep {
namespace {

enum history_column : std::size_t {
    time_column,
    name_column,
    days_column,
    forward_column,
    vol_column  // and those after it, one for each of tail_strikes
};
constexpr std::array<csv_column, vol_column + tail_strikes.size()> history_columns{
    {{"time"},
     {"underlying"},
     {"days"},
     {"forward_ratio"},
     {"vol_ratio_low_2"},
     {"vol_ratio_low_1"},
     {"vol_ratio_money"},
     {"vol_ratio_high_1"},
     {"vol_ratio_high_2"}}};

/// Takes row after row; each must be the one that the order of the file asks for.
class history_reader {
  public:
    explicit history_reader(std::string const& path) : rows_(path, rejected_) {
        rows_.choose(history_columns);
        history_.origin = path + ": the scenario history";
    }

    tail_history read() {
        while (rows_.next()) {
            stop_at_rejected();  // a record before this one
            take_row();
            stop_at_rejected();
        }
        stop_at_rejected();
        bool const whole = history_.scenarios() > 0 &&
                           history_.moves.size() == history_.scenarios() * history_.tenors();
        if (!whole) fail("ends before its last scenario is complete");
        return std::move(history_);
    }

  private:
    [[noreturn]] void fail(std::string const& why) const {
        throw input_error(rows_.file(), rows_.line(), why);
    }

    /// The order of rows is part of the format: after a lost one the next is not to blame.
    void stop_at_rejected() const {
        if (rejected_.empty()) return;
        exception_row const first = rejected_.front();
        throw input_error(first.file, first.line, first.field + " " + first.reason);
    }

    void take_row() {
        auto const time = parse_timestamp(rows_[time_column]);
        if (!time) fail("time is not a moment: " + std::string(rows_[time_column]));
        std::string const name(rows_[name_column]);
        std::size_t const tenor = history_.moves.size() % tail_tenors.size();
        double days = 0;
        factor_move move{};
        if (!rows_.number(days_column, days) || !take_ratio(forward_column, move.forward)) return;
        for (std::size_t k = 0; k < tail_strikes.size(); ++k)
            if (!take_ratio(vol_column + k, move.vol[k])) return;
        if (days != tail_tenors[tenor])
            fail(fmt::format("days must be {} here", tail_tenors[tenor]));
        if (tenor == 0) begin_underlying(*time, name);
        if (!(*time == history_.times.back()) || name != current_)
            fail("a scenario's rows must stand together, all tenors of an underlying in order");
        history_.moves.push_back(move);
    }

    bool take_ratio(std::size_t column, double& log_ratio) {
        double ratio = 0;
        if (!rows_.number(column, ratio)) return false;
        if (!(ratio > 0))
            fail(fmt::format("{} is not above zero: {}", history_columns[column].name,
                             in_quotes(rows_[column])));
        log_ratio = logarithm(ratio);
        return true;
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
        auto& names = history_.underlyings;
        if (history_.times.size() == 1) {
            if (std::find(names.begin(), names.end(), name) != names.end())
                fail("underlying " + name + " is named twice in a scenario");
            names.push_back(name);
        }
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

/// Where a number lies between two of a rising row of them: the lower one, and the share of the
/// way to the next. Beyond the ends it is at the end.
template <std::size_t N>
std::pair<std::size_t, double> place_of(std::array<double, N> const& row, double x) {
    if (!(x > row.front())) return {0, 0.0};
    std::size_t i = 0;
    while (i + 2 < N && row[i + 1] <= x) ++i;
    return {i, std::min((x - row[i]) / (row[i + 1] - row[i]), 1.0)};
}

double part_way(double a, double b, double share) { return a * (1 - share) + b * share; }

/// From one snapshot to the next.
factor_move move_of(underlying_smile const& before, underlying_smile const& after, double years) {
    double const log_forward = before.log_forward(years), later = after.log_forward(years);
    factor_move move{later - log_forward, {}};
    double const deviation = before.deviation(years);
    for (std::size_t k = 0; k < tail_strikes.size(); ++k) {
        double const log_strike = log_forward + tail_strikes[k] * deviation;
        move.vol[k] = logarithm(after.vol(years, log_strike - later) /
                                before.vol(years, log_strike - log_forward));
    }
    return move;
}

}  // namespace

quote_move tail_history::between(std::size_t scenario, std::size_t underlying, double days,
                                 double deviations) const {
    auto const [tenor, later] = place_of(tail_tenors, days);
    auto const [strike, higher] = place_of(tail_strikes, deviations);
    factor_move const &a = at(scenario, underlying, tenor),
                      &b = at(scenario, underlying, tenor + 1);
    return {part_way(a.forward, b.forward, later),
            part_way(part_way(a.vol[strike], a.vol[strike + 1], higher),
                     part_way(b.vol[strike], b.vol[strike + 1], higher), later)};
}

tail_history history_of(std::vector<market_smiles> const& snapshots) {
    tail_history history;
    if (snapshots.size() < 2) throw input_error("a history needs two snapshots at least");
    for (underlying_smile const& u : snapshots[0].underlyings)
        if (std::all_of(snapshots.begin(), snapshots.end(),
                        [&](market_smiles const& m) { return m.find(u.name) != nullptr; }))
            history.underlyings.push_back(u.name);
    if (history.underlyings.empty())
        throw input_error("no underlying has a smile in every snapshot");
    for (std::size_t s = 1; s < snapshots.size(); ++s) {
        market_smiles const &before = snapshots[s - 1], &after = snapshots[s];
        if (!(before.time < after.time))
            throw input_error(after.source + ": is of " + time_text(after.time) + ", and " +
                              before.source + " before it is of " + time_text(before.time));
        history.times.push_back(after.time);
        for (std::string const& name : history.underlyings) {
            underlying_smile const &from = *before.find(name), &to = *after.find(name);
            for (double const days : tail_tenors)
                history.moves.push_back(move_of(from, to, days / 365));
        }
    }
    return history;
}

std::string history_text(tail_history const& history) {
    std::string text;
    for (csv_column const& column : history_columns)
        text += fmt::format("{}{}", text.empty() ? "" : ",", column.name);
    text += '\n';
    for (std::size_t s = 0; s < history.scenarios(); ++s)
        for (std::size_t u = 0; u < history.underlyings.size(); ++u)
            for (std::size_t t = 0; t < tail_tenors.size(); ++t) {
                factor_move const& move = history.at(s, u, t);
                text +=
                    fmt::format("{},{},{},{}", time_text(history.times[s]), history.underlyings[u],
                                tail_tenors[t], exponential(move.forward));
                for (double const vol : move.vol) text += fmt::format(",{}", exponential(vol));
                text += '\n';
            }
    return text;
}

tail_history read_tail_history(std::string const& path) { return history_reader(path).read(); }

}  // namespace lockstep
