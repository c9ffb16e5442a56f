// A book for tests: instruments, scenario sets, rules and netting sets, put together by hand or at
// random and run through a backend as the command would.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "host/margin/preset.h"
#include "host/margin/risk_table.h"
#include "kernels/backend.h"
#include "pricing/base/decimal.h"

namespace lockstep::test {

struct held {
    std::uint32_t instrument;
    std::int64_t quantity_nanos;
};

struct margin_answer {
    risk_table table;
    std::vector<margin_row> rows;
};

struct margin_book {
    std::vector<risk_inputs> instruments;
    std::vector<scenario_set> sets;
    std::vector<margin_rules> rules;
    std::vector<std::uint32_t> begin{0}, instrument, rule;
    std::vector<std::int64_t> lots;
    std::vector<std::uint8_t> lot_exponent;
    std::vector<margin_addons> addons;

    void add_set(std::uint32_t rule_id, std::vector<held> const& positions,
                 margin_addons const& extra = {}) {
        int exponent = lot_exponent_max;
        for (held const& p : positions)
            exponent = std::min(exponent, trailing_decimal_zeros(p.quantity_nanos));
        auto const lot = static_cast<std::int64_t>(power_of_ten(exponent));
        for (held const& p : positions) {
            instrument.push_back(p.instrument);
            lots.push_back(p.quantity_nanos / lot);
        }
        begin.push_back(static_cast<std::uint32_t>(instrument.size()));
        rule.push_back(rule_id);
        lot_exponent.push_back(static_cast<std::uint8_t>(exponent));
        addons.push_back(extra);
    }

    position_batch positions() const {
        return {view_of(begin),        view_of(instrument), view_of(lots),
                view_of(lot_exponent), view_of(rule),       view_of(addons)};
    }

    std::uint32_t scenarios() const {
        std::uint32_t most = 1;
        for (scenario_set const& set : sets) most = std::max(most, set.count);
        return most;
    }

    margin_answer run(backend& on) const {
        margin_answer answer{risk_table(instruments.size(), scenarios()), {}};
        answer.rows.resize(rule.size());
        risk_matrix const matrix = answer.table.matrix();
        on.risk_arrays({view_of(instruments), view_of(sets)}, matrix);
        on.margin({positions(), matrix, view_of(rules), view_of(answer.rows)});
        return answer;
    }
};

inline bool same_bytes(std::vector<margin_row> const& a, std::vector<margin_row> const& b) {
    return a.size() == b.size() &&
           (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(margin_row)) == 0);
}

inline std::int64_t nanos_of(long double amount) { return std::llroundl(amount * 1e9L); }

inline risk_inputs future_of(double mark, settlement settle, std::uint32_t set, std::uint8_t bucket,
                             instrument_kind kind) {
    return {mark, 0, 0, 0, risk_scale_of(settle), set, kind, option_type::call, settle, bucket};
}

inline risk_inputs option_of(double forward, double strike, double time, double vol,
                             option_type type, settlement settle, std::uint32_t set,
                             std::uint8_t bucket) {
    return {forward, strike, time,  vol, risk_scale_of(settle), set, instrument_kind::option,
            type,    settle, bucket};
}

inline std::unique_ptr<backend> cpu_backend(std::string const& isa = "", int threads = 1,
                                            sum_lanes lanes = sum_lanes::automatic) {
    backend_options options;
    options.kind = backend_kind::cpu;
    options.isa = isa;
    options.threads = threads;
    options.lanes = lanes;
    return make_backend(options);
}

}  // namespace lockstep::test
