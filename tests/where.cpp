#include "tests/where.h"

namespace lockstep {

std::string source_path(std::string const& part) { return LOCKSTEP_SOURCE_DIR "/" + part; }
std::string data_path(std::string const& part) { return source_path("data/" + part); }

std::string lockstep_binary() { return LOCKSTEP_BINARY; }
std::string mpi_launcher() { return LOCKSTEP_MPIEXEC; }

}  // namespace lockstep
