// `lockstep watch`: checks every account on every tick, for as long as ticks come.
#include <fmt/core.h>
#include <oneapi/tbb/global_control.h>
#include <signal.h>

#include <charconv>
#include <chrono>
#include <optional>
#include <string_view>

#include "host/base/error.h"
#include "host/base/interruption.h"
#include "host/cli/backend_name.h"
#include "host/cli/checks.h"
#include "host/cli/command.h"
#include "host/cli/rejected.h"
#include "host/cli/say.h"
#include "host/io/line_output.h"
#include "host/market/load.h"
#include "host/portfolio/load.h"
#include "host/watch/http.h"

namespace lockstep {

namespace {

constexpr double ahead_of_connections_s = 60;

struct watch_command {
    std::string market, perpetuals, portfolio, replay;
    std::string speed = "max";
    std::string preset = "deribit_pm", backend = "auto";
    backend_options options;
    service_options service;
    feed_limits limits;
    double stale_after_s = 60, patience_s = 60;
    std::optional<double> ahead_s;
    int listen = -1, http = -1;
    bool any_address = false, hold = false, no_bands = false, quiet = false;
};

/// "max", "10x" or "10".
double speed_of(std::string const& text) {
    if (text == "max") return 0;
    double speed = 0;
    char const* const last = text.data() + text.size();
    auto const [end, fault] = std::from_chars(text.data(), last, speed);
    bool const read = fault == std::errc{} && (end == last || std::string_view(end) == "x");
    if (!read || !(speed >= 1e-3 && speed <= 1e9))
        throw CLI::ValidationError("--speed",
                                   "is neither max nor a factor like 10x, 0.001 to 1e9: " + text);
    return speed;
}

std::unique_ptr<line_source> source_of(watch_command const& command) {
    if (!command.replay.empty()) return lines_of_file(command.replay);
    if (command.listen >= 0)
        return lines_of_port(
            static_cast<std::uint16_t>(command.listen),
            {command.any_address,
             std::chrono::milliseconds(static_cast<std::int64_t>(command.patience_s * 1e3))});
    return lines_of_file("-");
}

void say_what_was_loaded(watcher const& watch, std::size_t rejected, double seconds) {
    say("lockstep: watching {} accounts, {} positions, {} instruments on {} ({:.1f} s to "
        "load{})\n",
        watch.account_names().size(), watch.sets().positions(),
        watch.market_now().listed().instruments.size(), watch.device().name(), seconds,
        rejected == 0 ? "" : fmt::format(", {} records rejected", rejected));
}

exit_code run(watch_command const& command) {
    std::optional<tbb::global_control> limit;
    if (command.options.threads > 0)
        limit.emplace(tbb::global_control::max_allowed_parallelism, command.options.threads);
    auto const began = std::chrono::steady_clock::now();
    auto const source = source_of(command);
    auto const device = make_backend(command.options);
    exception_log rejected;
    market listed = load_market(command.market, rejected, {command.perpetuals});
    portfolio held = load_portfolio(command.portfolio, listed, rejected);
    watcher watch(std::move(listed), std::move(held), load_preset(command.preset), command.limits,
                  *device);
    line_output out(STDOUT_FILENO, "standard output");
    // At once: who acts on a verdict reads it from a pipe. A watch that nobody hears any more ends.
    watch_service service(watch, command.service, [&](std::string const& lines) {
        if (!command.quiet) out.write(lines);
    });
    std::optional<watch_http> http;
    if (command.http >= 0) http.emplace(service, static_cast<std::uint16_t>(command.http));
    std::chrono::duration<double> const loading = std::chrono::steady_clock::now() - began;
    say_what_was_rejected(rejected);
    say_what_was_loaded(watch, rejected.size(), loading.count());
    if (http) say("lockstep: http://127.0.0.1:{}/\n", http->port());
    say("lockstep: lines from {}\n", source->name());
    std::fflush(stderr);

    on_interruption const signals([&] {
        service.stop();
        source->stop();
        out.stop();
    });
    service.run(*source);
    if (command.hold && !service.stopped()) {
        say("lockstep: the input has ended; still serving, until a signal\n");
        service.wait_for_stop();
    }
    std::uint64_t const refused =
        service.ask([](watcher& all, watch_statistics const& s, board_history const&) {
            watch_counts const c = all.count();
            say("{}{} ticks, {} commands, {} lines refused; {} sets checked by the rule, {} "
                "moved positions weighed against a bound; {} changes, {} turned liquidatable\n"
                "accounts now: {} safe, {} withheld, {} reduce_only, {} liquidatable\n",
                latency_text(s), s.ticks, s.commands, s.lines_refused, s.sets_checked,
                s.positions_bounded, s.changes, s.liquidations, c.by_verdict[0], c.by_verdict[1],
                c.by_verdict[2], c.by_verdict[3]);
            if (s.lines_refused > 0) say("first line refused: {}\n", s.first_refusal);
            return s.lines_refused;
        });
    say("digest of all verdicts: {:016x}{:016x}\n", service.digest().hi, service.digest().lo);
    if (out.lost_bytes() > 0) {
        say("lockstep: standard output is not read: its last {} bytes are lost\n",
            out.lost_bytes());
        return exit_code::machine;
    }
    bool const of_connections = command.listen >= 0;  // which do not decide how a service ends
    bool const whole = rejected.empty() && (refused == 0 || of_connections);
    return whole ? exit_code::done : exit_code::done_with_exceptions;
}

void add_input_options(CLI::App& command, watch_command& chosen) {
    command.add_option("--market", chosen.market, "Option chain to start from: CSV, plain or gzip")
        ->required();
    command.add_option("--perpetuals", chosen.perpetuals, "Prices of perpetuals to start from");
    command
        .add_option("--portfolio", chosen.portfolio,
                    "Folder with accounts.csv, cash.csv and positions.csv")
        ->required();
    auto* replay = command.add_option("--replay", chosen.replay,
                                      "A recorded file of ticks and commands; else standard input");
    command
        .add_option("--speed", chosen.speed,
                    "Of a recording: max, or a factor of its own time: 10x")
        ->needs(replay)
        ->capture_default_str();
    command
        .add_option("--ahead", chosen.ahead_s,
                    "Refuse a tick that is more seconds than this ahead of the machine's clock; 60 "
                    "with --listen, else without limit")
        ->check(number_between(0, 1e9))
        ->excludes(replay);
    auto* listen =
        command
            .add_option("--listen", chosen.listen,
                        "Take lines from TCP connections to this port of localhost, 256 at most")
            ->check(CLI::Range(0, 65535))
            ->excludes(replay);
    command.add_flag("--any-address", chosen.any_address, "Listen on every address")->needs(listen);
    command
        .add_option("--patience", chosen.patience_s,
                    "Seconds of silence after which a connection gives way to a new one, when no "
                    "more are taken")
        ->check(number_between(0, 1e9))
        ->needs(listen)
        ->capture_default_str();
}

void add_output_options(CLI::App& command, watch_command& chosen) {
    command
        .add_option("--http", chosen.http,
                    "Serve the page, /metrics, /bands, /accounts/NAME on this port of localhost; "
                    "0 takes a free one")
        ->check(CLI::Range(0, 65535));
    command.add_flag("--hold", chosen.hold, "Serve on after the input has ended, until a signal");
    command.add_option("--top", chosen.service.top, "Print the worst pools after every tick")
        ->check(CLI::Range(0, 10'000));
    command.add_flag("--dry-run", chosen.service.dry_run,
                     "Mark every line, so that no liquidator takes it for an order");
    command.add_flag("--quiet", chosen.quiet, "No lines at all, only the summary");
}

}  // namespace

void add_watch_command(CLI::App& app, exit_code& result) {
    auto* command = app.add_subcommand("watch", "Check every account on every tick, and serve it");
    auto chosen = std::make_shared<watch_command>();
    add_input_options(*command, *chosen);
    add_output_options(*command, *chosen);
    command->add_option("--preset", chosen->preset, "Margin preset: a name, or a TOML file")
        ->capture_default_str();
    command
        ->add_option("--stale-after", chosen->stale_after_s,
                     "Seconds without a quote after which a feed is stale, by the ticks' time")
        ->check(number_between(0.001, 1e9))
        ->capture_default_str();
    command->add_flag("--no-bands", chosen->no_bands,
                      "Verdicts alone: one check a tick instead of seven");
    add_backend_option(*command, chosen->backend, "What computes");
    command->add_option("--threads", chosen->options.threads, "Threads; 0: as many as there are")
        ->check(CLI::Range(0, threads_max))
        ->capture_default_str();
    command->footer(
        "Examples:\n"
        "  lockstep watch --market chain.csv --portfolio book --http 8787 < ticks.jsonl\n"
        "  lockstep watch --market chain.csv --portfolio book --replay fall.jsonl --speed 600x "
        "--http 8787 --hold\n"
        "  lockstep watch --market chain.csv --portfolio book --listen 9000 --top 10 --dry-run\n"
        "\nVerdicts go to standard output as JSON lines (data/FORMATS.md); what was measured goes "
        "to\nstandard error at the end. SIGINT, SIGTERM and SIGHUP end the watch as the end of its "
        "input does.\nExit code 0: done; 1: done, and records of market or portfolio were "
        "rejected, or lines\nrefused (not those of connections); 2: usage; 3: an input cannot be "
        "used; 4: a port is taken,\nstandard output is lost or not read when a signal comes, no "
        "memory, no device.");
    command->callback([chosen, &result] {
        chosen->service.speed = speed_of(chosen->speed);
        if (chosen->listen >= 0 && !chosen->ahead_s) chosen->ahead_s = ahead_of_connections_s;
        if (chosen->ahead_s)
            chosen->service.ahead_ns = static_cast<std::int64_t>(*chosen->ahead_s * 1e9);
        chosen->limits.stale_after_ns = static_cast<std::int64_t>(chosen->stale_after_s * 1e9);
        chosen->limits.bands = !chosen->no_bands;
        chosen->options.kind = backend_named(chosen->backend);
        result = run(*chosen);
    });
}

}  // namespace lockstep
