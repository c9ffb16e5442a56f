#include "host/cli/engine_flags.h"

#include <map>

#include "host/cli/backend_name.h"
#include "host/cli/checks.h"

namespace lockstep {

namespace {

std::map<std::string, executor_kind> const executors{
    {"serial", executor_kind::serial},
    {"deterministic", executor_kind::deterministic},
    {"optimistic", executor_kind::optimistic},
    {"sharded", executor_kind::sharded},
    {"auto", executor_kind::automatic}};

}  // namespace

void engine_flags::add_to(CLI::App& command) {
    command
        .add_option("--executor", executor, "serial, deterministic, optimistic, sharded or auto")
        ->check(CLI::IsMember(executors))
        ->capture_default_str();
    command.add_option("--threads", threads, "Threads")
        ->check(CLI::Range(1, threads_max))
        ->capture_default_str();
    command
        .add_option(
            "--shards", shards,
            "Shards of the sharded executor; what they tell each other grows with their square")
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();
    add_backend_option(command, backend, "What hashes and folds");
    command.add_flag("--check", check, "Check every invariant after every block");
}

engine_options engine_flags::engine() const {
    if (shards > 1 && executor != "sharded")
        throw CLI::ValidationError("--shards",
                                   "is for --executor sharded; " + executor + " has none");
    return {.executor = executors.at(executor),
            .threads = threads,
            .shards = shards,
            .check = check,
            .require_signatures = require_signatures};
}

backend_options engine_flags::device() const {
    return {.kind = backend_named(backend), .threads = threads};
}

}  // namespace lockstep
