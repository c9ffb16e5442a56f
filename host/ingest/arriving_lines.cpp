#include "host/ingest/arriving_lines.h"

#include <algorithm>

namespace lockstep {

bool arriving_lines::next(sight const& see) {
    std::size_t const count = source_->read(bytes_);
    if (count > 0) {
        take({bytes_.data(), count}, see);
        return true;
    }
    bool const cut_short = end_ != nullptr && end_->has_come();
    if (!line_.empty() && !cut_short) show(see);
    return false;
}

void arriving_lines::take(std::string_view bytes, sight const& see) {
    while (!bytes.empty()) {
        std::size_t const end = bytes.find('\n');
        keep(bytes.substr(0, end));
        if (end == std::string_view::npos) return;
        show(see);
        bytes.remove_prefix(end + 1);
    }
}

/// No more of a line than says that it is too long.
void arriving_lines::keep(std::string_view bytes) {
    constexpr std::size_t most = longest_line + 2;
    line_.append(bytes.substr(0, most - std::min(most, line_.size())));
}

void arriving_lines::show(sight const& see) {
    text_line line{line_, number_};
    if (number_ == 1 && line.text.starts_with("\xEF\xBB\xBF")) line.text.remove_prefix(3);
    if (line.text.ends_with('\r')) line.text.remove_suffix(1);
    ++number_;
    see(line);
    line_.clear();
}

}  // namespace lockstep
