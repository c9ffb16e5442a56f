// Some rows of a block, gathered side by side for a verb of the backend that is not for all of
// them.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "kernels/views.h"
#include "pricing/model/black.h"

namespace lockstep {

struct gathered_options {
    std::vector<std::size_t> place;  // in the block
    std::vector<double> underlying, strike, time, rate, dividend, vol;
    std::vector<std::uint8_t> flags;

    std::size_t size() const { return place.size(); }
    void clear() {
        place.clear();
        for (auto* column : {&underlying, &strike, &time, &rate, &dividend, &vol}) column->clear();
        flags.clear();
    }
    void add(std::size_t place_in_block, option_inputs const& in) {
        place.push_back(place_in_block);
        underlying.push_back(in.underlying);
        strike.push_back(in.strike);
        time.push_back(in.time);
        rate.push_back(in.rate);
        dividend.push_back(in.dividend);
        vol.push_back(in.vol);
        flags.push_back(static_cast<std::uint8_t>(in.flags));
    }
    option_batch batch() const {
        return {view_of(underlying), view_of(strike), view_of(time), view_of(rate),
                view_of(dividend),   view_of(vol),    view_of(flags)};
    }
};

}  // namespace lockstep
