// Legs of one underlying that settle in one asset, put to the scenario engine as one netting set:
// risk arrays, exact sums and the rule, through a backend as in the nightly batch.
#pragma once

#include <string>
#include <vector>

#include "host/margin/preset.h"
#include "host/margin/query/portfolio.h"
#include "host/margin/risk_table.h"
#include "kernels/backend.h"
#include "margin/portfolio.h"

namespace lockstep {

/// What the engine says, in whole units of the settlement asset.
struct engine_answer {
    margin_row row;
    std::vector<double> gains;    // by scenario, dampened
    std::vector<double> counted;  // losses whole, gains as they count against other currencies
    int128 entry_nanos;           // of futures: what was agreed, against the model's value, and
                                  // the funding that they are still to receive
};

/// The legs in the engine's own rows, each with its risk array: what they ask for, all of them or
/// without one.
class engine_set {
  public:
    /// Legs of other underlyings or settlements are passed over; the backend must live as long.
    /// Throws input_error naming the model that asks and a leg that lacks what the engine needs.
    engine_set(std::string const& asking, margin_query const& q, query_underlying const& u,
               settlement settle, margin_preset const& preset, offset_mode mode, backend& device);
    /// Without that leg of the query. Throws input_error where an amount is too large.
    engine_answer answer(std::size_t without = no_leg) const;

    scenario_set const& scenarios() const { return scenarios_; }

  private:
    struct row {
        std::size_t leg;     // of the query
        std::string name;    // as complaints call it
        std::int64_t nanos;  // its size
        int128 entry_nanos;
    };

    [[noreturn]] void refuse(std::string const& why) const;
    void add(margin_query const& q, query_underlying const& u, std::size_t leg);
    int128 entry_of(query_leg const& leg, std::int64_t size, double underlying) const;
    std::uint8_t bucket(double years);
    margin_rules rules_of(query_underlying const& u, margin_preset const& preset,
                          offset_mode mode) const;
    margin_row margin_of(std::size_t without) const;
    /// The first leg without a risk array.
    std::string const& not_valued() const;
    void add_gains(engine_answer& answer, std::size_t without) const;

    std::string model_;  // that asks, for complaints
    settlement settle_;
    std::vector<row> rows_;
    std::vector<risk_inputs> instruments_;   // beside them
    std::vector<double> bucket_years_{0.0};  // perpetuals
    scenario_set scenarios_;
    margin_rules rules_;
    backend& device_;
    risk_table table_;
    risk_matrix matrix_;  // of the table
};

}  // namespace lockstep
