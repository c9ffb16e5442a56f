#include "host/risk/run.h"

#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <string>
#include <utility>

#include "host/market/load.h"
#include "host/portfolio/load.h"
#include "host/risk/ladder.h"
#include "host/risk/whole_accounts.h"
#include "host/surface/market_vols.h"
#include "host/tail/revalue.h"

namespace lockstep {

namespace {

/// Of each book and of each instrument.
constexpr std::size_t largest_holders = 5;

void count_market(overview& all, market const& listed) {
    run_counts& c = all.counts;
    all.market_source = listed.source;
    all.time = listed.time;
    c.market_rows_read = listed.rows_read;
    c.market_rows_used = listed.rows_used;
    c.market_rows_superseded = listed.rows_superseded;
    c.market_rows_rejected = listed.rows_rejected;
    c.instruments = listed.instruments.size();
    for (instrument_row const& row : listed.instruments) {
        c.options += row.kind == instrument_kind::option;
        c.futures += row.kind == instrument_kind::future;
        c.perpetuals += row.kind == instrument_kind::perpetual;
    }
}

void count_portfolio(overview& all, portfolio const& held) {
    run_counts& c = all.counts;
    c.portfolio_rows_read = held.rows_read;
    c.portfolio_rows_used = held.rows_used;
    c.portfolio_rows_rejected = held.rows_rejected;
    c.cash_rows = held.cash.size();
    c.positions = held.positions.size();
}

std::span<std::int64_t const> largest_cells(risk_table& arrays) {
    risk_matrix const matrix = arrays.matrix();
    return {matrix.row_max, matrix.instruments};
}

/// The pool that a netting set belongs to; pools lie in the order of their sets.
pool_row& pool_of_set(std::vector<pool_row>& pools, std::uint32_t set) {
    return *std::partition_point(pools.begin(), pools.end(),
                                 [set](pool_row const& pool) { return pool.set_end <= set; });
}

/// What decides about a pool, out of the rows that the backend gave.
void take_amounts(std::vector<margin_row> const& rows, std::vector<set_amounts>& amounts) {
    amounts.resize(rows.size());
    tbb::parallel_for(std::size_t{0}, rows.size(), [&](std::size_t i) {
        amounts[i] = {rows[i].sensitivities[static_cast<int>(sensitivity::value)].nanos,
                      rows[i].initial_margin.nanos, rows[i].maintenance_margin.nanos,
                      rows[i].flags != 0};
    });
}

std::vector<margin_row> margins_of(netting_sets const& sets, risk_matrix const& matrix,
                                   book_rules const& rules, backend& device) {
    std::vector<margin_row> rows(sets.sets.size());
    if (!rows.empty()) device.margin({sets.batch(), matrix, view_of(rules.rules), view_of(rows)});
    return rows;
}

/// The book at one step of the ladder after the other, in memory that is used again.
class moved_book {
  public:
    moved_book(risk_result const& run, formula_margin const& formulas, whole_accounts const& whole,
               margin_preset const& preset, backend& device)
        : run_(run),
          formulas_(formulas),
          whole_(whole),
          preset_(preset),
          device_(device),
          table_(run.inputs.size(), run.rules.scenarios()),
          rows_(run.sets.sets.size()),
          amounts_(rows_.size()) {}

    std::span<set_amounts const> operator()(std::int32_t move_ppm) {
        double const move = move_ppm / 1e6;
        book_rules const rules = make_rules(preset_, run_.listed, run_.books, move);
        risk_matrix const matrix = table_.matrix();
        compute_arrays(run_.inputs, rules, move, device_, matrix);
        if (!rows_.empty())
            device_.margin({run_.sets.batch(), matrix, view_of(rules.rules), view_of(rows_)});
        take_amounts(rows_, amounts_);
        formulas_.margin_after(move, amounts_);
        whole_.take_out(amounts_);
        return amounts_;
    }

