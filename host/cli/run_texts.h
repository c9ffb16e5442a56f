// What `lockstep run` says of a run that is done: in its files, and to people.
#pragma once

#include <string>

#include "host/run/run_log.h"

namespace lockstep {

/// How it was run, in the words of the command line; and the device that was found.
struct run_words {
    std::string executor, device;
    std::string store;  // empty: none
    std::string out;
};

/// What the log alone decides, and nothing of how it was run.
std::string manifest_text(run_summary const& s);
std::string counters_text(run_summary const& s, run_words const& words);
void print_summary(run_summary const& s, run_words const& words);

}  // namespace lockstep
