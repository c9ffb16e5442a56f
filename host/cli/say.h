// Words to standard error, where what a command does is told while its results go elsewhere.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <utility>

namespace lockstep {

/// Words that cannot be written, for a full disk or a closed descriptor, are lost and nothing else
/// is: neither the result nor the exit code hangs on them.
template <class... PartsT>
void say(fmt::format_string<PartsT...> text, PartsT&&... parts) {
    std::string const words = fmt::format(text, std::forward<PartsT>(parts)...);
    std::fwrite(words.data(), 1, words.size(), stderr);
}

}  // namespace lockstep
