// The words for backends on a command line.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "kernels/backend.h"

namespace lockstep {

/// Adds --backend, one of those words; `does` says for what.
inline CLI::Option* add_backend_option(CLI::App& command, std::string& name,
                                       std::string const& does) {
    return command.add_option("--backend", name, does + ": auto, cpu or cuda")
        ->check(CLI::IsMember({"auto", "cpu", "cuda"}))
        ->capture_default_str();
}

inline backend_kind backend_named(std::string const& name) {
    if (name == "cpu") return backend_kind::cpu;
    return name == "cuda" ? backend_kind::cuda : backend_kind::automatic;
}

}  // namespace lockstep
