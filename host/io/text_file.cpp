#include "host/io/text_file.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "host/base/error.h"

namespace lockstep {

std::string read_text_file(std::string const& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error))
        throw input_error(path + ": is a folder, not a file");
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (file.peek() != std::ifstream::traits_type::eof()) text << file.rdbuf();
    if (!file.is_open() || file.bad() || text.bad())
        throw input_error(path + ": cannot be read: " + std::generic_category().message(errno));
    return text.str();
}

}  // namespace lockstep
