// The library that people use today, measured beside us in the same run. QuantLib's headers stay in
// quantlib_peer.cpp; a build without QuantLib links quantlib_absent.cpp and has no peer.
#pragma once

#include <cstddef>
#include <string>

#include "kernels/views.h"

namespace lockstep::bench {

inline constexpr std::size_t peer_value_count = 6;

/// What the peer computes for each option: price, delta, gamma, vega, theta, rho, in QuantLib's
/// meaning (rho at a fixed spot, theta per year); each column as long as the batch.
struct peer_values {
    double* columns[peer_value_count];
};

/// "QuantLib 1.29", or empty when this build has none.
std::string quantlib_version();

/// One BlackCalculator for each option and its value and five Greeks. Coin-settled options are
/// valued as linear ones: QuantLib has no inverse option.
void quantlib_black_calculator(option_batch const& options, peer_values const& values);

/// As above, but the value alone.
void quantlib_black_value(option_batch const& options, double* values);

/// One new VanillaOption for each option on one shared process whose quotes are set, priced by
/// AnalyticEuropeanEngine: NPV and five Greeks. Times must be whole days of a 365-day year.
void quantlib_european_engine(option_batch const& options, peer_values const& values);

/// blackFormulaImpliedStdDev (Newton's method, to 1e-12) and blackFormulaImpliedStdDevLiRS for each
/// option, divided by the root of its time. Zero where QuantLib throws.
void quantlib_implied_vol(implied_vol_batch const& options, double* vols);
void quantlib_implied_vol_lirs(implied_vol_batch const& options, double* vols);

/// The schemes of QuantLib's QdFpAmericanEngine, its implementation of Andersen, Lake and
/// Offengenden.
enum class quantlib_scheme { fast, accurate, high_precision };

/// One new VanillaOption for each option on one shared process whose quotes are set, priced by
/// QdFpAmericanEngine. Times must be whole days of a 365-day year.
void quantlib_american(option_batch const& options, quantlib_scheme scheme, double* values);

}  // namespace lockstep::bench
