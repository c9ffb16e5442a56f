// Runs the real command as a user would, and keeps what it said.
#pragma once

#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/host/scratch.h"
#include "tests/where.h"

namespace lockstep {

inline std::string text_of_file(std::filesystem::path const& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_file(std::filesystem::path const& path, std::string const& text) {
    std::ofstream(path, std::ios::binary) << text;
}

struct command_result {
    int exit = -1;
    std::string out, err;
};

/// `arguments` is shell text; paths in it are the caller's to quote.
inline command_result run_lockstep(std::string const& arguments, std::string const& before = "") {
    scratch_folder scratch;
    auto const out = scratch.path() / "out", err = scratch.path() / "err";
    std::string const command = before + " '" + lockstep_binary() + "' " + arguments + " >'" +
                                out.string() + "' 2>'" + err.string() + "'";
    int const status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text_of_file(out), text_of_file(err)};
}

/// A verb on a file that holds this table.
inline command_result run_on_table(std::string const& verb, std::string const& table,
                                   std::string const& flags = "") {
    scratch_folder scratch;
    std::string const path = (scratch.path() / "in.csv").string();
    write_file(path, table);
    return run_lockstep(verb + " --input '" + path + "' " + flags);
}

}  // namespace lockstep