  private:
    risk_result const& run_;
    formula_margin const& formulas_;
    whole_accounts const& whole_;
    margin_preset const& preset_;
    backend& device_;
    risk_table table_;
    std::vector<margin_row> rows_;
    std::vector<set_amounts> amounts_;
};

class risk_run {
  public:
    risk_run(risk_settings const& settings, backend& device, stage_watch& watch)
        : settings_(settings), device_(device), watch_(watch) {
        run_.models = account_models(settings.models);
    }

    risk_result go(risk_inputs_paths const& paths);

  private:
    void fit_vols();
    void value_market();
    void take_portfolio(risk_inputs_paths const& paths);
    void margin(formula_margin& formulas, whole_accounts& whole);
    void judge();
    void take_tail(tail_request const& request);

    risk_settings const& settings_;
    backend& device_;
    stage_watch& watch_;
    std::vector<account_id> incomplete_;
    std::vector<asset_haircut> haircuts_;  // by asset; empty without a file of them
    risk_result run_;
};

void risk_run::fit_vols() {
    std::uint64_t const left_alone =
        watch_.run("fit surfaces", [&] { return take_surface_vols(run_.listed, device_); });
    if (left_alone == 0) return;
    constexpr std::uint64_t header = 1;
    run_.rejected.push_back({run_.listed.source, header, "",
                             std::to_string(left_alone) +
                                 " options keep the vols of their marks: no expiry of their book "
                                 "has quotes to fit a surface to"});
}

void risk_run::value_market() {
    watch_.run("value instruments", [&] {
        run_.books = open_books(run_.listed);
        run_.values = value_instruments(run_.listed, device_);
    });
    watch_.run("risk arrays", [&] {
        run_.rules = make_rules(settings_.preset, run_.listed, run_.books, 0);
        run_.inputs = inputs_of_arrays(run_.listed, run_.books, run_.values);
        run_.arrays = std::make_unique<risk_table>(run_.inputs.size(), run_.rules.scenarios());
        compute_arrays(run_.inputs, run_.rules, 0, device_, run_.arrays->matrix());
        quarantine(run_.values, run_.arrays->matrix());
    });
    run_.all.counts.instruments_valued = run_.values.count_valued();
    marks_apart const apart = compare_with_marks(run_.listed, run_.values);
    run_.all.counts.options_off_their_mark = apart.options;
    if (apart.options > 0) run_.all.farthest_from_mark = run_.listed.names[apart.farthest];
    run_.all.counts.scenarios = run_.rules.scenarios();
}

void risk_run::take_portfolio(risk_inputs_paths const& paths) {
    portfolio held = watch_.run("load portfolio", [&] {
        return load_portfolio(paths.portfolio, run_.listed, run_.rejected);
    });
    run_.all.portfolio_source = paths.portfolio;
    count_portfolio(run_.all, held);
    watch_.run("netting sets", [&] {
        run_.sets = group_positions(run_.listed, run_.books, held.accounts.size(), held.positions,
                                    run_.values.valued(), largest_cells(*run_.arrays));
        held.positions = {};  // the largest of all tables is needed no more
        run_.pools = build_pools(held.accounts.size(), held.cash, run_.sets);
        run_.models.assign(std::move(held.models), held.accounts.size());
        run_.account_names = std::move(held.accounts);
        incomplete_ = std::move(held.incomplete);
    });
    run_.all.counts.positions_valued = run_.sets.positions();
    run_.all.counts.positions_excluded = run_.sets.excluded.size();
    run_.all.counts.netting_sets = run_.sets.sets.size();
}

void risk_run::margin(formula_margin& formulas, whole_accounts& whole) {
    run_.margins = margins_of(run_.sets, run_.arrays->matrix(), run_.rules, device_);
    formulas.margin(run_.margins);
    run_.refusals = formulas.refusals();
    whole.margin(run_.margins, run_.refusals);
    for (model_refusal const& refused : run_.refusals)
        pool_of_set(run_.pools, refused.set).flags |= account_flag::model_does_not_serve;
    std::vector<set_amounts> amounts;
    take_amounts(run_.margins, amounts);
    judge_pools(run_.pools, amounts);
}

void risk_run::judge() {
    formula_margin formulas(run_.listed, run_.books, run_.values, run_.sets, run_.models);
    whole_accounts whole(run_.listed, run_.books, run_.values, run_.sets, run_.models);
    watch_.run("margin", [&] { margin(formulas, whole); });
    run_.prices = prices_of_assets(run_.listed);
    watch_.run("liquidation ladder", [&] {
        moved_book moved(run_, formulas, whole, settings_.preset, device_);
        auto const prices = [&](std::int32_t move_ppm) {
            return prices_after(run_.listed, run_.prices,
                                [&](underlying_row const&) { return move_ppm / 1e6; });
        };
        run_.all.ladder = climb(
            run_.pools, prices, [&](std::int32_t move) { return moved(move); },
            [&](std::size_t done, std::size_t all) { watch_.advance(done, all); },
            [&](account_id account) { return whole.judges(account); });
    });
    watch_.run("stress", [&] {
        run_.stress =
            run_stress({run_.listed, run_.books, run_.rules, run_.inputs, run_.arrays->matrix(),
                        run_.sets, run_.pools, run_.prices, run_.account_names.size()},
                       settings_.shocks, device_);
    });
    watch_.run("totals", [&] {
        run_.accounts =
            build_accounts(run_.account_names.size(), run_.pools, incomplete_, run_.prices);
        whole.judge(run_.pools, run_.accounts, run_.prices, haircuts_);
        add_accounts(run_.all, run_.listed, run_.prices, run_.pools, run_.accounts, settings_.top);
        run_.holdings = add_up_holdings(run_.listed.instruments.size(), run_.sets);
        run_.concentrated = find_concentration(run_.books.rows.size(), run_.inputs.size(),
                                               run_.sets, run_.margins, largest_holders);
        run_.all.books = look_over_books({run_.listed, run_.books, run_.sets, run_.rules.sets,
                                          run_.arrays->matrix(), run_.margins, run_.holdings});
    });
}

void risk_run::take_tail(tail_request const& request) {
    tail_history const scenarios =
        watch_.run("tail scenarios", [&] { return scenarios_of(request); });
    tail_gains const gains = watch_.run("revalue scenarios", [&] {
        return gains_in(run_.listed, run_.values, scenarios, device_);
    });
    watch_.run("tails", [&] {
        bool const days = request.method == tail_method::historical;
        run_.tail = tails_of(run_.account_names.size(), run_.sets, gains, scenarios.times,
                             request.tails_ppm, days, device_);
        run_.tail_method_name = name_of(request.method);
    });
}

risk_result risk_run::go(risk_inputs_paths const& paths) {
    run_.listed = watch_.run("load market", [&] {
        return load_market(paths.market, run_.rejected, {paths.perpetuals});
    });
    count_market(run_.all, run_.listed);
    if (settings_.vols == vol_source::surface) fit_vols();
    value_market();
    take_portfolio(paths);
    if (!paths.haircuts.empty()) haircuts_ = read_haircuts(paths.haircuts, run_.listed);
    reject_unknown_underlyings(settings_.shocks, run_.listed, run_.rejected);
    judge();
    if (!paths.tail.history.empty()) take_tail(paths.tail);
    run_.all.preset_name = settings_.preset.name;
    run_.all.counts.exceptions =
        run_.rejected.size() + run_.sets.excluded.size() + run_.refusals.size();
    return std::move(run_);
}

}  // namespace

risk_result run_risk(risk_inputs_paths const& paths, risk_settings const& settings, backend& device,
                     stage_watch& watch) {
    return risk_run(settings, device, watch).go(paths);
}

}  // namespace lockstep
