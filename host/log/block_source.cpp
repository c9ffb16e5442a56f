#include "host/log/block_source.h"

#include <cstring>

#include "host/io/byte_source.h"
#include "host/log/binary_log.h"
#include "host/log/format.h"
#include "host/log/json_log.h"

namespace lockstep {

std::unique_ptr<block_source> open_log(std::string const& path) {
    std::unique_ptr<byte_source> source = open_bytes(path);
    std::string const front = peek(source, sizeof log_magic);
    bool const binary = front.size() == sizeof log_magic &&
                        std::memcmp(front.data(), &log_magic, sizeof log_magic) == 0;
    if (binary) return std::make_unique<binary_log_reader>(path, std::move(source));
    return std::make_unique<json_log_reader>(path, std::move(source));
}

}  // namespace lockstep
