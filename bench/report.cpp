#include "bench/report.h"

#include <fmt/core.h>

#include <cstdio>
#include <utility>

namespace lockstep::bench {

namespace {

std::string quoted(std::string const& text) {
    std::string out = "\"";
    for (char const c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (static_cast<unsigned char>(c) >= 0x20) out += c;
    }
    return out + '"';
}

std::string ratio_text(bench_row const& row) {
    return row.ratio > 0 ? fmt::format("{:.2f}x", row.ratio) : std::string{"-"};
}

std::string fraction_text(bench_row const& row) {
    if (row.limit.empty() || row.fraction <= 0) return "-";
    return fmt::format("{:.1f} % {}", 100 * row.fraction, row.limit);
}

std::string row_json(bench_row const& r) {
    return fmt::format(
        R"({{"case": {}, "size": {}, "size_of": {}, "contender": {}, "seconds": {:.6g}, )"
        R"("turns": {}, "item": {}, "ns_per_item": {:.6g}, "peer": {}, "ratio_to_peer": {:.4g}, )"
        R"("limit": {}, "fraction_of_limit": {:.4g}, "digest": {}, "checked": {}}})",
        quoted(r.name), r.size, quoted(r.size_of_what), quoted(r.contender), r.seconds, r.turns,
        quoted(r.item), r.ns_per_item, quoted(r.peer), r.ratio, quoted(r.limit), r.fraction,
        quoted(r.digest), quoted(r.checked));
}

}  // namespace

std::string readable_time(double seconds) {
    if (seconds >= 1) return fmt::format("{:.3g} s", seconds);
    if (seconds >= 1e-3) return fmt::format("{:.3g} ms", seconds * 1e3);
    if (seconds >= 1e-6) return fmt::format("{:.3g} us", seconds * 1e6);
    return fmt::format("{:.3g} ns", seconds * 1e9);
}

report::report(std::string bench, settings chosen, machine_limits limits, bool json)
    : bench_(std::move(bench)),
      chosen_(std::move(chosen)),
      limits_(std::move(limits)),
      json_(json) {}

void report::begin() const {
    if (json_) return;
    fmt::print("{}, {} threads\n", limits_.processor, limits_.threads);
    fmt::print("limits, measured now: copy {:.1f} GB/s on one thread, {:.1f} on {}; {:.1f} Gflop/s",
               limits_.copy_bytes_one_thread * 1e-9, limits_.copy_bytes_threads * 1e-9,
               limits_.threads, limits_.flops_per_core * 1e-9);
    fmt::print(" a core ({})\n", limits_.flops_by);
    if (!limits_.device.empty())
        fmt::print("device: {}, copy {:.0f} GB/s\n", limits_.device,
                   limits_.device_copy_bytes * 1e-9);
    else
        fmt::print("device: none, nothing is shown for it\n");
    std::fflush(stdout);
}

void report::add(std::vector<bench_row> const& rows) {
    rows_.insert(rows_.end(), rows.begin(), rows.end());
    if (json_ || rows.empty()) return;
    auto const& first = rows.front();
    fmt::print("\n{}, {} {}\n  checked: {}\n", first.name, first.size, first.size_of_what,
               first.checked);
    std::string const against = first.peer.empty() ? "no peer" : "vs " + first.peer;
    fmt::print("  {:<34} {:>10} {:>13}  {:>12} {:>14}  {}\n", "contender", "time",
               "ns/" + first.item, "ratio", "of limit", "digest");
    for (auto const& r : rows)
        fmt::print("  {:<34} {:>10} {:>13.4g}  {:>12} {:>14}  {}\n", r.contender,
                   readable_time(r.seconds), r.ns_per_item, ratio_text(r), fraction_text(r),
                   r.digest.empty() ? "(peer)" : r.digest);
    fmt::print("  ratio: {}\n", against);
    std::fflush(stdout);
}

void report::end() const {
    if (json_) fmt::print("{}", json());
}

std::string report::json() const {
    std::string text = fmt::format("{{\n\"bench\": {},\n\"seed\": {},\n\"seconds\": {},\n",
                                   quoted(bench_), chosen_.seed, chosen_.seconds);
    text += fmt::format(
        R"("machine": {{"processor": {}, "threads": {}, "copy_bytes_per_second_one_thread": {:.5g}, )"
        R"("copy_bytes_per_second_threads": {:.5g}, "flops_per_second_core": {:.5g}, "flops_by": {}, )"
        R"("device": {}, "device_copy_bytes_per_second": {:.5g}}})",
        quoted(limits_.processor), limits_.threads, limits_.copy_bytes_one_thread,
        limits_.copy_bytes_threads, limits_.flops_per_core, quoted(limits_.flops_by),
        quoted(limits_.device), limits_.device_copy_bytes);
    text += ",\n\"rows\": [\n";
    for (std::size_t i = 0; i < rows_.size(); ++i)
        text += row_json(rows_[i]) + (i + 1 < rows_.size() ? ",\n" : "\n");
    return text + "]\n}\n";
}

}  // namespace lockstep::bench
