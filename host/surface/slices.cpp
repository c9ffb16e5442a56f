#include "host/surface/slices.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "host/market/median.h"
#include "pricing/base/exp_log.h"
#include "pricing/model/implied_vol_status.h"

namespace lockstep {

namespace {

/// No quote is trusted further than this, in vol: an SVI curve is no better a description of a
/// market, and without it the money, whose spreads are narrow, would be all that counts.
constexpr double vol_floor = 0.003;
/// Bid and ask further apart than this, in vols of their middle, are no opinion about the vol.
constexpr double too_wide = 0.5;
/// What a mark without bid and ask is trusted to.
constexpr double vol_of_unquoted_mark = 0.05;

using row_list = std::vector<std::uint32_t>;

/// Rows by book, expiry, strike and type.
row_list in_order(quote_table const& table) {
    row_list rows(table.quotes.size());
    for (std::uint32_t i = 0; i < rows.size(); ++i) rows[i] = i;
    auto const key = [&](std::uint32_t i) {
        option_quote const& q = table.quotes[i];
        return std::tuple(q.book, q.expiry.value, q.strike, q.type);
    };
    std::ranges::sort(rows, [&](auto a, auto b) { return key(a) < key(b); });
    return rows;
}

bool two_sided(option_quote const& q) { return q.bid <= q.ask; }  // false for NaN, too

/// Calls and puts of one strike that both have a bid and an ask.
std::vector<parity_pair> pairs_of(quote_table const& table, surface_slice const& slice) {
    std::vector<parity_pair> pairs;
    for (std::size_t i = 0; i + 1 < slice.quotes.size(); ++i) {
        option_quote const& call = table.quotes[slice.quotes[i].row];
        option_quote const& put = table.quotes[slice.quotes[i + 1].row];
        if (call.strike != put.strike || !two_sided(call) || !two_sided(put)) continue;
        double const spread = 0.5 * (call.ask - call.bid) + 0.5 * (put.ask - put.bid);
        double const difference = 0.5 * (call.bid + call.ask) - 0.5 * (put.bid + put.ask);
        // Quotes without any spread at all would weigh infinitely.
        double const least = 1e-6 * call.strike;
        pairs.push_back({call.strike, difference, std::max(spread, least)});
    }
    return pairs;
}

void set_forward(quote_table const& table, surface_slice& slice) {
    std::vector<double> forwards;
    for (surface_quote const& q : slice.quotes)
        if (double const f = table.quotes[q.row].forward; !std::isnan(f)) forwards.push_back(f);
    slice.forward = lower_median(std::move(forwards));
    if (!std::isnan(slice.forward)) return;
    slice.by_parity = true;
    std::vector<parity_pair> const pairs = pairs_of(table, slice);
    slice.parity = fit_parity({pairs.data(), pairs.size()});
    if (slice.parity.status == parity_status::computed && slice.parity.forward > 0) {
        slice.forward = slice.parity.forward;
        slice.discount = slice.parity.discount;
    } else {
        slice.status = slice_status::no_forward;
    }
}

quote_use first_reason(option_quote const& q, surface_slice const& slice, fitted_price price) {
    if (price == fitted_price::mark) {
        if (std::isnan(q.mark)) return quote_use::is_not_quoted;
    } else {
        if (std::isnan(q.bid) && std::isnan(q.ask)) return quote_use::is_not_quoted;
        if (std::isnan(q.bid)) return quote_use::has_no_bid;
        if (std::isnan(q.ask)) return quote_use::has_no_ask;
        if (q.bid > q.ask) return quote_use::is_crossed;
    }
    return std::isnan(slice.forward) ? quote_use::has_no_forward : quote_use::used;
}

/// Prices whose vols are wanted, in columns for the backend: three for each quote.
class vol_columns {
  public:
    enum which : std::size_t { middle, bid, ask, per_quote };

    explicit vol_columns(std::size_t quotes) {
        for (auto* column : {&forward_, &strike_, &time_, &price_, &discount_})
            column->reserve(quotes * per_quote);
        flags_.reserve(quotes * per_quote);
    }
    void add(option_quote const& q, surface_slice const& slice, fitted_price source) {
        double const forward = std::isnan(q.forward) ? slice.forward : q.forward;
        double const unit = q.inverse ? forward : 1.0;
        double const mid = source == fitted_price::mark ? q.mark : 0.5 * (q.bid + q.ask);
        for (double const price : {mid, q.bid, q.ask}) {
            forward_.push_back(forward);
            strike_.push_back(q.strike);
            time_.push_back(slice.time);
            price_.push_back(std::isnan(price) ? 0.0 : price * unit);
            discount_.push_back(slice.discount);
            flags_.push_back(q.type == option_type::put ? implied_vol_flag::put : 0);
        }
    }
    void invert(backend& device) {
        std::size_t const n = price_.size();
        vol_.resize(n), error_.resize(n), status_.resize(n);
        if (n == 0) return;
        device.implied_vol({view_of(std::as_const(forward_)), view_of(std::as_const(strike_)),
                            view_of(std::as_const(time_)), view_of(std::as_const(price_)),
                            view_of(std::as_const(discount_)), view_of(std::as_const(flags_))},
                           {vol_.data(), error_.data(), status_.data(), n});
    }
    /// Absent where no vol gives the price.
    double vol(std::size_t quote, which w) const {
        std::size_t const i = quote * per_quote + w;
        return status_[i] == 0 ? vol_[i] : not_quoted;
    }

