// Where blocks come from: a binary log, JSON lines, or a generator.
#pragma once

#include <memory>
#include <string>

#include "host/state/engine_state.h"

namespace lockstep {

class block_source {
  public:
    block_source() = default;
    block_source(block_source const&) = delete;
    block_source& operator=(block_source const&) = delete;
    virtual ~block_source() = default;

    /// The next block, in the memory of `b`; false at the end. Throws input_error, with the file
    /// and where in it, when what follows is no block.
    virtual bool next(block& b) = 0;

    /// Told, before the first block, how many blocks the exchange has had and when the last one
    /// was. True: the source goes on from there; false: it begins with the exchange's first block.
    virtual bool goes_on_after(std::uint64_t blocks, std::int64_t time) {
        static_cast<void>(blocks);
        static_cast<void>(time);
        return false;
    }
};

/// Opens a log in either form, plain or gzip, "-" for standard input; sees from its first bytes
/// which it is.
std::unique_ptr<block_source> open_log(std::string const& path);

}  // namespace lockstep
