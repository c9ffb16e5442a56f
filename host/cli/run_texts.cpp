#include "host/cli/run_texts.h"

#include <fmt/core.h>

#include <cstring>
#include <string_view>

#include "host/io/number_text.h"
#include "host/log/names.h"
#include "host/root/proof_json.h"

namespace lockstep {

namespace {

std::string decimal(money amount) {
    std::string text;
    append_scaled(text, amount.nanos, 9);
    return text;
}

double milliseconds(latency_histogram const& h, double share) {
    return static_cast<double>(h.percentile_ns(share)) / 1e6;
}

/// What became of accounts under water, and what is left of those who pay for it.
void print_waterfall(run_summary const& s) {
    latency_histogram const& h = s.tick_latency;
    if (h.count() > 0)
        fmt::print(
            "ticks         {} blocks with marks, up to {} accounts checked; p50 {:.1f}, p99 "
            "{:.1f}, p99.9 {:.1f}, at most {:.1f} ms\n",
            h.count(), s.checked_most, milliseconds(h, 0.5), milliseconds(h, 0.99),
            milliseconds(h, 0.999), static_cast<double>(h.max_ns()) / 1e6);
    if (s.waterfall.empty()) return;
    fmt::print("liquidation  ");
    for (auto const& [kind, count] : s.waterfall) fmt::print(" {} {}", count, name_of(kind));
    fmt::print("; under water {} accounts at most, {} at the end\n", s.under_water_most,
               s.under_water_last);
    for (asset_row const& a : s.assets) {
        std::string_view const name(a.name, ::strnlen(a.name, sizeof a.name));
        fmt::print("              {}: insurance fund {}, deficit {}, remainder {}\n", name,
                   decimal(a.insurance_fund), decimal(a.deficit), decimal(a.remainder));
    }
}

}  // namespace

std::string manifest_text(run_summary const& s) {
    std::string text = fmt::format(
        "{{\n  \"blocks\": {},\n  \"commands\": {},\n  \"fills\": {},\n  \"accounts\": {},\n"
        "  \"positions\": {},\n  \"open_orders\": {},\n  \"signatures_required\": {},\n"
        "  \"exchange\": \"{}\",\n  \"root\": \"{}\",\n  \"statuses\": {{",
        s.blocks, s.commands, s.fills, s.accounts, s.positions, s.open_orders,
        (s.exchange.flags & exchange_flag::signatures_required) != 0,
        hex_text(s.exchange.id.bytes, sizeof s.exchange.id),
        hex_text(s.root.bytes, sizeof s.root.bytes));
    char const* separator = "\n";
    for (auto const& [status, count] : s.statuses) {
        text += fmt::format("{}    \"{}\": {}", separator, name_of(status), count);
        separator = ",\n";
    }
    return text + "\n  }\n}\n";
}

std::string counters_text(run_summary const& s, run_words const& words) {
    exec::counters const& c = s.counted;
    return fmt::format(
        "{{\n  \"executor\": \"{}\",\n  \"backend\": \"{}\",\n  \"seconds\": {:.6f},\n"
        "  \"commands_per_second\": {:.0f},\n  \"tasks\": {},\n  \"executions\": {},\n  "
        "\"aborts\": {},\n"
        "  \"waves\": {},\n  \"segments\": {},\n  \"conflicts\": {},\n  "
        "\"messages\": {},\n  \"bytes\": {},\n"
        "  \"ticks\": {},\n  \"tick_p50_ms\": {:.3f},\n  \"tick_p99_ms\": {:.3f},\n"
        "  \"tick_p999_ms\": {:.3f}\n}}\n",
        words.executor, words.device, s.seconds,
        s.seconds > 0 ? static_cast<double>(s.commands) / s.seconds : 0.0, c.tasks, c.executions,
        c.aborts, c.waves, c.segments, c.conflicts, c.messages, c.bytes, s.tick_latency.count(),
        milliseconds(s.tick_latency, 0.5), milliseconds(s.tick_latency, 0.99),
        milliseconds(s.tick_latency, 0.999));
}

void print_summary(run_summary const& s, run_words const& words) {
    if (s.blocks_before > 0)
        fmt::print("Went on after block {} of the store {}\n", s.blocks_before, words.store);
    fmt::print(
        "Ran {} commands in {} blocks: {} fills, {} accounts, {} positions, {} open orders\n\n",
        s.commands, s.blocks, s.fills, s.accounts, s.positions, s.open_orders);
    for (auto const& [status, count] : s.statuses)
        fmt::print("  {:<46} {:>12}\n", name_of(status), count);
    fmt::print("\nroot          {}\n", hex_text(s.root.bytes, sizeof s.root.bytes));
    fmt::print("executor      {}: {} tasks, {} executions, {} aborts, {} waves, {} segments\n",
               words.executor, s.counted.tasks, s.counted.executions, s.counted.aborts,
               s.counted.waves, s.counted.segments);
    fmt::print("ran on        {} in {:.2f} s, {:.2f} M commands/s with receipts and roots\n",
               words.device, s.seconds,
               s.seconds > 0 ? static_cast<double>(s.commands) / s.seconds / 1e6 : 0.0);
    print_waterfall(s);
    fmt::print("results       {}\n", words.out);
}

}  // namespace lockstep
