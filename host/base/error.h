// What goes wrong outside of the program, said so that the reader can mend it: which file, which
// line, which field.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace lockstep {

/// An input that cannot be used at all. A single bad record is not one: it becomes a row of
/// exceptions.csv and the run goes on.
struct input_error : std::runtime_error {
    using std::runtime_error::runtime_error;
    input_error(std::string const& file, std::uint64_t line, std::string const& what)
        : runtime_error(file + ":" + std::to_string(line) + ": " + what) {}
};

/// The machine refused: disk full, file not writable, no device.
struct machine_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace lockstep
