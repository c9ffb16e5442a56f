// `lockstep ticks`: snapshots of a chain in, a recording for `lockstep watch` out.
#include <fmt/core.h>

#include "host/base/error.h"
#include "host/cli/command.h"
#include "host/io/output_file.h"
#include "host/watch/recording.h"

namespace lockstep {

void add_ticks_command(CLI::App& app, exit_code& result) {
    struct flags {
        std::string snapshots, out;
        std::uint32_t steps = 1;
    };
    auto chosen = std::make_shared<flags>();
    auto* command =
        app.add_subcommand("ticks", "Turn snapshots of a chain into a recording for watch");
    command
        ->add_option("--snapshots", chosen->snapshots,
                     "Folder of chain files, in the order of their names")
        ->required();
    command->add_option("--out", chosen->out, "File of JSON lines to write; replaced")->required();
    command
        ->add_option("--steps", chosen->steps,
                     "Ticks from each snapshot to the next; those between go in straight lines")
        ->check(CLI::Range(1u, 100'000u))
        ->capture_default_str();
    command->footer(
        "Example:\n"
        "  lockstep ticks --snapshots deribit_stress_2026-02-05 --steps 60 --out fall.jsonl\n"
        "\nExit code 0: done; 1: done, and records of snapshots were rejected; 2: usage; 3: a\n"
        "snapshot cannot be used; 4: disk. The file is written whole or not at all.");
    command->callback([chosen, &result] {
        exception_log rejected;
        atomic_file file(chosen->out);
        recording_counts const n = record(snapshots_in(chosen->snapshots), chosen->steps, rejected,
                                          [&](std::string const& line) { file.write(line); });
        file.commit();
        fmt::print(
            "{}: {} ticks from {} snapshots, {} marks, {} instruments settled; {} records "
            "of later snapshots are not listed in the first, {} rejected\n",
            chosen->out, n.ticks, n.snapshots, n.marks, n.settled, n.not_listed, rejected.size());
        result = rejected.empty() ? exit_code::done : exit_code::done_with_exceptions;
    });
}

}  // namespace lockstep
