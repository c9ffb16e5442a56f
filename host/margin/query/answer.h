// What `lockstep margin` says: the answer, what each leg adds to it, and what changes when legs are
// added.
#pragma once

#include <string>
#include <vector>

#include "host/margin/query/model.h"

namespace lockstep {

/// What the requirements would fall by without the leg (below zero: it hedges), and its equity.
struct leg_contribution {
    std::string name;
    double size;
    double initial, maintenance, equity;
};

struct full_answer {
    margin_answer whole;
    std::vector<std::string> not_counted;  // keys of the portfolio
    std::vector<leg_contribution> legs;
};

/// Evaluates the portfolio, and what it would be without each of its legs.
full_answer answer_query(margin_model const& model, margin_query const& query);

/// The portfolio after trades at the market: what is traded is paid for at the model's own value,
/// and a position that changes has its open gain settled, out of the cash and into it.
struct what_if_answer {
    std::vector<std::string> added;
    double cash_change;
    full_answer after;
};

/// `before` is the answer to `query` as it is; `added` are legs of the command line.
what_if_answer answer_what_if(margin_model const& model, margin_query query,
                              full_answer const& before, std::vector<std::string> const& added);

/// The document that the command prints.
std::string answer_json(std::string const& model, full_answer const& before,
                        what_if_answer const* what_if);

}  // namespace lockstep
