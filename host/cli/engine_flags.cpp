#include "host/cli/engine_flags.h"

#include <map>

#include "host/cli/checks.h"

namespace lockstep {

namespace {

std::map<std::string, executor_kind> const executors{
    {"serial", executor_kind::serial},
    {"deterministic", executor_kind::deterministic},
    {"optimistic", executor_kind::optimistic},
    {"sharded", executor_kind::sharded},
    {"auto", executor_kind::automatic}};

std::map<std::string, backend_kind> const backends{
    {"auto", backend_kind::automatic}, {"cpu", backend_kind::cpu}, {"cuda", backend_kind::cuda}};

}  // namespace

void engine_flags::add_to(CLI::App& command) {
    command
        .add_option("--executor", executor, "serial, deterministic, optimistic, sharded or auto")
        ->check(CLI::IsMember({"serial", "deterministic", "optimistic", "sharded", "auto"}))
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
    command.add_option("--backend", backend, "What hashes and folds: auto, cpu or cuda")
        ->check(CLI::IsMember({"auto", "cpu", "cuda"}))
        ->capture_default_str();
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
    return {.kind = backends.at(backend), .threads = threads};
}

}  // namespace lockstep
