#include "host/generate/log_market.h"

#include <algorithm>

#include "host/generate/coins.h"
#include "host/risk/valuation.h"
#include "margin/ledger/create.h"
#include "pricing/base/quantise.h"

namespace lockstep {

namespace {

// Standard margin of a large exchange: options by the coin, futures by leverage of fifty
// (margin/standard.h names the source); in units of 100 ppm, maintenance in the upper half.
constexpr std::uint32_t option_margin = 1'500 | 750u << 16;
constexpr std::uint32_t future_margin = 200 | 100u << 16;
constexpr std::uint32_t band_ppm = 500'000;

/// One unit of the last decimal that the coin's option prices have.
std::int64_t option_tick(market const& m, std::uint32_t instrument) {
    coin_terms const* coin =
        find_coin(m.underlyings[m.instruments[instrument].underlying.value].name);
    std::int64_t tick = nanos_per_unit;
    for (int i = 0; i < coin->mark_decimals; ++i) tick /= 10;
    return tick;
}

}  // namespace

log_market::log_market(market const& first, backend& device)
    : now_(first),
      device_(device),
      terms_(contracts_of(first)),
      listings_(first.instruments.size()),
      quoted_(first.instruments.size(), 1) {
    for (std::uint32_t i = 0; i < listings_.size(); ++i) make_listing(list(i), 0, listings_[i]);
    value();
}

transaction_row log_market::list(std::uint32_t instrument) const {
    instrument_row const& row = now_.instruments[instrument];
    contract const& terms = terms_.by_instrument[instrument];
    transaction_row t{};
    t.kind = transaction_kind::create_instrument;
    t.asset = row.settle_asset.value;
    t.counterparty = row.underlying.value;
    t.contract = static_cast<std::uint8_t>(static_cast<unsigned>(row.kind) |
                                           static_cast<unsigned>(row.type) << 2 |
                                           static_cast<unsigned>(row.settle) << 3);
    t.trigger = row.strike.nanos;
    t.until = row.expiry.value;
    t.price = is_option(instrument) ? option_tick(now_, instrument) : terms.price_tick;
    t.amount = terms.lot;
    t.user_data = band_ppm;
    t.aux[0] = is_option(instrument) ? option_margin : future_margin;
    return t;
}

transaction_row log_market::mark(std::uint32_t instrument) const {
    transaction_row t{};
    t.kind = transaction_kind::mark_update;
    t.instrument = instrument;
    t.price = listings_[instrument].mark.nanos;
    return t;
}

void log_market::apply(tick const& t) {
    now_.time = t.time;
    for (index_change const& index : t.indexes)
        now_.underlyings[index.underlying.value].index = index.index;
    std::fill(quoted_.begin(), quoted_.end(), 0);
    for (mark_change const& mark : t.marks) {
        now_.quotes[mark.instrument.value].underlying = mark.underlying;
        now_.quotes[mark.instrument.value].vol = mark.vol;
        quoted_[mark.instrument.value] = 1;
    }
    value();
}

void log_market::expired(std::uint32_t instrument) {
    listings_[instrument].flags |= listing_flag::expired;
}

/// A price at the nearest nano, and one tick at least; what has none is not quoted.
void log_market::value() {
    valuation const values = value_instruments(now_, device_);
    for (std::uint32_t i = 0; i < listings_.size(); ++i) {
        checked_int64 const price = quantise_nearest(values.price(i), 1e9);
        if (values.status[i] != value_status::valued || price.overflowed) quoted_[i] = 0;
        if (quoted_[i] != 0) listings_[i].mark = {std::max(price.value, listings_[i].tick.nanos)};
    }
}

}  // namespace lockstep
