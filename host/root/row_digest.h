// The digest of rows: SHA-256 over equal groups of rows, many groups at a time, and then over the
// groups' digests. What a block's receipts, its commands and a book's orders are known by.
#pragma once

#include <cstddef>
#include <vector>

#include "kernels/backend.h"
#include "pricing/base/sha256.h"

namespace lockstep {

/// SHA-256 of one message by the quickest means at hand.
sha256_digest fast_sha256(void const* bytes, std::size_t count);

class row_digester {
  public:
    /// The backend must outlive it.
    explicit row_digester(backend& hasher) : hasher_(&hasher) {}

    /// The digest of `count` rows that lie one after the other; data/FORMATS.md defines it.
    sha256_digest operator()(void const* rows, std::size_t count, std::size_t row_bytes);

  private:
    backend* hasher_;
    std::vector<sha256_digest> groups_;
};

}  // namespace lockstep
