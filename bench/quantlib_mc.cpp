#include "bench/quantlib_mc.h"

#include <cmath>
#include <ql/exercise.hpp>
#include <ql/instruments/asianoption.hpp>
#include <ql/instruments/vanillaoption.hpp>
#include <ql/pricingengines/asian/mc_discr_arith_av_price.hpp>
#include <ql/pricingengines/vanilla/mcamericanengine.hpp>
#include <ql/pricingengines/vanilla/mceuropeanengine.hpp>
#include <ql/processes/blackscholesprocess.hpp>
#include <ql/quotes/simplequote.hpp>
#include <ql/settings.hpp>
#include <ql/termstructures/volatility/equityfx/blackconstantvol.hpp>
#include <ql/termstructures/yield/flatforward.hpp>
#include <ql/time/calendars/nullcalendar.hpp>
#include <ql/time/daycounters/actual364.hpp>

namespace lockstep::bench {

namespace {

namespace ql = QuantLib;
using process_pointer = ql::ext::shared_ptr<ql::GeneralizedBlackScholesProcess>;
using engine_pointer = ql::ext::shared_ptr<ql::PricingEngine>;

struct setting {
    path_contract const& contract;
    ql::Date today{1, ql::January, 2026};
    process_pointer process;
    ql::ext::shared_ptr<ql::PlainVanillaPayoff> payoff;

    explicit setting(path_contract const& c) : contract(c) {
        ql::Settings::instance().evaluationDate() = today;
        ql::DayCounter const days = ql::Actual364();
        auto const curve = [&](double rate) {
            return ql::Handle<ql::YieldTermStructure>(
                ql::ext::make_shared<ql::FlatForward>(today, rate, days, ql::Continuous));
        };
        path_asset const& asset = c.asset[0];
        process = ql::ext::make_shared<ql::BlackScholesMertonProcess>(
            ql::Handle<ql::Quote>(ql::ext::make_shared<ql::SimpleQuote>(asset.spot)),
            curve(asset.dividend), curve(c.rate),
            ql::Handle<ql::BlackVolTermStructure>(ql::ext::make_shared<ql::BlackConstantVol>(
                today, ql::NullCalendar(), asset.vol, days)));
        payoff = ql::ext::make_shared<ql::PlainVanillaPayoff>(
            c.put != 0 ? ql::Option::Put : ql::Option::Call, c.strike);
    }
    ql::Date at(double time) const {
        return today + static_cast<ql::Integer>(std::lround(time * 364.0));
    }
};

template <class RandomT>
double european(setting const& s, quantlib_paths const& on) {
    ql::VanillaOption option(s.payoff,
                             ql::ext::make_shared<ql::EuropeanExercise>(s.at(s.contract.time)));
    engine_pointer const engine =
        ql::MakeMCEuropeanEngine<RandomT>(s.process).withSteps(1).withSamples(on.paths).withSeed(
            on.seed);
    option.setPricingEngine(engine);
    return option.NPV();
}

template <class RandomT>
double asian(setting const& s, quantlib_paths const& on) {
    std::vector<ql::Date> dates;
    for (int k = 1; k <= s.contract.dates; ++k)
        dates.push_back(s.at(s.contract.time * k / s.contract.dates));
    ql::DiscreteAveragingAsianOption option(
        ql::Average::Arithmetic, 0.0, 0, dates, s.payoff,
        ql::ext::make_shared<ql::EuropeanExercise>(dates.back()));
    engine_pointer const engine = ql::MakeMCDiscreteArithmeticAPEngine<RandomT>(s.process)
                                      .withBrownianBridge(true)
                                      .withControlVariate(true)
                                      .withSamples(on.paths)
                                      .withSeed(on.seed);
    option.setPricingEngine(engine);
    return option.NPV();
}

template <class RandomT>
double american(setting const& s, quantlib_paths const& on) {
    ql::VanillaOption option(
        s.payoff, ql::ext::make_shared<ql::AmericanExercise>(s.today, s.at(s.contract.time)));
    engine_pointer const engine = ql::MakeMCAmericanEngine<RandomT>(s.process)
                                      .withSteps(static_cast<ql::Size>(s.contract.dates))
                                      .withPolynomialOrder(3)
                                      .withBasisSystem(ql::LsmBasisSystem::Monomial)
                                      .withCalibrationSamples(on.policy_paths)
                                      .withSamples(on.paths)
                                      .withSeed(on.seed);
    option.setPricingEngine(engine);
    return option.NPV();
}

template <class RandomT>
double value(path_contract const& c, quantlib_paths const& on) {
    setting const s(c);
    if (c.payoff == path_payoff::asian) return asian<RandomT>(s, on);
    if (c.payoff == path_payoff::american) return american<RandomT>(s, on);
    return european<RandomT>(s, on);
}

}  // namespace

double quantlib_mc(path_contract const& contract, quantlib_paths const& on) {
    return on.sobol ? value<ql::LowDiscrepancy>(contract, on)
                    : value<ql::PseudoRandom>(contract, on);
}

}  // namespace lockstep::bench
