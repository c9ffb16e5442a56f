// The run in one screen.
#include <fmt/format.h>

#include <cmath>

#include "host/io/timestamp.h"
#include "host/surface/write.h"

namespace lockstep {

namespace {

std::string totals_line(std::string const& name, slice_totals const& t) {
    auto const share = [](std::uint64_t part, std::uint64_t whole) {
        return whole == 0 ? std::string("-")
                          : fmt::format("{:.2f} %", 100.0 * static_cast<double>(part) /
                                                        static_cast<double>(whole));
    };
    auto const count = [&](slice_status s) { return t.by_status[static_cast<unsigned>(s)]; };
    return fmt::format(
        "{:<14}{:>8}{:>8}{:>10}{:>10}{:>9}{:>12}{:>9}{:>9}{:>10}\n", name, t.slices,
        count(slice_status::fitted), count(slice_status::repaired),
        count(slice_status::borrowed_for_few_quotes) + count(slice_status::borrowed_for_arbitrage),
        count(slice_status::no_usable_quotes) + count(slice_status::no_forward),
        share(t.arbitrage_free, t.with_curve), t.quotes,
        t.quotes == 0 ? "-" : fmt::format("{:.2f}", 100 * t.rmse()), share(t.inside, t.quotes));
}

}  // namespace

std::string totals_table(std::span<slice_totals const> by_bucket) {
    std::string out = fmt::format("{:<14}{:>8}{:>8}{:>10}{:>10}{:>9}{:>12}{:>9}{:>9}{:>10}\n",
                                  "to expiry", "slices", "fitted", "repaired", "borrowed",
                                  "without", "free of arb", "quotes", "RMSE", "in spread");
    slice_totals all;
    for (std::size_t bucket = 0; bucket < by_bucket.size(); ++bucket) {
        slice_totals const& t = by_bucket[bucket];
        if (t.slices > 0) out += totals_line(name_of_bucket(bucket), t);
        all += t;
    }
    return out + totals_line("all", all);
}

std::string surface_text(surface_run const& run) {
    std::string const time = time_text(run.table.time);
    slice_totals totals[day_buckets];
    std::string failures;
    for (surface_slice const& s : run.fit.slices) {
        totals[bucket_of(s)].add(s);
        if (s.has_curve()) continue;
        failures += fmt::format("{} ", run.table.books[s.book].name);
        append_time(failures, s.expiry);
        failures += fmt::format(" {}\n", sentence(s.status));
    }
    std::string out = fmt::format("Surfaces of {} at {}\n\n", run.table.source, time);
    out += totals_table(totals);
    out += "RMSE in vol points over the quotes used; in spread: curve between bid and ask\n\n";
    for (std::size_t b = 0; b < run.fit.books.size(); ++b) {
        ssvi_fit_result const& ssvi = run.fit.books[b].ssvi;
        if (ssvi.status != ssvi_fit_status::fitted) continue;
        out += fmt::format("SSVI of {:<10} rho {:.4f}, eta {:.4f}, gamma {:.4f}\n",
                           run.table.books[b].name, ssvi.parameters.rho, ssvi.parameters.phi.eta,
                           ssvi.parameters.phi.gamma);
    }
    out += failures;
    out += run.rejected.empty()
               ? "exceptions    none\n"
               : fmt::format("exceptions    {} (see exceptions.csv)\n", run.rejected.size());
    return out;
}

}  // namespace lockstep
