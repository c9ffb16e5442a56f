// `lockstep fixings`: delivery prices and funding rates out of a recorded feed, as whoever books
// them, or doubts them, has to come to.
#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "host/cli/checks.h"
#include "host/cli/command.h"
#include "host/cli/rejected.h"
#include "host/cli/say.h"
#include "host/io/number_text.h"
#include "host/io/output_file.h"
#include "host/io/timestamp.h"
#include "host/market/load.h"
#include "host/watch/fixings.h"
#include "host/watch/line_source.h"
#include "host/watch/tick_reader.h"

namespace lockstep {

namespace {

struct fixings_flags {
    std::string market, perpetuals, replay, out = "-";
};

struct heard_lines {
    std::uint64_t ticks = 0, commands = 0, refused = 0, deliveries = 0, rates = 0;
    std::uint64_t unknown = 0;  // prices of what is not listed
};

/// In the order of their times.
std::string rows_of(fixed_by_tick const& fixed, market const& listed) {
    std::vector<std::pair<utc_ns, std::string>> rows;
    for (delivery_price const& d : fixed.deliveries)
        rows.emplace_back(d.expiry, fmt::format("{},delivery_price,{},{},\n", time_text(d.expiry),
                                                listed.underlyings[d.underlying.value].name,
                                                units_text(d.at.nanos)));
    for (funding_fixing const& f : fixed.funding)
        rows.emplace_back(
            f.time, fmt::format("{},funding_rate,{},{},{}\n", time_text(f.time),
                                listed.names[f.instrument.value], units_text(f.rate), f.samples));
    std::stable_sort(rows.begin(), rows.end(),
                     [](auto const& a, auto const& b) { return a.first < b.first; });
    std::string text;
    for (auto const& [time, row] : rows) text += row;
    return text;
}

/// The reason why the first line that is not used is not is said at once.
template <class WriteT>
heard_lines hear_lines(fixings_flags const& chosen, market const& listed, WriteT const& write) {
    auto const source = lines_of_file(chosen.replay);
    tick_reader reader(listed);
    fixings fixed_by(listed);
    heard_lines n;
    utc_ns last = listed.time;
    std::uint64_t number = 0;
    auto const refuse = [&](std::string const& reason) {
        if (n.refused++ == 0) say("lockstep: {}:{}: {}\n", source->name(), number, reason);
    };
    write("time,what,name,value,samples\n");
    for (std::string line; source->next(line);) {
        ++number;
        if (line.empty()) continue;
        read_input const read = reader.read(line);
        n.unknown += read.instruments_unknown;
        tick const* const t = std::get_if<tick>(&read.input);
        if (!read.fault.empty()) {
            refuse(read.fault);
        } else if (t == nullptr) {
            ++n.commands;
        } else if (t->time < last) {
            refuse(why_too_old(t->time, last));
        } else {
            fixed_by_tick const fixed = fixed_by.hear(*t);
            last = t->time;
            ++n.ticks;
            n.deliveries += fixed.deliveries.size();
            n.rates += fixed.funding.size();
            if (std::string const rows = rows_of(fixed, listed); !rows.empty()) write(rows);
        }
    }
    return n;
}

exit_code write_fixings(fixings_flags const& chosen) {
    exception_log rejected;
    market const listed = load_market(chosen.market, rejected, {chosen.perpetuals});
    say_what_was_rejected(rejected);
    std::optional<atomic_file> file;
    if (chosen.out != "-") file.emplace(chosen.out);
    heard_lines const n = hear_lines(chosen, listed, [&](std::string const& text) {
        if (file)
            file->write(text);
        else
            fmt::print("{}", text);
    });
    expect_printed();
    if (file) file->commit();
    say("{} ticks, {} commands passed over, {} lines refused, {} prices of what is not listed: {} "
        "delivery prices, {} funding rates\n",
        n.ticks, n.commands, n.refused, n.unknown, n.deliveries, n.rates);
    bool const whole = rejected.empty() && n.refused == 0;
    return whole ? exit_code::done : exit_code::done_with_exceptions;
}

}  // namespace

void add_fixings_command(CLI::App& app, exit_code& result) {
    auto chosen = std::make_shared<fixings_flags>();
    auto* command = app.add_subcommand(
        "fixings", "Find the delivery prices and funding rates that a recorded feed gives");
    command
        ->add_option("--market", chosen->market,
                     "Option chain that the feed goes on from: CSV, plain or gzip")
        ->required();
    command->add_option("--perpetuals", chosen->perpetuals, "Prices of perpetuals at its time");
    command
        ->add_option("--replay", chosen->replay,
                     "A recorded file of ticks, as for watch, plain or gzip; - is standard input")
        ->required();
    command->add_option("--out", chosen->out, "CSV to write, replaced; - is standard output")
        ->capture_default_str();
    command->footer(
        "A row for each underlying and expiry that the ticks pass, with the average of the index\n"
        "over the half hour before in USD; and one for each perpetual and hour, with the share of\n"
        "the notional that longs pay shorts for that hour (below zero: shorts pay) and the number\n"
        "of premiums that it comes from. Other lines for a watch are passed over.\n"
        "\nExample:\n"
        "  lockstep ticks --snapshots deribit_stress_2026-02-05 --steps 60 --out fall.jsonl\n"
        "  lockstep fixings --market FIRST_SNAPSHOT --replay fall.jsonl\n"
        "\nExit code 0: done; 1: done, and records or lines were refused; 2: usage; 3: an input\n"
        "cannot be used; 4: disk. A file is written whole or not at all.");
    command->callback([chosen, &result] {
        if (chosen->market == "-" && chosen->replay == "-")
            throw CLI::ValidationError("--replay", "is standard input, as --market is");
        if (chosen->out != "-")
            keep_apart(chosen->out, {chosen->market, chosen->perpetuals, chosen->replay});
        result = write_fixings(*chosen);
    });
}

}  // namespace lockstep
