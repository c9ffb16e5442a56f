// Fills margin/model/leverage_tiers.h from a portfolio of linear perpetuals. Quantums are nanos.
#include <cmath>
#include <utility>

#include "host/margin/query/models.h"
#include "host/margin/query/preset_checks.h"
#include "host/margin/toml_reader.h"
#include "margin/model/leverage_tiers.h"
#include "pricing/base/exp_log.h"

namespace lockstep {

namespace {

/// What the formulas multiply further, in 128 bits, takes no more than 64.
int128 stated(int128 amount, std::string const& what) {
    if (!fits_int64(amount))
        throw input_error("model leverage: " + what + " is too large to be stated");
    return amount;
}

class leverage_model : public margin_model {
  public:
    leverage_model(leverage::tier t, std::int64_t adjustment, std::int64_t spread)
        : tier_(t), adjustment_ppm_(adjustment), spread_ppm_(spread) {}

    std::uint32_t keys_read() const override { return query_key::of_positions; }
    margin_answer answer_to(margin_query const& q) const override {
        int128 const cash = cash_of(q);
        std::vector<position> const held = positions_of(q);
        totals const sum = totals_of(cash, held);
        margin_answer a;
        static_cast<margin_amounts&>(a) = amounts_of(sum);
        for (position const& p : held)
            if (p.size != 0) add_prices(a, p, sum.account);
        return a;
    }
    std::vector<margin_amounts> amounts_without_each(margin_query const& q) const override {
        std::vector<position> const held = positions_of(q);
        std::vector<margin_amounts> all;
        for (std::size_t leg = 0; leg < held.size(); ++leg)
            all.push_back(amounts_of(totals_of(cash_of(q), held, leg)));
        return all;
    }

  private:
    struct position {
        std::string name;
        std::int64_t size;
        leverage::fraction price;
        int128 gain;
        int128 initial, maintenance;
    };
    struct totals {
        leverage::account_risk account;
        int128 initial;
    };

    std::vector<position> positions_of(margin_query const& q) const {
        std::vector<position> all;
        for (query_leg const& leg : q.legs) all.push_back(read(q, leg));
        return all;
    }
    static int128 cash_of(margin_query const& q) {
        return nanos_of(q.cash, "model leverage: the cash");
    }
    static totals totals_of(int128 cash, std::vector<position> const& held,
                            std::size_t without = no_leg) {
        int128 equity = cash;
        totals sum{};
        for (std::size_t i = 0; i < held.size(); ++i) {
            if (i == without) continue;
            equity += held[i].gain;
            sum.initial += held[i].initial;
            sum.account.maintenance += held[i].maintenance;
        }
        sum.account.net_collateral = stated(equity, "the equity");
        stated(sum.account.maintenance, "the maintenance margin");
        return sum;
    }
    static margin_amounts amounts_of(totals const& sum) {
        return {units(sum.account.net_collateral), units(sum.initial),
                units(sum.account.maintenance)};
    }

    position read(margin_query const& q, query_leg const& leg) const {
        query_underlying const& u = underlying_of(q, leg);
        if (leg.terms.kind != instrument_kind::perpetual || leg.terms.settle != settlement::linear)
            throw input_error("model leverage: " + named(leg) + " is not a linear perpetual");
        std::int64_t const size = nanos_of(leg.size, "model leverage: " + named(leg));
        std::int64_t const price =
            nanos_of(u.perpetual_price, "model leverage: the price of " + named(leg));
        std::int64_t const entry =
            leg.entry > 0 ? nanos_of(leg.entry, "model leverage: the entry price of " + named(leg))
                          : price;
        int128 const gain =
            divide(static_cast<int128>(size) * (price - entry), nanos_per_unit, rounding::down) +
            nanos_of(leg.funding, "model leverage: the funding of " + named(leg));
        stated(static_cast<int128>(size) * price / nanos_per_unit, "the notional of " + named(leg));
        leverage::fraction const at{price, nanos_per_unit};
        leverage::position_risk const risk = leverage::risk_of(size, at, tier_);
        return {leg.name, size, at, gain, risk.initial, risk.maintenance};
    }

    /// Where the position would be liquidated, may then be filled, and leaves the account nothing,
    /// all other prices as they are.
    void add_prices(margin_answer& a, position const& p,
                    leverage::account_risk const& account) const {
        double const price =
            static_cast<double>(p.price.numerator) / static_cast<double>(p.price.denominator);
        double const rate = static_cast<double>(tier_.initial_ppm) * 1e-6 *
                            static_cast<double>(tier_.maintenance_of_initial_ppm) * 1e-6;
        double const available = units(account.net_collateral - account.maintenance);
        a.parts.push_back(
            price_of(p.name + " liquidation_price",
                     leverage::liquidation_price(price, static_cast<double>(p.size) * 1e-9,
                                                 available, 0.5 / rate),
                     leverage::is_liquidatable(account)
                         ? "the account is below its maintenance margin at every price above zero"
                         : "the account keeps its maintenance margin at every price above zero"));
        leverage::fraction const fill =
            leverage::fillable_price(p.size, p.price, tier_, account, adjustment_ppm_, spread_ppm_);
        a.parts.push_back({p.name + " fillable_price", static_cast<double>(fill.numerator) /
                                                           static_cast<double>(fill.denominator)});
        leverage::liquidation_quote const quote =
            leverage::bankruptcy_quote(p.size, -p.size, p.price, tier_, account);
        a.parts.push_back(
            price_of(p.name + " bankruptcy_price",
                     static_cast<double>(quote.quantums) / static_cast<double>(p.size),
                     p.size < 0 ? "nothing is left to the account at any price above zero"
                                : "something is left to the account at every price above zero"));
    }

    /// No market trades at zero or below: where a price would have to lie there, there is none.
    static margin_part price_of(std::string name, double price, char const* why_none) {
        constexpr double least = 1e-9;  // that a portfolio can state
        if (price >= least && std::isfinite(price)) return {std::move(name), price};
        return {std::move(name), quiet_nan(), why_none};
    }

    leverage::tier tier_;
    std::int64_t adjustment_ppm_, spread_ppm_;
};

}  // namespace

std::unique_ptr<margin_model> make_leverage_model(std::string_view text,
                                                  std::string const& origin) {
    toml::table const root = parse_toml(text, origin);
    toml_reader in(root, origin);
    expect_name_of(in, "leverage");
    toml_reader tier = in.table("tier"), liquidation = in.table("liquidation");
    leverage::tier const t{tier.whole("initial_ppm", 1, 1e6),
                           tier.whole("maintenance_of_initial_ppm", 1, 1e6)};
    std::int64_t const adjustment = liquidation.whole("bankruptcy_adjustment_ppm", 0, 4294967295.0);
    std::int64_t const spread = liquidation.whole("spread_to_maintenance_ppm", 0, 1e6);
    tier.expect_no_other_keys();
    liquidation.expect_no_other_keys();
    in.expect_no_other_keys();
    return std::make_unique<leverage_model>(t, adjustment, spread);
}

}  // namespace lockstep
