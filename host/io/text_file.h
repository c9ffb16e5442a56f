// A small file, whole.
#pragma once

#include <string>

namespace lockstep {

/// Its bytes, unpacked if it is gzip. Throws input_error with its name, also when it is a folder.
std::string read_text_file(std::string const& path);

}  // namespace lockstep