  private:
    std::vector<double> forward_, strike_, time_, price_, discount_, vol_, error_;
    std::vector<std::uint8_t> flags_, status_;
};

/// A middle between a price that some vol gives and one that none does says nothing about vols.
void take_vols(vol_columns const& vols, std::size_t place, fitted_price source, option_type type,
               surface_quote& q) {
    bool const in_the_money = type == option_type::call ? q.k < 0 : q.k > 0;
    q.vol = vols.vol(place, vol_columns::middle);
    q.vol_bid = vols.vol(place, vol_columns::bid);
    q.vol_ask = vols.vol(place, vol_columns::ask);
    bool const sides = !std::isnan(q.vol_bid) && !std::isnan(q.vol_ask);
    if (std::isnan(q.vol) || (source == fitted_price::mid && !sides)) q.use = quote_use::has_no_vol;
    if (source == fitted_price::mark && in_the_money) q.use = quote_use::is_in_the_money;
    if (q.vol_ask - q.vol_bid > too_wide * q.vol) q.use = quote_use::is_too_wide;
}

/// One option for each strike: that out of the money when it can be used.
void choose_sides(quote_table const& table, surface_slice& slice) {
    for (std::size_t i = 0; i + 1 < slice.quotes.size(); ++i) {
        surface_quote &call = slice.quotes[i], &put = slice.quotes[i + 1];
        if (table.quotes[call.row].strike != table.quotes[put.row].strike) continue;
        if (call.use != quote_use::used || put.use != quote_use::used) continue;
        (call.k < 0 ? call : put).use = quote_use::other_side_is_used;
    }
}

void set_points(surface_slice& slice) {
    for (surface_quote const& q : slice.quotes) {
        if (q.use != quote_use::used) continue;
        double const half = 0.5 * (q.vol_ask - q.vol_bid);
        // NaN where a side is missing, which only a fit to marks lets pass.
        double const own = half >= 0 ? half : vol_of_unquoted_mark;
        double const spread = square_root(own * own + vol_floor * vol_floor);
        slice.points.push_back(
            {q.k, q.vol * q.vol * slice.time, 2.0 * q.vol * spread * slice.time});
    }
    std::ranges::stable_sort(slice.points, {}, &variance_quote::k);
    slice.used = static_cast<std::uint32_t>(slice.points.size());
}

}  // namespace

char const* word(quote_use use) {
    constexpr char const* words[quote_use_count] = {
        "used",       "other_side_is_used", "is_not_quoted", "has_no_bid",  "has_no_ask",
        "is_crossed", "has_no_forward",     "has_no_vol",    "is_too_wide", "is_in_the_money"};
    return words[static_cast<unsigned>(use)];
}

char const* word(slice_status status) {
    constexpr char const* words[slice_status_count] = {
        "fitted",           "repaired",  "borrowed_for_few_quotes", "borrowed_for_arbitrage",
        "no_usable_quotes", "no_forward"};
    return words[static_cast<unsigned>(status)];
}

char const* sentence(slice_status status) {
    constexpr char const* sentences[slice_status_count] = {
        "is fitted",
        "is fitted under penalties: the best fit allowed arbitrage",
        "is borrowed from SSVI or a neighbour: there are too few quotes for one of its own",
        "is borrowed from SSVI or a neighbour: none of its own is free of arbitrage",
        "has no quote that can be used",
        "has no forward: put-call parity gives none"};
    return sentences[static_cast<unsigned>(status)];
}

std::vector<surface_slice> make_slices(quote_table const& table, surface_options const& options,
                                       backend& device) {
    std::vector<surface_slice> slices;
    for (std::uint32_t const row : in_order(table)) {
        option_quote const& q = table.quotes[row];
        if (slices.empty() || slices.back().book != q.book || !(slices.back().expiry == q.expiry)) {
            slices.emplace_back();
            slices.back().book = q.book;
            slices.back().expiry = q.expiry;
            slices.back().time = year_fraction(table.time, q.expiry);
        }
        slices.back().quotes.push_back({.row = row});
    }
    vol_columns vols(table.quotes.size());
    for (surface_slice& slice : slices) {
        set_forward(table, slice);
        for (surface_quote& q : slice.quotes) {
            option_quote const& quoted = table.quotes[q.row];
            double const forward = std::isnan(quoted.forward) ? slice.forward : quoted.forward;
            if (!std::isnan(forward)) q.k = logarithm(quoted.strike / forward);
            q.use = first_reason(quoted, slice, options.price);
            if (q.use == quote_use::used) vols.add(quoted, slice, options.price);
        }
    }
    vols.invert(device);
    std::size_t place = 0;
    for (surface_slice& slice : slices) {
        for (surface_quote& q : slice.quotes)
            if (q.use == quote_use::used)
                take_vols(vols, place++, options.price, table.quotes[q.row].type, q);
        choose_sides(table, slice);
        set_points(slice);
    }
    return slices;
}

}  // namespace lockstep
