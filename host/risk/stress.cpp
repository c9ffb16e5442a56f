#include "host/risk/stress.h"

#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "host/base/error.h"
#include "host/io/text_file.h"
#include "host/margin/risk_table.h"
#include "host/margin/toml_reader.h"
#include "margin/portfolio_sums.h"
#include "pricing/base/decimal.h"
#include "pricing/base/quantise.h"

namespace lockstep {

// The text of data/stress/historical.toml.
std::string_view embedded_stress_historical();

namespace {

stress_move read_move(toml_reader&& in) {
    stress_move const move{in.number("price", -0.99, 100), in.number("vol", -0.99, 100)};
    in.expect_no_other_keys();
    return move;
}

bool is_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.';
    });
}

/// Inputs after a shock: what has no value keeps none.
std::vector<risk_inputs> shocked(stress_sources const& from, stress_shock const& shock) {
    std::vector<stress_move> moves;
    for (underlying_row const& u : from.listed.underlyings) moves.push_back(shock.of(u.name));
    std::vector<risk_inputs> inputs(from.inputs.begin(), from.inputs.end());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        stress_move const move = moves[from.listed.instruments[i].underlying.value];
        inputs[i].underlying *= 1.0 + move.price;
        inputs[i].vol *= 1.0 + move.vol;
    }
    return inputs;
}

class stressing {
  public:
    stressing(stress_sources const& from, stress_shock const& shock, risk_matrix const& after)
        : from_(from),
          prices_(prices_after(from.listed, from.prices,
                               [&shock](auto const& u) { return shock.of(u.name).price; })),
          gain_of_lot_(after.instruments) {
        for (std::size_t i = 0; i < after.instruments; ++i) {
            // A contract that leaves the integers after the shock has no gain to show; before it,
            // it would be no position of any set.
            bool const valued = after.row_max[i] != row_quarantined;
            gain_of_lot_[i] =
                valued ? after.of(i, sensitivity::value) - from.arrays.of(i, sensitivity::value)
                       : no_gain;
        }
    }

    /// Of the pools [first, last), all of one account.
    stressed_account account(std::size_t first, std::size_t last) const {
        stressed_account sum{0, 0, true};
        for (std::size_t p = first; p < last; ++p) {
            pool_row const& pool = from_.pools[p];
            int128 gain = 0;
            for (std::uint32_t s = pool.set_begin; s < pool.set_end; ++s)
                gain += gain_of_set(s, sum.valued);
            std::int64_t const price = prices_[pool.asset.value];
            int128 const equity = int128{pool.equity.nanos} + gain;
            sum.gain += wide_to_usd(gain, price, rounding::down);
            sum.equity += wide_to_usd(equity, price, rounding::down);
        }
        return sum;
    }

  private:
    static constexpr std::int64_t no_gain = std::numeric_limits<std::int64_t>::min();

    int128 gain_of_set(std::uint32_t set, bool& valued) const {
        int128 sum = 0;
        for (std::uint32_t p = from_.sets.begin[set]; p < from_.sets.begin[set + 1]; ++p) {
            std::int64_t const gain = gain_of_lot_[from_.sets.instrument[p]];
            auto const size = static_cast<std::int64_t>(magnitude(gain));
            // Beyond this the engine does not count a position either, and flags its account.
            if (gain == no_gain || reach_of(from_.sets.lots[p], size) >> reach_bits_max != 0) {
                valued = false;
                continue;
            }
            sum += int128{from_.sets.lots[p]} * gain;
        }
        int const places =
            from_.rules.rules[from_.sets.sets[set].book].places - from_.sets.lot_exponent[set];
        return divide_by_power_of_ten(sum, places, rounding::down);
    }

    stress_sources const& from_;
    asset_prices prices_;
    std::vector<std::int64_t> gain_of_lot_;
};

}  // namespace

stress_move stress_shock::of(std::string_view underlying) const {
    auto const found = underlyings.find(underlying);
    return found == underlyings.end() ? otherwise : found->second;
}

std::vector<stress_shock> parse_stress(std::string_view text, std::string const& origin) {
    toml::table const root = parse_toml(text, origin);
    toml_reader in(root, origin);
    std::vector<stress_shock> shocks;
    in.tables("shock", [&shocks](toml_reader&& row) {
        stress_shock shock;
        shock.name = row.text("name");
        if (!is_name(shock.name))
            row.fail("name", "must be letters, digits, '-', '_' and '.', not '" + shock.name + "'");
        if (std::any_of(shocks.begin(), shocks.end(),
                        [&shock](auto const& other) { return other.name == shock.name; }))
            row.fail("name", "is taken by a shock above: '" + shock.name + "'");
        shock.what = row.has("what") ? row.text("what") : "";
        shock.file = row.file();
        shock.otherwise = read_move(row.table("default"));
        for (std::string const& name : row.names())
            if (name != "name" && name != "what" && name != "default")
                shock.underlyings.emplace(name,
                                          named_move{read_move(row.table(name)), row.line(name)});
        shocks.push_back(std::move(shock));
    });
    in.expect_no_other_keys();
    return shocks;
}

std::optional<std::size_t> stress_result::worst_of(std::size_t account) const {
    auto const after = of(account);
    std::size_t worst = 0;
    bool known = !after.empty();
    for (std::size_t k = 0; k < after.size(); ++k) {
        if (after[k].gain < after[worst].gain) worst = k;
        known = known && after[k].valued;
    }
    return known && after[worst].gain < 0 ? std::optional(worst) : std::nullopt;
}

std::vector<stress_shock> load_stress(std::string const& name_or_file) {
    if (name_or_file == "historical")
        return parse_stress(embedded_stress_historical(), "built in historical.toml");
    return parse_stress(read_text_file(name_or_file), name_or_file);
}

void reject_unknown_underlyings(std::span<stress_shock const> shocks, market const& listed,
                                exception_log& rejected) {
    std::set<std::string, std::less<>> known;
    for (underlying_row const& u : listed.underlyings) known.insert(u.name);
    for (stress_shock const& built_in : load_stress("historical"))
        for (auto const& [name, move] : built_in.underlyings) known.insert(name);
    for (stress_shock const& shock : shocks)
        for (auto const& [name, move] : shock.underlyings)
            if (!known.contains(name))
                rejected.push_back({shock.file, move.line, "shock " + shock.name + ": " + name,
                                    "is no underlying of this market"});
}

stress_result run_stress(stress_sources const& from, std::vector<stress_shock> shocks,
                         backend& device) {
    stress_result result{std::move(shocks), {}};
    std::size_t const count = result.shocks.size();
    result.accounts.assign(from.accounts * count, {0, 0, true});
    risk_table table(from.inputs.size(), from.rules.scenarios());
    std::vector<std::size_t> first(from.accounts + 1, 0);  // pool of each account
    for (pool_row const& pool : from.pools) ++first[pool.account.value + 1];
    for (std::size_t a = 0; a < from.accounts; ++a) first[a + 1] += first[a];
    for (std::size_t k = 0; k < count; ++k) {
        compute_arrays(shocked(from, result.shocks[k]), from.rules, 0, device, table.matrix());
        stressing const after(from, result.shocks[k], table.matrix());
        tbb::parallel_for(std::size_t{0}, from.accounts, [&](std::size_t a) {
            result.accounts[a * count + k] = after.account(first[a], first[a + 1]);
        });
    }
    return result;
}

}  // namespace lockstep
