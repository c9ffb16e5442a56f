// Option quotes made from surfaces that are known, so that a fit can be held against the truth.
#pragma once

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "host/surface/quote_table.h"
#include "pricing/base/random.h"
#include "pricing/market/svi.h"
#include "pricing/model/black.h"

namespace lockstep {

inline constexpr utc_ns quoted_at{1'780'000'000'000'000'000};

/// One expiry to quote. Prices are discounted; coin prices (inverse) are not.
struct quoted_smile {
    svi_raw curve;
    double days;
    double forward = 100;
    double discount = 1;
    double low = -3, high = 3;  // strikes, in standard deviations
    int strikes = 21;
    double half_spread = 0.005;  // in vol
    double noise = 0;            // in half spreads
    bool inverse = false;
    bool tells_forward = true;
};

inline double price_of(double forward, double strike, double time, double vol, bool put) {
    std::uint64_t const flags = put ? option_flag::put : 0;
    return value_option({forward, strike, time, 0, 0, vol, flags}, option_depth::price).price;
}

inline void add_smile(quote_table& table, std::uint32_t book, quoted_smile const& s) {
    double const time = s.days / 365, unit = std::sqrt(svi_at(s.curve, 0).variance);
    utc_ns const expiry{quoted_at.value + static_cast<std::int64_t>(s.days * 86400e9)};
    for (int i = 0; i < s.strikes; ++i) {
        double const k = unit * (s.low + (s.high - s.low) * i / std::max(1, s.strikes - 1));
        double const strike = s.forward * std::exp(k);
        double const drawn = standard_normal(
            philox4x32(static_cast<std::uint64_t>(i), table.quotes.size(), 99).first);
        double const vol =
            std::sqrt(svi_at(s.curve, k).variance / time) + s.noise * s.half_spread * drawn;
        double const factor = s.inverse ? 1 / s.forward : s.discount;
        for (bool const put : {false, true}) {
            option_quote q;
            q.name = std::to_string(table.quotes.size());
            q.book = book;
            q.type = put ? option_type::put : option_type::call;
            q.inverse = s.inverse;
            q.strike = strike;
            q.expiry = expiry;
            if (s.tells_forward) q.forward = s.forward;
            auto const price = [&](double v) {
                double const p = factor * price_of(s.forward, strike, time, v, put);
                return p > 0 ? p : not_quoted;
            };
            q.bid = price(std::max(vol - s.half_spread, 0.01));
            q.ask = price(vol + s.half_spread);
            q.mark = price(vol);
            table.quotes.push_back(std::move(q));
        }
    }
}

inline quote_table empty_table(std::size_t books = 1) {
    quote_table table;
    table.source = "made";
    table.time = quoted_at;
    for (std::size_t b = 0; b < books; ++b)
        table.books.push_back({"book" + std::to_string(b), 100});
    return table;
}

/// A curve of ordinary shape at a vol and a time.
inline svi_raw ordinary_curve(double days, double vol = 0.6, double rho = -0.3) {
    double const unit = vol * vol * days / 365, root = std::sqrt(unit);
    return {0.5 * unit, 0.22 * root, rho, 0.2 * root, 1.3 * root};
}

}  // namespace lockstep
