// One underlying of a portfolio in the rows of margin/model/srm.h, what it adds to an account, and
// what it would add without one of its legs.
#pragma once

#include <vector>

#include "host/margin/query/portfolio.h"
#include "margin/model/srm_without.h"

namespace lockstep {

/// What an underlying adds to an account's margins and to its equity.
struct srm_totals {
    srm::requirement margin;
    double options_value, equity;
};

/// Legs of the query that are no rows of this underlying's have no place in it.
struct srm_book {
    std::vector<srm::option_leg> legs;
    std::vector<srm::expiry> expiries;
    std::vector<utc_ns> days;        // beside them
    std::vector<std::size_t> place;  // by leg of the query: in legs
    srm::market market{};
    double cash_price;
    srm::parameters const& parameters;

    static constexpr std::size_t none = ~std::size_t{0};

    /// The parameters must live as long. Throws input_error, naming the leg.
    srm_book(margin_query const& q, query_underlying const& u, srm::parameters const& p);
    srm_book(srm_book const&) = delete;
    srm_book(srm_book&&) = default;

    srm_totals totals() const;
    /// By the amounts of the expiries; `m` is the market or one like it.
    srm_totals totals(srm::market const& m, view<srm::expiry_amounts const> amounts) const;
    /// What perpetuals are, but for that leg of the query.
    void sum_perpetuals(srm::market& into, std::size_t without) const;

  private:
    struct open_perpetual {
        std::size_t leg;  // of the query
        double size, gain, funding;
    };

    void add_expiry(margin_query const& q, query_underlying const& u, query_expiry const& e);
    void add_perpetuals(margin_query const& q, query_underlying const& u);

    std::vector<open_perpetual> perpetuals_;
};

/// A book without one leg after the other. The book must live as long.
class srm_book_without {
  public:
    explicit srm_book_without(srm_book const& book);
    /// Without that leg of the query: to the bit the totals of a book of the others.
    srm_totals totals(std::size_t leg) const;

  private:
    srm_book const& book_;
    std::vector<srm::expiry_amounts> amounts_;  // of the whole
    std::vector<std::vector<srm::corner_sum>> corners_;
};

}  // namespace lockstep
