#include "bench/inputs.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace lockstep::bench {

option_columns::option_columns(std::size_t count, std::uint64_t seed, std::uint8_t every_row) {
    for (auto* column : {&underlying, &strike, &time, &rate, &dividend, &vol})
        column->resize(count);
    flags.resize(count);
    draws const draw(seed, 1);
    for (std::size_t i = 0; i < count; ++i) {
        underlying[i] = draw.between(i, 0, 20'000, 120'000);
        strike[i] = underlying[i] * exponential(draw.between(i, 1, -0.5, 0.5));
        time[i] = static_cast<double>(1 + draw.one_of(i, 2, 730)) / 365.0;
        vol[i] = draw.between(i, 3, 0.2, 1.2);
        rate[i] = draw.between(i, 4, 0.0, 0.06);
        dividend[i] = draw.between(i, 5, 0.0, 0.03);
        bool const put = draw.one_of(i, 6, 2) == 1;
        flags[i] = static_cast<std::uint8_t>(every_row | (put ? option_flag::put : 0));
    }
}

option_batch option_columns::first(std::size_t count) const {
    std::size_t const n = std::min(count, underlying.size());
    return {{underlying.data(), n}, {strike.data(), n}, {time.data(), n}, {rate.data(), n},
            {dividend.data(), n},   {vol.data(), n},    {flags.data(), n}};
}

std::string digest_text(digest128 digest) {
    return fmt::format("{:016x}{:016x}", digest.hi, digest.lo);
}

}  // namespace lockstep::bench
