// What options are asked beside what they say of themselves; a fault here is a fault of usage.
#pragma once

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace lockstep {

/// More threads than cores have their uses; more than these take seconds to start.
inline constexpr int threads_max = 1024;

/// A CPU instruction set by name; whether this machine has it is another question.
inline CLI::Validator instruction_set() { return CLI::IsMember({"base", "v3", "v4"}); }

/// A number from low to high. CLI::Range lets through what compares with nothing: nan. Stands here
/// whole for bench, which links without the other commands.
inline CLI::Validator number_between(double low, double high) {
    return {[=](std::string& text) {
                double value = 0;
                if (CLI::detail::lexical_cast(text, value) && value >= low && value <= high)
                    return std::string();
                return fmt::format("{} is not a number from {} to {}", text, low, high);
            },
            fmt::format("FLOAT in [{} - {}]", low, high)};
}

/// The name of a margin model.
CLI::Validator known_margin_model();

/// Options of whole numbers, of this command and those under it, take 1000, 0x3e8 and 1e3, and none
/// that 64 bits cannot hold; those that count take none below zero. CLI11 alone would read 010 as
/// eight, as C does, and turn -1, and what is too large, into the largest number that there is.
/// Blanks are refused because a sign or zeros could hide behind them.
void read_whole_numbers(CLI::App& app);

/// Options of text take none that is empty, in this command and those under it: that of a variable
/// that the shell does not know would ask for nothing, and nobody would notice.
void refuse_empty_text(CLI::App& app);

/// Refuses standard input and pipes for what a manifest has to name the digest of, which reads it
/// once more. Of a folder the tables of a portfolio are asked.
void expect_files(char const* command, std::vector<std::string> const& inputs);

/// Refuses an output that is, or holds, what the command reads: replacing it would destroy its own
/// inputs. Empty names and what does not exist are no inputs, "-" is standard input. Throws
/// CLI::ValidationError, also for an output without a name.
void keep_apart(std::string const& out, std::vector<std::string> const& inputs,
                char const* option = "--out");

/// The same of a store, in which no output may lie either.
void keep_out_of_store(std::string const& out, std::string const& store);

/// Refuses an output that lies in a folder of inputs: the next run would read it as one of them.
void keep_out_of_folder(std::string const& out, std::string const& folder);

/// Throws machine_error where what was printed cannot be written. Asked before an output is put in
/// its place: a command that fails leaves there what was.
void expect_printed();

/// Refuses to make a store in a folder that holds something else, and in an output, which the next
/// run replaces with all that is in it. A store that is there already is left where it is, but for
/// one inside another: going on with a checkpoint would make it one of another block.
void keep_in_own_folder(std::string const& store);

}  // namespace lockstep
