#include "host/watch/board.h"

#include <utility>

namespace lockstep {

void board_history::add(board_point const& point) {
    before_ = seen_ == 0 ? point : latest_;
    latest_ = point;
    if (seen_++ % every_ != 0) return;
    points_.push_back(point);
    if (points_.size() < points_max) return;
    std::deque<board_point> kept;
    for (std::size_t i = 0; i < points_.size(); i += 2) kept.push_back(points_[i]);
    points_ = std::move(kept);
    every_ *= 2;
}

std::vector<board_point> board_history::points() const {
    std::vector<board_point> points(points_.begin(), points_.end());
    bool const latest_is_kept = seen_ > 0 && (seen_ - 1) % every_ == 0;
    if (seen_ > 0 && !latest_is_kept) points.push_back(latest_);
    return points;
}

}  // namespace lockstep
