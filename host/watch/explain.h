// Why a watch says what it says of an account: every input, every scenario and every part of the
// requirement, computed once more by the serial specification (128-bit sums, position by position)
// from the risk arrays, so that a reader can do it again by hand.
#pragma once

#include <string>

#include "host/watch/watcher.h"

namespace lockstep {

class json_text;

/// "withheld_because": the reasons by name; nothing when there are none.
void write_reasons(json_text& json, std::uint16_t reasons);

/// One JSON object.
std::string explain(watcher& watch, account_id account);

}  // namespace lockstep
