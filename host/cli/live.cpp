#include "host/cli/live.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>

namespace lockstep {

namespace {

/// Who is not answered any more cannot know what was accepted: no more is.
void answer_on_stdout(std::string_view lines) {
    std::fwrite(lines.data(), 1, lines.size(), stdout);
    if (std::fflush(stdout) != 0) throw std::system_error(errno, std::generic_category());
}

}  // namespace

void add_live_options(CLI::App& command, live_flags& flags) {
    auto* live = command.add_flag(
        "--live", flags.on,
        "The log is JSON lines without blocks, as they arrive: answers go to standard output, "
        "blocks are sealed by number and time into sealed.log");
    auto const of_live = [live](CLI::Option* option) {
        option->capture_default_str()->needs(live);
    };
    of_live(command.add_option("--block", flags.options.block, "Live: commands that seal a block")
                ->check(CLI::Range(std::size_t{64}, std::size_t{1} << 20)));
    of_live(
        command
            .add_option("--block-ms", flags.patience_ms, "Live: how long a block waits for more")
            ->check(CLI::Range(0, 3'600'000)));
    of_live(
        command
            .add_option("--queue", flags.options.limits.commands, "Live: commands that may wait")
            ->check(CLI::Range(std::size_t{64}, std::size_t{100'000'000})));
    of_live(command
                .add_option("--when-full", flags.when_full,
                            "Live: wait (do not read on) or refuse (answer busy)")
                ->check(CLI::IsMember({"wait", "refuse"})));
}

chosen_log open_chosen_log(std::string const& path, live_flags const& flags,
                           std::filesystem::path const& folder) {
    if (!flags.on) return {nullptr, open_log(path), nullptr};
    chosen_log log{make_log_writer(folder / "sealed.log"), nullptr, nullptr};
    live_options options = flags.options;
    options.limits.for_urgent = std::min(options.limits.for_urgent, options.limits.commands / 10);
    options.patience = std::chrono::milliseconds(flags.patience_ms);
    options.refuse_when_full = flags.when_full == "refuse";
    auto source = std::make_unique<live_source>(path == "-" ? "standard input" : path, path,
                                                options, answer_on_stdout, *log.sealed);
    log.live = source.get();
    log.source = std::move(source);
    return log;
}

}  // namespace lockstep
