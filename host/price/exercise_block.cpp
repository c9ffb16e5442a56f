#include "host/price/exercise_block.h"

namespace lockstep {

void american_block::value(backend& with, std::vector<double> (&columns)[option_value_count],
                           std::vector<std::uint8_t>& status) {
    std::size_t const n = rows_.size();
    if (n == 0) return;
    status_.resize(n);
    option_values out{{}, status_.data(), n};
    for (std::size_t k = 0; k < american_value_count; ++k) {
        values_[k].resize(n);
        out.columns[k] = values_[k].data();
    }
    with.american(rows_.batch(), out);
    for (std::size_t at = 0; at < n; ++at) {
        std::size_t const i = rows_.place[at];
        for (std::size_t k = 0; k < american_value_count; ++k) columns[k][i] = values_[k][at];
        status[i] = status_[at];
    }
}

void schedule_block::clear() {
    rows_.clear();
    styles_.clear();
    first_event_.assign(1, 0);
    events_.clear();
}

void schedule_block::add(std::size_t place, option_inputs const& in, exercise_terms const& terms) {
    rows_.add(place, in);
    styles_.push_back(static_cast<std::uint8_t>(terms.style));
    events_.insert(events_.end(), terms.events.begin(), terms.events.end());
    first_event_.push_back(events_.size());
}

void schedule_block::value(backend& with, std::vector<double> (&columns)[option_value_count],
                           std::vector<std::uint8_t>& status) {
    std::size_t const n = rows_.size();
    if (n == 0) return;
    status_.resize(n);
    for (auto& column : values_) column.resize(n);
    with.scheduled({rows_.batch(), view_of(std::as_const(styles_)),
                    view_of(std::as_const(first_event_)), view_of(std::as_const(events_))},
                   {values_[0].data(), values_[1].data(), values_[2].data(), values_[3].data(),
                    status_.data(), n});
    for (std::size_t at = 0; at < n; ++at) {
        std::size_t const i = rows_.place[at];
        for (std::size_t k = 0; k < std::size(given); ++k)
            columns[static_cast<std::size_t>(given[k])][i] = values_[k][at];
        status[i] = status_[at];
    }
}

}  // namespace lockstep
