// The log of `lockstep run`: one that is there, or one that is made as commands arrive.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "host/ingest/live_source.h"
#include "host/log/log_writer.h"

namespace lockstep {

struct live_flags {
    bool on = false;
    live_options options;
    int patience_ms = 10;
    std::string when_full = "wait";
};

void add_live_options(CLI::App& command, live_flags& flags);

struct chosen_log {
    std::unique_ptr<log_writer> sealed;  // of a live log
    std::unique_ptr<block_source> source;
    live_source* live = nullptr;
};

/// A live log answers on standard output and seals its blocks into `folder`.
chosen_log open_chosen_log(std::string const& path, live_flags const& flags,
                           std::filesystem::path const& folder);

}  // namespace lockstep
