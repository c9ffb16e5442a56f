#include "host/cli/rejected.h"

#include "host/cli/say.h"

namespace lockstep {

void say_what_was_rejected(exception_log const& rejected) {
    constexpr std::size_t most = 20;
    std::size_t said = 0;
    for (exception_row const& row : rejected) {
        if (said++ == most) break;
        say("lockstep: {}:{}: {}{}\n", row.file, row.line,
            row.field.empty() ? "" : fmt::format("field '{}': ", row.field), row.reason);
    }
    if (rejected.size() > most)
        say("lockstep: and {} more; lockstep risk writes them all to a table\n",
            rejected.size() - most);
}

}  // namespace lockstep
