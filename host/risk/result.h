// Everything that a risk run found, kept until it is written. Rows refer to each other by index;
// nothing in here depends on how many threads there were or on which backend ran.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/base/exceptions.h"
#include "host/margin/risk_table.h"
#include "host/risk/arrays.h"
#include "host/risk/book_overview.h"
#include "host/risk/books.h"
#include "host/risk/concentration.h"
#include "host/risk/formula_margin.h"
#include "host/risk/netting_sets.h"
#include "host/risk/overview.h"
#include "host/risk/pools.h"
#include "host/risk/stress.h"
#include "host/risk/valuation.h"
#include "host/tail/account_tail.h"

namespace lockstep {

struct risk_result {
    market listed;
    book_table books;
    valuation values;
    book_rules rules;
    std::vector<risk_inputs> inputs;     // by instrument
    std::unique_ptr<risk_table> arrays;  // by instrument
    std::vector<holding> holdings;       // by instrument
    std::vector<std::string> account_names;
    asset_prices prices;  // by asset
    netting_sets sets;
    account_models models;
    std::vector<model_refusal> refusals;  // by netting set, ascending
    std::vector<margin_row> margins;      // by netting set
    std::vector<pool_row> pools;
    std::vector<account_summary> accounts;
    stress_result stress;
    concentration concentrated;
    exception_log rejected;  // records of the inputs
    overview all;
    std::optional<tail_result> tail;  // where it was asked for
    std::string tail_method_name;
};

}  // namespace lockstep
