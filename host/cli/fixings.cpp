// `lockstep fixings`: delivery prices and funding rates out of a recorded feed, as whoever books
// them, or doubts them, has to come to.
#include <fmt/core.h>

#include <optional>
#include <variant>

#include "host/cli/checks.h"
#include "host/cli/command.h"
#include "host/cli/rejected.h"
#include "host/cli/say.h"
#include "host/io/decimal_text.h"
#include "host/io/output_file.h"
#include "host/market/load.h"
#include "host/report/number_text.h"
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
};

std::string rows_of(fixed_by_tick const& fixed, market const& listed) {
    std::string rows;
    for (delivery_price const& d : fixed.deliveries)
        rows += fmt::format("{},delivery_price,{},{},\n", time_text(d.expiry),
                            listed.underlyings[d.underlying.value].name, units_text(d.at.nanos));
    for (funding_fixing const& f : fixed.funding)
        rows += fmt::format("{},funding_rate,{},{},{}\n", time_text(f.time),
                            listed.names[f.instrument.value], units_text(f.rate), f.samples);
    return rows;
}

/// Of a line that is not used, the reason is said once, and how many more there were at the end.
template <class WriteT>
heard_lines hear_lines(fixings_flags const& chosen, market const& listed, WriteT const& write) {
    std::unique_ptr<line_source> const source =
        chosen.replay == "-" ? lines_of_standard_input() : lines_of_file(chosen.replay);
    tick_reader reader(listed, {});
    fixings fixed_by(listed);
    heard_lines n;
    utc_ns last = listed.time;
    std::uint64_t number = 0;
    write("time,what,name,value,samples\n");
    for (std::string line; source->next(line);) {
        ++number;
        if (line.empty()) continue;
        read_input const read = reader.read(line);
        if (read.is_command) {
            ++n.commands;
            continue;
        }
        tick const* const t = read.fault.empty() ? std::get_if<tick>(&read.input) : nullptr;
        std::string const fault =
            t != nullptr && t->time < last ? "the tick is older than the one before" : read.fault;
        if (!fault.empty()) {
            if (n.refused++ == 0) say("lockstep: {}:{}: {}\n", source->name(), number, fault);
            continue;
        }
        fixed_by_tick const fixed = fixed_by.hear(*t);
        last = t->time;
        ++n.ticks;
        n.deliveries += fixed.deliveries.size();
        n.rates += fixed.funding.size();
        write(rows_of(fixed, listed));
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
    say("{} ticks, {} commands passed over, {} lines refused: {} delivery prices, {} funding "
        "rates\n",
        n.ticks, n.commands, n.refused, n.deliveries, n.rates);
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
        std::string const replay = chosen->replay == "-" ? "" : chosen->replay;
        expect_files("fixings", {chosen->market, chosen->perpetuals, replay});
        if (chosen->out != "-")
            keep_apart(chosen->out, {chosen->market, chosen->perpetuals, replay});
        result = write_fixings(*chosen);
    });
}

}  // namespace lockstep
