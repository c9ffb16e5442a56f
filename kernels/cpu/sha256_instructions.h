// SHA-256 by the processor's own instructions (SHA extensions), where it has them. They hash one
// message at a time, quicker than 4 or 8 vector lanes do and slower than 16: so they serve CPUs
// without AVX-512, and batches too small to fill the lanes.
#pragma once

#include "kernels/views.h"

namespace lockstep::cpu {

/// Whether this CPU has them.
bool has_sha256_instructions();

/// Messages [begin, end) of the batch; each digest goes to the place of its message.
void sha256_slice_by_instructions(message_batch const& batch, std::size_t begin, std::size_t end,
                                  sha256_digest* digests);

}  // namespace lockstep::cpu
