#include "host/cli/progress_bar.h"

#include <unistd.h>

#include <algorithm>

#include "host/cli/say.h"

namespace lockstep {

progress_bar::progress_bar(std::size_t stages)
    : drawn_to_terminal_(::isatty(STDERR_FILENO) == 1), stages_(stages) {}

void progress_bar::show(std::string const& stage, std::size_t done, std::size_t all) {
    if (!drawn_to_terminal_) return;
    constexpr std::size_t width = 32;
    if (stage != stage_) {
        stage_ = stage;
        ++begun_;
    }
    double const part = all == 0 ? 0.0 : static_cast<double>(done) / static_cast<double>(all);
    double const whole = (static_cast<double>(begun_) - 1 + part) / static_cast<double>(stages_);
    auto const filled = std::min(width, static_cast<std::size_t>(whole * width));
    say("\r\033[K[{}{}] {}", std::string(filled, '#'), std::string(width - filled, '.'), stage_);
    std::fflush(stderr);
}

void progress_bar::clear() {
    if (drawn_to_terminal_ && begun_ > 0) say("\r\033[K");
    begun_ = 0;
    stage_.clear();
}

}  // namespace lockstep
