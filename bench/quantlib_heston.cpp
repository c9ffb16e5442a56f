#include "bench/quantlib_heston.h"

#include <cmath>
#include <ql/exercise.hpp>
#include <ql/instruments/vanillaoption.hpp>
#include <ql/models/equity/hestonmodel.hpp>
#include <ql/pricingengines/vanilla/analytichestonengine.hpp>
#include <ql/pricingengines/vanilla/coshestonengine.hpp>
#include <ql/pricingengines/vanilla/exponentialfittinghestonengine.hpp>
#include <ql/processes/hestonprocess.hpp>
#include <ql/quotes/simplequote.hpp>
#include <ql/settings.hpp>
#include <ql/termstructures/yield/flatforward.hpp>
#include <ql/time/daycounters/actual365fixed.hpp>

namespace lockstep::bench {

namespace {

namespace ql = QuantLib;
using model_pointer = ql::ext::shared_ptr<ql::HestonModel>;

/// A forward is a spot that yields the rate.
template <class MakeEngine>
void value_batch(heston_batch const& batch, double* prices, MakeEngine const& make_engine) {
    ql::Date const today(1, ql::January, 2026);
    ql::Settings::instance().evaluationDate() = today;
    ql::DayCounter const days = ql::Actual365Fixed();
    for (std::size_t e = 0; e < batch.expiries.size(); ++e) {
        heston_expiry const& x = batch.expiries[e];
        heston_parameters const& p = x.parameters;
        ql::Handle<ql::YieldTermStructure> const curve(
            ql::ext::make_shared<ql::FlatForward>(today, x.rate, days, ql::Continuous));
        ql::Handle<ql::Quote> const spot(ql::ext::make_shared<ql::SimpleQuote>(x.underlying));
        auto const model =
            ql::ext::make_shared<ql::HestonModel>(ql::ext::make_shared<ql::HestonProcess>(
                curve, curve, spot, p.v0, p.kappa, p.theta, p.sigma, p.rho));
        ql::ext::shared_ptr<ql::PricingEngine> const engine = make_engine(model);
        auto const exercise = ql::ext::make_shared<ql::EuropeanExercise>(
            today + static_cast<ql::Integer>(std::lround(x.time * 365.0)));
        for (std::size_t i = batch.begin[e]; i < batch.begin[e + 1]; ++i) {
            bool const put = (batch.flags[i] & option_flag::put) != 0;
            ql::VanillaOption option(ql::ext::make_shared<ql::PlainVanillaPayoff>(
                                         put ? ql::Option::Put : ql::Option::Call, batch.strike[i]),
                                     exercise);
            option.setPricingEngine(engine);
            prices[i] = option.NPV();
        }
    }
}

}  // namespace

void quantlib_heston_analytic(heston_batch const& batch, double* prices) {
    value_batch(batch, prices, [](model_pointer const& model) {
        return ql::ext::make_shared<ql::AnalyticHestonEngine>(model);
    });
}

void quantlib_heston_cosine(heston_batch const& batch, double* prices) {
    value_batch(batch, prices, [](model_pointer const& model) {
        return ql::ext::make_shared<ql::COSHestonEngine>(model);
    });
}

void quantlib_heston_exponential(heston_batch const& batch, double* prices) {
    value_batch(batch, prices, [](model_pointer const& model) {
        return ql::ext::make_shared<ql::ExponentialFittingHestonEngine>(model);
    });
}

void quantlib_heston_precise(heston_batch const& batch, double* prices) {
    using engine = ql::AnalyticHestonEngine;
    value_batch(batch, prices, [](model_pointer const& model) {
        return ql::ext::make_shared<engine>(
            model, engine::OptimalCV,
            engine::Integration::gaussLobatto(ql::Null<ql::Real>(), 1e-12, 1'000'000), 1e-20);
    });
}

}  // namespace lockstep::bench
