#include "host/io/text_file.h"

#include <array>

#include "host/io/byte_source.h"

namespace lockstep {

std::string read_text_file(std::string const& path) try {
    std::string text;
    std::array<char, 65536> buffer;
    auto const source = open_bytes(path);
    while (std::size_t const n = source->read(buffer)) text.append(buffer.data(), n);
    return text;
} catch (damaged_source const& error) {
    throw input_error(path + ": " + error.what());
}

}  // namespace lockstep
