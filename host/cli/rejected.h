// What a command says of rejected records that it writes to no table.
#pragma once

#include "host/base/exceptions.h"

namespace lockstep {

/// The first of the records that are not used, on standard error, and how many more there are.
void say_what_was_rejected(exception_log const& rejected);

}  // namespace lockstep
