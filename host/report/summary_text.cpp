#include <fmt/core.h>

#include <algorithm>

#include "host/io/number_text.h"
#include "host/io/timestamp.h"
#include "host/report/summary.h"

namespace lockstep {

namespace {

std::string count(std::uint64_t n) { return grouped(static_cast<std::int64_t>(n)); }

std::string distance_text(std::int32_t ppm) {
    if (ppm == no_distance) return "—";
    return fmt::format("{}.{:02} %", ppm / 10'000, ppm / 100 % 100);
}

/// fmt counts a dash of three bytes as one column, so widths stay true.
void ranking(std::string& out, char const* title, std::vector<std::uint32_t> const& ids,
             std::size_t shown, risk_result const& run) {
    if (ids.empty()) return;
    out += fmt::format("\n{:<26} {:>17} {:>17} {:>17} {:>9} {:>9}\n", title, "equity USD",
                       "initial", "maintenance", "fall", "rise");
    for (std::size_t i = 0; i < std::min(shown, ids.size()); ++i) {
        account_summary const& account = run.accounts[ids[i]];
        out +=
            fmt::format("  {:<24.24} {:>17} {:>17} {:>17} {:>9} {:>9}\n", run.account_names[ids[i]],
                        grouped_nanos(account.equity_usd.nanos, 0),
                        grouped_nanos(account.initial_margin_usd.nanos, 0),
                        grouped_nanos(account.maintenance_margin_usd.nanos, 0),
                        distance_text(account.distance_down), distance_text(account.distance_up));
    }
}

void totals(std::string& out, overview const& all) {
    out += fmt::format("\n{:<10} {:>17} {:>23} {:>23} {:>23}\n", "totals", "pools", "equity",
                       "initial margin", "maintenance margin");
    for (asset_total const& total : all.assets) {
        if (total.pools == 0) continue;
        out += fmt::format("  {:<8} {:>17} {:>23} {:>23} {:>23}\n", total.name, count(total.pools),
                           grouped_nanos(total.equity, 4), grouped_nanos(total.initial_margin, 4),
                           grouped_nanos(total.maintenance_margin, 4));
    }
    out += fmt::format("  {:<8} {:>17} {:>23} {:>23} {:>23}\n", "in USD", "",
                       grouped_nanos(all.usd.equity, 2), grouped_nanos(all.usd.initial_margin, 2),
                       grouped_nanos(all.usd.maintenance_margin, 2));
}

void warnings(std::string& out, overview const& all) {
    run_counts const& c = all.counts;
    out += fmt::format(
        "\nunder water   {} of {} accounts (equity below maintenance margin), {} "
        "below initial margin\n",
        count(c.liquidatable), count(c.accounts), count(c.initial_breach));
    if (c.options_off_their_mark > 0)
        out += fmt::format(
            "marks         {} options are valued far from their mark, {} the farthest: look at "
            "their records\n",
            count(c.options_off_their_mark), all.farthest_from_mark);
    if (c.position_not_valued > 0)
        out += fmt::format("incomplete    {} accounts hold positions that could not be valued\n",
                           count(c.position_not_valued));
    if (c.record_rejected > 0)
        out += fmt::format(
            "incomplete    {} accounts lack a record of cash or positions that was "
            "rejected\n",
            count(c.record_rejected));
    if (c.model_does_not_serve > 0)
        out += fmt::format(
            "other model   {} accounts hold what their model does not take: the preset "
            "margins it\n",
            count(c.model_does_not_serve));
    if (c.overflowed > 0)
        out += fmt::format(
            "overflowed    {} accounts have amounts or positions beyond what is counted\n",
            count(c.overflowed));
    if (c.asset_without_price > 0)
        out += fmt::format("no price      {} accounts hold an asset without a price in USD\n",
                           count(c.asset_without_price));
    out += c.exceptions == 0
               ? "exceptions    none\n"
               : fmt::format("exceptions    {} (see exceptions.csv)\n", count(c.exceptions));
}

}  // namespace

std::string summary_text(risk_result const& run, run_circumstances const& how,
                         std::string const& folder) {
    constexpr std::size_t shown = 5;
    run_counts const& c = run.all.counts;
    std::string const time = time_text(run.all.time);
    std::string out = fmt::format("Risk at {}, preset {}\n\n", time, run.all.preset_name);
    out += fmt::format(
        "market        {}: {} instruments ({} options, {} futures, {} perpetuals), "
        "{} without a value\n",
        run.all.market_source, count(c.instruments), count(c.options), count(c.futures),
        count(c.perpetuals), count(c.instruments - c.instruments_valued));
    out += fmt::format(
        "portfolio     {}: {} accounts, {} positions in {} netting sets, {} left "
        "out\n",
        run.all.portfolio_source, count(c.accounts), count(c.positions), count(c.netting_sets),
        count(c.positions_excluded));
    totals(out, run.all);
    ranking(out, "largest requirements", run.all.largest, shown, run);
    ranking(out, "nearest to liquidation", run.all.nearest, shown, run);
    ranking(out, "under water", run.all.under_water, shown, run);
    warnings(out, run.all);
    double sum = 0;
    stage_time slowest{"nothing", 0};
    for (stage_time const& stage : how.stages) {
        sum += stage.seconds;
        if (stage.seconds > slowest.seconds) slowest = stage;
    }
    out += fmt::format("ran on        {} in {:.2f} s; slowest: {} ({:.2f} s); {:.0f} MiB\n",
                       how.backend, sum, slowest.name, slowest.seconds, how.peak_memory_mib);
    out += fmt::format("results       {0}  (open {0}/report.html)\n", folder);
    return out;
}

}  // namespace lockstep
