// Where tests find the checkout, its data and the command. One file is told by the build, so that
// the rest compiles to the same bytes wherever the checkout is.
#pragma once

#include <string>

namespace lockstep {

std::string source_path(std::string const& part);
std::string data_path(std::string const& part);

/// The command that was built with the tests.
std::string lockstep_binary();

/// What starts a command on a number of ranks, the number to follow; empty without MPI.
std::string mpi_launcher();

}  // namespace lockstep
