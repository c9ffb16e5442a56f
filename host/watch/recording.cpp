#include "host/watch/recording.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "host/base/error.h"
#include "host/market/load.h"
#include "host/watch/tick_reader.h"

namespace lockstep {

namespace {

double between(double from, double to, double share) {
    return share == 1.0 ? to : from + (to - from) * share;
}

/// From one snapshot to the next, in the ids of the first of all.
class leg {
  public:
    leg(market const& base, market const& from, market const& to)
        : base_(base), from_(from), to_(to) {}

    utc_ns time(double share) const {
        return {from_.time.value +
                static_cast<std::int64_t>(static_cast<double>(to_.time.value - from_.time.value) *
                                          share)};
    }
    double index(std::uint32_t base_underlying, double share) const {
        auto const at = [&](market const& m) {
            for (underlying_row const& row : m.underlyings)
                if (row.name == base_.underlyings[base_underlying].name) return row.index;
            return not_quoted;
        };
        return between(at(from_), at(to_), share);
    }
    tick at(double share) const {
        tick t{share == 1.0 ? to_.time : time(share), {}, {}};
        for (std::uint32_t u = 0; u < base_.underlyings.size(); ++u)
            if (double const price = index(u, share); std::isfinite(price))
                t.indexes.push_back({{u}, price});
        for (std::uint32_t i = 0; i < base_.instruments.size(); ++i) {
            instrument_row const& row = base_.instruments[i];
            if (row.kind != instrument_kind::perpetual && !(t.time < row.expiry)) continue;
            auto const a = from_.by_name.find(base_.names[i]);
            auto const b = to_.by_name.find(base_.names[i]);
            // In its last leg an instrument goes on as it was last seen.
            bool const last = row.kind != instrument_kind::perpetual && !(to_.time < row.expiry);
            bool const was = a != from_.by_name.end(), will_be = b != to_.by_name.end();
            // What comes back has no line to its next quote, only the quote.
            bool const is_back = will_be && share == 1.0;
            if (was ? !will_be && !last : !is_back) continue;
            quote const& x = was ? from_.quotes[a->second] : to_.quotes[b->second];
            quote const& y = will_be ? to_.quotes[b->second] : x;
            t.marks.push_back(
                {{i}, between(x.underlying, y.underlying, share), between(x.vol, y.vol, share)});
        }
        return t;
    }

  private:
    market const& base_;
    market const& from_;
    market const& to_;
};

settle_command settled_by(std::vector<delivery_price> const& deliveries) {
    settle_command command;
    for (delivery_price const& d : deliveries)
        for (instrument_id const i : d.instruments) command.deliveries.push_back({i, d.at});
    return command;
}

}  // namespace

std::vector<std::string> snapshots_in(std::string const& folder) {
    namespace fs = std::filesystem;
    if (!fs::exists(folder)) throw input_error(folder + ": does not exist");
    if (!fs::is_directory(folder)) return {folder};
    std::vector<std::string> files;
    for (auto const& entry : fs::directory_iterator(folder)) {
        std::string const name = entry.path().string();
        if (name.ends_with(".csv") || name.ends_with(".csv.gz")) files.push_back(name);
    }
    if (files.empty()) throw input_error(folder + ": holds no .csv and no .csv.gz");
    std::sort(files.begin(), files.end());
    return files;
}

recording_counts play(recorded_snapshots const& snapshots, exception_log& rejected,
                      tick_listener& to) {
    recording_counts counts;
    auto const load = [&](std::string const& file) {
        return load_market(file, rejected, {snapshots.perpetuals});
    };
    market base = load(snapshots.files.at(0)), from = base;
    fixings fixed_by(base);
    to.begins(base);
    counts.snapshots = 1;
    for (std::size_t k = 1; k < snapshots.files.size(); ++k) {
        market next = load(snapshots.files[k]);
        if (!(from.time < next.time))
            throw input_error(snapshots.files[k] + ": is not later than " + snapshots.files[k - 1]);
        leg const way(base, from, next);
        for (std::uint32_t s = 1; s <= snapshots.steps; ++s) {
            tick const t = way.at(static_cast<double>(s) / snapshots.steps);
            fixed_by_tick const fixed = fixed_by.hear(t);
            settle_command const settled = settled_by(fixed.deliveries);
            if (!settled.deliveries.empty()) to.settles(settled);
            if (!fixed.funding.empty()) to.funds(fixed.funding);
            to.ticks(t);
            counts.settled += settled.deliveries.size();
            counts.marks += t.marks.size();
            ++counts.ticks;
        }
        for (std::string const& name : next.names) counts.not_listed += !base.by_name.count(name);
        from = std::move(next);
        ++counts.snapshots;
    }
    return counts;
}

namespace {

class line_recorder final : public tick_listener {
  public:
    explicit line_recorder(std::function<void(std::string const&)> const& write) : write_(write) {}
    void begins(market const& first) override { base_ = first; }
    void settles(settle_command const& settled) override { write_(line_of(settled, base_)); }
    void ticks(tick const& t) override { write_(line_of(t, base_)); }

  private:
    std::function<void(std::string const&)> const& write_;
    market base_;
};

}  // namespace

recording_counts record(recorded_snapshots const& snapshots, exception_log& rejected,
                        std::function<void(std::string const& line)> const& write) {
    line_recorder recorder(write);
    return play(snapshots, rejected, recorder);
}

}  // namespace lockstep
