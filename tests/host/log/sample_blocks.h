// Blocks that tests of either form of the log write and read back.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/state/engine_state.h"

namespace lockstep {

std::vector<block> some_blocks();

/// Signatures of no key, each byte different from its neighbour; the second command has none.
block signed_block(std::int64_t time = 5);

/// A command with every field set that a reader knows, to values that differ from field to field.
transaction_row full_command(transaction_kind kind);

/// Of a log in either form.
std::vector<block> read_log(std::filesystem::path const& path);

/// What the refusal says; empty when the log was taken.
std::string refusal_of(std::filesystem::path const& path);

bool same(std::vector<block> const& a, std::vector<block> const& b);

}  // namespace lockstep
