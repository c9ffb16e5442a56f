// Proofs as text: JSON with bytes in hexadecimal, described in data/FORMATS.md.
#pragma once

#include <string>
#include <string_view>

#include "host/io/hex.h"
#include "host/root/proof.h"

namespace lockstep {

/// The proof as JSON, ending in a line end.
std::string proof_text(row_proof const& proof);

struct proof_reading {
    proof_status status = proof_status::verified;
    std::string where;  // the field at fault: "tables[1].root"; empty when it is the text itself
    row_proof proof;    // whole when the status is `verified`, which here means no more than read
};

/// Reads a proof and nothing that is not one: no unknown, repeated or missing field, no capital
/// letter among the digits.
proof_reading read_proof(std::string_view text);

/// A digest from 64 hexadecimal digits.
proof_status read_digest(std::string_view text, sha256_digest& digest);

}  // namespace lockstep
