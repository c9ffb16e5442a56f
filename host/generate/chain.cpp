#include "host/generate/chain.h"

#include <string>

#include "host/generate/coins.h"
#include "host/generate/draws.h"
#include "host/generate/listed_series.h"
#include "host/io/number_text.h"
#include "host/io/timestamp.h"
#include "host/market/instrument_name.h"
#include "pricing/base/quantise.h"
#include "pricing/model/black.h"

namespace lockstep {
namespace {

constexpr char const* header =
    "timestamp,instrument_name,underlying,underlying_name,option_type,strike,expiry_datetime,"
    "time_to_maturity,bid_price,ask_price,mark_price,mid_price,futures_price,"
    "futures_instrument_name,implied_volatility,delta,vega,open_interest,volume,bid_ask_spread,"
    "currency,index_price,volume_usd\n";

constexpr double powers_of_ten[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

std::int64_t nearest(double value, int decimals) {
    return quantise_nearest(value, powers_of_ten[decimals]).value;
}
double from_units(std::int64_t units, int decimals) {
    return static_cast<double>(units) / powers_of_ten[decimals];
}

/// The market of one underlying, as the seed has it today.
struct coin_state {
    coin_terms const* terms;
    std::int64_t index_units;
    double index, vol, skew, basis;

    coin_state(coin_terms const& of, draws& from) : terms(&of) {
        index_units = nearest(of.spot * (0.9 + 0.2 * from.uniform()), of.price_decimals);
        index = from_units(index_units, of.price_decimals);
        vol = of.vol * (0.9 + 0.2 * from.uniform());
        skew = -0.05 - 0.25 * from.uniform();
        basis = 0.01 + 0.04 * from.uniform();
    }
    /// At the money: the short end lies below the long one.
    double at_the_money(double time) const { return vol * (1 - 0.3 * exponential(-4 * time)); }
    /// The SSVI surface of Gatheral and Jacquier (2014), equation 4.1, with phi = 1 / sqrt(theta):
    /// free of butterfly arbitrage because theta phi^2 (1 + |rho|) = 1 + |rho| <= 4.
    double vol_at(double log_moneyness, double time) const {
        double const atm = at_the_money(time);
        double const theta = atm * atm * time;
        double const phi_k = log_moneyness / square_root(theta);
        double const root = square_root((phi_k + skew) * (phi_k + skew) + 1 - skew * skew);
        double const total = theta / 2 * (1 + skew * phi_k + root);
        return square_root(total / time);
    }
};

/// One expiry of one underlying: what its rows have in common.
struct slice {
    coin_state const* coin;
    listed_expiry expiry;
    double time;  // ACT/365
    std::int64_t forward_units;
    double forward;
    std::string future;  // underlying_name
};

slice slice_of(coin_state const& coin, listed_expiry const& expiry, utc_ns now) {
    auto const& terms = *coin.terms;
    slice s{&coin, expiry, year_fraction(now, expiry.at), coin.index_units, coin.index, ""};
    if (expiry.is_daily) {
        s.future = "index_price";
        return s;
    }
    s.forward_units = nearest(coin.index * exponential(coin.basis * s.time), terms.price_decimals);
    s.forward = from_units(s.forward_units, terms.price_decimals);
    instrument_terms future;
    future.underlying = terms.name;
    future.settle_asset = terms.settled_in;
    future.kind = instrument_kind::future;
    future.settle = terms.inverse() ? settlement::inverse : settlement::linear;
    future.expiry = expiry.at;
    s.future = (expiry.has_future ? "" : "SYN.") + print_instrument_name(future);
    return s;
}

/// Prices of one option in units of its mark's last decimal, and what goes with them.
struct option_quote {
    std::int64_t vol_units;  // 1e-4: hundredths of a vol point
    std::int64_t mark, bid, ask;
    bool has_bid, has_ask;
    double delta, vega_per_point;  // Black-Scholes delta; USD
};

option_quote quote_of(slice const& s, std::int64_t strike_nanos, bool put, draws& from) {
    auto const& terms = *s.coin->terms;
    double const strike = from_units(strike_nanos, 9);
    double const vol = s.coin->vol_at(logarithm(strike / s.forward), s.time);
    option_quote q{};
    q.vol_units = nearest(vol, 4);
    option_inputs in{s.forward,
                     strike,
                     s.time,
                     0,
                     0,
                     from_units(q.vol_units, 4),
                     put ? option_flag::put : std::uint64_t{0}};
    auto const in_usd = value_option(in, option_depth::all);
    if (terms.inverse()) in.flags |= option_flag::inverse;
    double const mark = value_option(in, option_depth::all).price;
    double const unit_usd = terms.inverse() ? s.forward : 1;
    q.delta = in_usd.delta_usd;
    q.vega_per_point = in_usd.vega * 0.01;
    q.mark = nearest(mark, terms.mark_decimals);

    // Half a point of volatility to each side, and out to the next tick.
    auto const tick = terms.option_tick;
    auto const half = nearest(0.5 * q.vega_per_point / unit_usd, terms.mark_decimals);
    q.bid = (q.mark > half ? q.mark - half : 0) / tick * tick;
    q.ask = (q.mark + half + tick) / tick * tick;
    bool const bid_there = !from.happens(0.04);
    q.has_bid = bid_there && q.bid > 0;
    q.has_ask = !from.happens(0.02);
    return q;
}

class row_writer {
  public:
    row_writer(utc_ns time, std::function<void(std::string_view)> const& write)
        : time_(time), time_text_(stamp(time)), write_(write) {}

    void write(slice const& s, std::int64_t strike_nanos, bool put, draws& from) {
        auto const& terms = *s.coin->terms;
        auto const q = quote_of(s, strike_nanos, put, from);
        row_ = time_text_;
        text(name_of(s, strike_nanos, put));
        number(s.forward_units, terms.price_decimals);
        text(s.future);
        text(put ? "put" : "call");
        number(strike_nanos, 9);
        text(stamp(s.expiry.at));
        number(nearest(s.time * 365 / 365.25, 9), 9);
        quotes(q, terms.mark_decimals);
        if (s.expiry.is_daily) {
            row_ += ",,";
        } else {
            number(s.forward_units, terms.price_decimals);
            text(s.future);
        }
        number(q.vol_units, 4);
        number(nearest(q.delta, 5), 5);
        number(nearest(q.vega_per_point, 5), 5);
        activity(s, q, from);
        row_ += '\n';
        write_(row_);
    }

  private:
    static std::string stamp(utc_ns time) {
        auto text = time_text(time);
        text.pop_back();  // Z
        return text + "+00:00";
    }
    static std::string name_of(slice const& s, std::int64_t strike_nanos, bool put) {
        auto const& terms = *s.coin->terms;
        instrument_terms option;
        option.underlying = terms.name;
        option.settle_asset = terms.settled_in;
        option.type = put ? option_type::put : option_type::call;
        option.settle = terms.inverse() ? settlement::inverse : settlement::linear;
        option.strike = {strike_nanos};
        option.expiry = s.expiry.at;
        return print_instrument_name(option);
    }
    void text(std::string_view value) {
        row_ += ',';
        row_ += value;
    }
    void number(std::int64_t units, int decimals) {
        row_ += ',';
        append_scaled(row_, units, decimals);
    }
    void quotes(option_quote const& q, int decimals) {
        q.has_bid ? number(q.bid, decimals) : text("");
        q.has_ask ? number(q.ask, decimals) : text("");
        number(q.mark, decimals);
        bool const both_sides = q.has_bid && q.has_ask;
        both_sides ? number((q.bid + q.ask) * 5, decimals + 1) : text("");
        both_sides_ = both_sides;
    }
    /// Open interest, volume, spread, currency, index, volume in USD.
    void activity(slice const& s, option_quote const& q, draws& from) {
        auto const& terms = *s.coin->terms;
        auto const lots = [&](double idle, double mean) {
            bool const none = from.happens(idle);
            auto const count = from.count_with_mean(mean, 1'000'000);
            return none ? 0 : static_cast<std::int64_t>(count);
        };
        std::int64_t const open = lots(0.17, 900) * terms.option_lot;
        std::int64_t const traded = lots(0.6, 60) * terms.option_lot;
        number(open, 9);
        number(traded, 9);
        both_sides_ ? number(q.ask - q.bid, terms.mark_decimals) : text("");
        text(terms.settled_in);
        number(s.coin->index_units, terms.price_decimals);
        double const usd = from_units(q.mark, terms.mark_decimals) *
                           (terms.inverse() ? s.coin->index : 1) * from_units(traded, 9);
        number(nearest(usd, 2), 2);
    }

    utc_ns time_;
    std::string time_text_;
    std::function<void(std::string_view)> const& write_;
    std::string row_;
    bool both_sides_ = false;
};

std::int64_t step_of(coin_terms const& terms, double time) {
    return terms.strike_steps[time < 0.1 ? 0 : time < 0.5 ? 1 : 2];
}

}  // namespace

void write_chain(chain_plan const& plan, std::function<void(std::string_view)> const& write) {
    auto const expiries = expiries_after(plan.time);
    auto const expiry_count = static_cast<std::uint32_t>(expiries.size());
    row_writer rows(plan.time, write);
    write(header);
    for (std::size_t c = 0; c < coins.size(); ++c) {
        auto const& terms = coins[c];
        draws from(plan.seed, draw_stream::chain, c);
        coin_state const coin(terms, from);
        std::uint32_t const pairs = plan.options_per_underlying / terms.options_divisor / 2;
        for (std::uint32_t e = 0; e < expiry_count; ++e) {
            auto const s = slice_of(coin, expiries[e], plan.time);
            // Later expiries get what an even split leaves over.
            std::uint32_t const strikes = (pairs + e) / expiry_count;
            double const width = 2.5 * coin.at_the_money(s.time) * square_root(s.time);
            for (auto strike : strikes_around(s.forward, width, step_of(terms, s.time), strikes))
                for (bool put : {false, true}) rows.write(s, strike, put, from);
        }
    }
}

}  // namespace lockstep
