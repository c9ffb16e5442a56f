#include "bench/quantlib_peer.h"

#include <cmath>
#include <ql/exercise.hpp>
#include <ql/instruments/vanillaoption.hpp>
#include <ql/pricingengines/blackcalculator.hpp>
#include <ql/pricingengines/blackformula.hpp>
#include <ql/pricingengines/vanilla/analyticeuropeanengine.hpp>
#include <ql/pricingengines/vanilla/qdfpamericanengine.hpp>
#include <ql/processes/blackscholesprocess.hpp>
#include <ql/quotes/simplequote.hpp>
#include <ql/settings.hpp>
#include <ql/termstructures/volatility/equityfx/blackconstantvol.hpp>
#include <ql/termstructures/yield/flatforward.hpp>
#include <ql/time/calendars/nullcalendar.hpp>
#include <ql/time/daycounters/actual365fixed.hpp>
#include <ql/version.hpp>

namespace lockstep::bench {

namespace {

namespace ql = QuantLib;

/// One row in QuantLib's words. A forward is a spot that yields the rate.
struct terms {
    ql::Option::Type type;
    double spot, strike, time, rate, yield, vol;
};

terms terms_of(option_batch const& o, std::size_t i) {
    bool const spot = (o.flags[i] & option_flag::spot) != 0;
    bool const inverse = (o.flags[i] & option_flag::inverse) != 0;
    double const yield = spot || inverse ? o.dividend[i] : o.rate[i];
    double const rate = spot ? o.rate[i] : yield;
    return {(o.flags[i] & option_flag::put) != 0 ? ql::Option::Put : ql::Option::Call,
            o.underlying[i],
            o.strike[i],
            o.time[i],
            rate,
            yield,
            o.vol[i]};
}

ql::BlackCalculator calculator_of(terms const& t) {
    double const forward =
        t.rate == t.yield ? t.spot : t.spot * std::exp((t.rate - t.yield) * t.time);
    return {t.type, t.strike, forward, t.vol * std::sqrt(t.time), std::exp(-t.rate * t.time)};
}

/// The market that every option of the engine shares; only its quotes change.
struct shared_market {
    ql::Date today{1, ql::January, 2026};
    ql::ext::shared_ptr<ql::SimpleQuote> spot = ql::ext::make_shared<ql::SimpleQuote>(1.0);
    ql::ext::shared_ptr<ql::SimpleQuote> rate = ql::ext::make_shared<ql::SimpleQuote>(0.0);
    ql::ext::shared_ptr<ql::SimpleQuote> yield = ql::ext::make_shared<ql::SimpleQuote>(0.0);
    ql::ext::shared_ptr<ql::SimpleQuote> vol = ql::ext::make_shared<ql::SimpleQuote>(0.2);
    ql::ext::shared_ptr<ql::BlackScholesMertonProcess> process;
    ql::ext::shared_ptr<ql::PricingEngine> engine;

    shared_market() {
        ql::Settings::instance().evaluationDate() = today;
        ql::DayCounter const days = ql::Actual365Fixed();
        auto const curve = [&](ql::ext::shared_ptr<ql::SimpleQuote> const& quote) {
            return ql::Handle<ql::YieldTermStructure>(ql::ext::make_shared<ql::FlatForward>(
                today, ql::Handle<ql::Quote>(quote), days, ql::Continuous));
        };
        auto const surface =
            ql::Handle<ql::BlackVolTermStructure>(ql::ext::make_shared<ql::BlackConstantVol>(
                today, ql::NullCalendar(), ql::Handle<ql::Quote>(vol), days));
        process = ql::ext::make_shared<ql::BlackScholesMertonProcess>(
            ql::Handle<ql::Quote>(spot), curve(yield), curve(rate), surface);
        engine = ql::ext::make_shared<ql::AnalyticEuropeanEngine>(process);
    }

