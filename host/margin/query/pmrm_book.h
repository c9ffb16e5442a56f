// A portfolio in the rows of margin/model/pmrm.h with what every leg is worth in every scenario:
// the whole of it is asked about once, and what it would be without a leg costs no more valuations.
#pragma once

#include <vector>

#include "host/margin/query/portfolio.h"
#include "margin/model/pmrm.h"

namespace lockstep {

class pmrm_book {
  public:
    /// The scenarios and parameters must live as long. Throws input_error, naming the leg.
    pmrm_book(margin_query const& q, view<pmrm::scenario const> scenarios,
              pmrm::parameters const& p);
    pmrm_book(pmrm_book const&) = delete;

    pmrm::result whole(view<double> gains) const {
        return pmrm::evaluate(portfolio_, scenarios_, parameters_, view_of(values_), gains);
    }
    /// The same without that leg of the query, to the bit what the rest by itself gives.
    pmrm::result without(std::size_t leg) const;

  private:
    struct open_perpetual {
        std::size_t leg;  // of the query
        double size, funding, gain;
    };

    void add_options(margin_query const& q, query_underlying const& u);
    void add_perpetual(margin_query const& q, query_underlying const& u, std::size_t leg);
    void sum_perpetuals(pmrm::portfolio& into, std::size_t without) const;

    view<pmrm::scenario const> scenarios_;
    pmrm::parameters const& parameters_;
    std::vector<pmrm::option_leg> legs_;
    std::vector<pmrm::expiry> expiries_;
    std::vector<pmrm::collateral> collaterals_;
    std::vector<open_perpetual> perpetuals_;
    std::vector<std::size_t> place_;           // by leg of the query: in legs_
    std::vector<double> leg_values_, values_;  // of legs and of expiries, under every move
    pmrm::portfolio portfolio_{};
};

}  // namespace lockstep
