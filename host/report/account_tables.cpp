// Tables by netting set, pool and account, totals, and the list of what could not be used.
#include <algorithm>

#include "host/report/exception_table.h"
#include "host/report/table_cells.h"
#include "host/report/tables.h"

namespace lockstep {

namespace {

/// Flags of a netting set in the words of an account's flags.
std::uint32_t flags_of(margin_row const& row) {
    std::uint32_t flags = 0;
    if ((row.flags & ~margin_flag::instrument_is_quarantined) != 0)
        flags |= account_flag::overflowed;
    if ((row.flags & margin_flag::instrument_is_quarantined) != 0)
        flags |= account_flag::position_not_valued;
    return flags;
}

std::string_view model_of(risk_result const& run, account_id account) {
    return run.models.name(run.models.of(account));
}

/// The model that made a set's requirement: the account's, or the engine where that refused.
std::string_view model_of_set(risk_result const& run, std::size_t i) {
    auto const at = std::lower_bound(
        run.refusals.begin(), run.refusals.end(), i,
        [](model_refusal const& refused, std::size_t set) { return refused.set < set; });
    bool const refused = at != run.refusals.end() && at->set == i;
    return refused ? run.models.name(account_models::engine)
                   : model_of(run, run.sets.sets[i].account);
}

void netting_set_line(std::string& out, risk_result const& run, std::size_t i) {
    netting_set const& set = run.sets.sets[i];
    margin_row const& row = run.margins[i];
    book_row const& book = run.books.rows[set.book];
    bool const scenarios = row.worst_scenario != no_scenario;
    row_text line(out);
    line.text(run.account_names[set.account.value])
        .text(run.listed.underlyings[book.underlying.value].name)
        .text(run.listed.assets[set.asset.value])
        .integer(row.positions)
        .amount(row.initial_margin)
        .amount(row.maintenance_margin);
    if (scenarios)
        line.integer(row.worst_scenario).amount(row.worst_loss);
    else
        line.none().none();
    if (row.second_worst_scenario == no_scenario)
        line.none().none();
    else
        line.integer(row.second_worst_scenario).amount(row.second_worst_loss);
    if (scenarios)
        line.amount(row.roll_shock).amount(row.delta_shock);
    else
        line.none().none();
    line.nanos(set.entry_nanos);
    for (money const& sensitivity : row.sensitivities) line.amount(sensitivity);
    line.text(model_of_set(run, i)).flags(flags_of(row));
}

void pool_line(std::string& out, risk_result const& run, std::size_t i) {
    pool_row const& pool = run.pools[i];
    row_text(out)
        .text(run.account_names[pool.account.value])
        .text(run.listed.assets[pool.asset.value])
        .integer(pool.positions)
        .amount(pool.cash)
        .amount(pool.entry)
        .amount(pool.value)
        .amount(pool.equity)
        .amount(pool.initial_margin)
        .amount(pool.maintenance_margin)
        .nanos(pool.excess_initial())
        .nanos(pool.excess_maintenance())
        .distance(pool.distance_down)
        .distance(pool.distance_up)
        .text(model_of(run, pool.account))
        .flags(pool.flags);
}

void account_line(std::string& out, risk_result const& run, std::size_t i) {
    account_summary const& account = run.accounts[i];
    int128 const equity = account.equity_usd.nanos;
    row_text(out)
        .text(run.account_names[i])
        .integer(account.pool_end - account.pool_begin)
        .nanos(account.equity_usd.nanos)
        .nanos(account.initial_margin_usd.nanos)
        .nanos(account.maintenance_margin_usd.nanos)
        .nanos(equity - account.initial_margin_usd.nanos)
        .nanos(equity - account.maintenance_margin_usd.nanos)
        .distance(account.distance_down)
        .distance(account.distance_up)
        .text(model_of(run, {static_cast<std::uint32_t>(i)}))
        .flags(account.flags);
}

void exception_line(std::string& out, risk_result const& run, std::size_t i) {
    if (i >= run.sets.excluded.size()) {
        model_refusal const& refused = run.refusals[i - run.sets.excluded.size()];
        netting_set const& set = run.sets.sets[refused.set];
        row_text(out)
            .none()
            .none()
            .text(run.account_names[set.account.value])
            .text(name_of_book(run.listed, run.books.rows[set.book]))
            .text("model")
            .text("is margined by the run's preset in its place: " + refused.reason);
        return;
    }
    excluded_position const& row = run.sets.excluded[i];
    bool const instrument = row.fault == position_fault::instrument_cannot_be_valued;
    bool const size = row.fault == position_fault::size_is_too_large;
    row_text(out)
        .none()
        .none()
        .text(run.account_names[row.account.value])
        .text(run.listed.names[row.instrument.value])
        .text(instrument ? "" : (size ? "quantity" : "entry"))
        .text(
            std::string("is left out of margin and equity: ") +
            (instrument ? sentence(run.values.status[row.instrument.value]) : sentence(row.fault)));
}

void total_line(std::string& out, asset_total const& total) {
    row_text line(out);
    line.text(total.name);
    total.price_nanos < 0 ? line.none() : line.nanos(total.price_nanos);
    line.integer(static_cast<std::int64_t>(total.pools))
        .nanos(total.cash)
        .nanos(total.entry)
        .nanos(total.value)
        .nanos(total.equity)
        .nanos(total.initial_margin)
        .nanos(total.maintenance_margin)
        .nanos(total.equity - total.initial_margin)
        .nanos(total.equity - total.maintenance_margin);
}

template <class LineT>
file_record table(std::filesystem::path const& folder, char const* name, char const* header,
                  std::size_t rows, LineT const& line) {
    result_file file(folder, name);
    file.write(header);
    write_rows(file, rows, line);
    return file.finish();
}

}  // namespace

file_record write_netting_sets(std::filesystem::path const& folder, risk_result const& run) {
    return table(folder, "netting_sets.csv",
                 "account,underlying,asset,positions,initial_margin,maintenance_margin,"
                 "worst_scenario,worst_loss,second_worst_scenario,second_worst_loss,roll_shock,"
                 "delta_shock,entry,value,delta,gamma,vega,theta,rho,vanna,volga,model,flags\n",
                 run.sets.sets.size(),
                 [&](std::string& out, std::size_t i) { netting_set_line(out, run, i); });
}

file_record write_pools(std::filesystem::path const& folder, risk_result const& run) {
    return table(folder, "pools.csv",
                 "account,asset,positions,cash,entry,value,equity,initial_margin,"
                 "maintenance_margin,excess_initial,excess_maintenance,distance_down,distance_up,"
                 "model,flags\n",
                 run.pools.size(),
                 [&](std::string& out, std::size_t i) { pool_line(out, run, i); });
}

file_record write_accounts(std::filesystem::path const& folder, risk_result const& run) {
    return table(folder, "accounts.csv",
                 "account,pools,equity_usd,initial_margin_usd,maintenance_margin_usd,"
                 "excess_initial_usd,excess_maintenance_usd,distance_down,distance_up,"
                 "model,flags\n",
                 run.accounts.size(),
                 [&](std::string& out, std::size_t i) { account_line(out, run, i); });
}

file_record write_ladder(std::filesystem::path const& folder, risk_result const& run) {
    return table(folder, "ladder.csv",
                 "move,accounts_liquidatable,accounts_negative,maintenance_margin_usd,"
                 "shortfall_usd,loss_usd\n",
                 run.all.ladder.size(), [&](std::string& out, std::size_t i) {
                     ladder_step const& step = run.all.ladder[i];
                     row_text(out)
                         .scaled(step.move_ppm, 6)
                         .integer(static_cast<std::int64_t>(step.accounts_liquidatable))
                         .integer(static_cast<std::int64_t>(step.accounts_negative))
                         .nanos(step.maintenance_margin_usd)
                         .nanos(step.shortfall_usd)
                         .nanos(step.loss_usd);
                 });
}

file_record write_totals(std::filesystem::path const& folder, risk_result const& run) {
    return table(folder, "totals.csv",
                 "asset,price_usd,pools,cash,entry,value,equity,initial_margin,maintenance_margin,"
                 "excess_initial,excess_maintenance\n",
                 run.all.assets.size(),
                 [&](std::string& out, std::size_t i) { total_line(out, run.all.assets[i]); });
}

file_record write_exceptions(std::filesystem::path const& folder, risk_result const& run) {
    return write_exceptions(folder, run.rejected, run.sets.excluded.size() + run.refusals.size(),
                            [&](std::string& out, std::size_t i) { exception_line(out, run, i); });
}

}  // namespace lockstep