    void set(terms const& t) const {
        spot->setValue(t.spot);
        rate->setValue(t.rate);
        yield->setValue(t.yield);
        vol->setValue(t.vol);
    }
    ql::Date expiry(terms const& t) const {
        return today + static_cast<ql::Integer>(std::lround(t.time * 365.0));
    }
};

}  // namespace

std::string quantlib_version() { return "QuantLib " QL_VERSION; }

void quantlib_black_calculator(option_batch const& options, peer_values const& values) {
    for (std::size_t i = 0; i < options.size(); ++i) {
        terms const t = terms_of(options, i);
        ql::BlackCalculator const black = calculator_of(t);
        values.columns[0][i] = black.value();
        values.columns[1][i] = black.delta(t.spot);
        values.columns[2][i] = black.gamma(t.spot);
        values.columns[3][i] = black.vega(t.time);
        values.columns[4][i] = black.theta(t.spot, t.time);
        values.columns[5][i] = black.rho(t.time);
    }
}

void quantlib_black_value(option_batch const& options, double* values) {
    for (std::size_t i = 0; i < options.size(); ++i)
        values[i] = calculator_of(terms_of(options, i)).value();
}

void quantlib_european_engine(option_batch const& options, peer_values const& values) {
    static shared_market const market;
    for (std::size_t i = 0; i < options.size(); ++i) {
        terms const t = terms_of(options, i);
        market.set(t);
        ql::VanillaOption option(ql::ext::make_shared<ql::PlainVanillaPayoff>(t.type, t.strike),
                                 ql::ext::make_shared<ql::EuropeanExercise>(market.expiry(t)));
        option.setPricingEngine(market.engine);
        values.columns[0][i] = option.NPV();
        values.columns[1][i] = option.delta();
        values.columns[2][i] = option.gamma();
        values.columns[3][i] = option.vega();
        values.columns[4][i] = option.theta();
        values.columns[5][i] = option.rho();
    }
}

namespace {

/// Calls invert(type, strike, forward, price, discount) for every option.
template <class F>
void each_implied_vol(implied_vol_batch const& o, double* vols, F const& invert) {
    for (std::size_t i = 0; i < o.size(); ++i) {
        bool const put = (o.flags[i] & option_flag::put) != 0;
        try {
            vols[i] = invert(put ? ql::Option::Put : ql::Option::Call, o.strike[i], o.forward[i],
                             o.price[i], o.discount[i]) /
                      std::sqrt(o.time[i]);
        } catch (std::exception const&) {  // its methods throw what they cannot do, Boost too
            vols[i] = 0;
        }
    }
}

}  // namespace

void quantlib_implied_vol(implied_vol_batch const& options, double* vols) {
    each_implied_vol(
        options, vols,
        [](ql::Option::Type type, double strike, double forward, double price, double discount) {
            return ql::blackFormulaImpliedStdDev(type, strike, forward, price, discount, 0.0,
                                                 ql::Null<ql::Real>(), 1e-12, 100);
        });
}

void quantlib_implied_vol_lirs(implied_vol_batch const& options, double* vols) {
    each_implied_vol(
        options, vols,
        [](ql::Option::Type type, double strike, double forward, double price, double discount) {
            return ql::blackFormulaImpliedStdDevLiRS(type, strike, forward, price, discount, 0.0,
                                                     ql::Null<ql::Real>(), 1.0, 1e-12, 100);
        });
}

void quantlib_american(option_batch const& options, quantlib_scheme scheme, double* values) {
    using engine = ql::QdFpAmericanEngine;
    static shared_market const market;
    auto const pricer = ql::ext::make_shared<engine>(
        market.process, scheme == quantlib_scheme::fast       ? engine::fastScheme()
                        : scheme == quantlib_scheme::accurate ? engine::accurateScheme()
                                                              : engine::highPrecisionScheme());
    for (std::size_t i = 0; i < options.size(); ++i) {
        terms const t = terms_of(options, i);
        market.set(t);
        ql::VanillaOption option(
            ql::ext::make_shared<ql::PlainVanillaPayoff>(t.type, t.strike),
            ql::ext::make_shared<ql::AmericanExercise>(market.today, market.expiry(t)));
        option.setPricingEngine(pricer);
        values[i] = option.NPV();
    }
}

}  // namespace lockstep::bench
