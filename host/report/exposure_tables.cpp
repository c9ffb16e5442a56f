// Tables of stress and of concentration.
#include <string>

#include "host/report/table_cells.h"
#include "host/report/tables.h"
#include "margin/portfolio_sums.h"
#include "pricing/base/quantise.h"

namespace lockstep {

namespace {

/// part / whole to six places, rounded down; empty where there is no whole.
void share(row_text& line, int128 part, int128 whole) {
    if (whole <= 0) {
        line.none();
        return;
    }
    line.scaled(divide(part * 1'000'000, whole, rounding::down), 6);
}

void stress_line(std::string& out, risk_result const& run, std::size_t i) {
    auto const shocks = run.stress.of(i);
    row_text line(out);
    line.text(run.account_names[i]).nanos(run.accounts[i].equity_usd.nanos);
    if (auto const worst = run.stress.worst_of(i))
        line.text(run.stress.shocks[*worst].name).nanos(-shocks[*worst].gain);
    else
        line.none().none();
    for (stressed_account const& after : shocks) {
        if (after.valued)
            line.nanos(after.gain).nanos(after.equity);
        else
            line.none().none();
    }
}

void book_leader_line(std::string& out, risk_result const& run, std::size_t i) {
    book_leader const& leader = run.concentrated.of_books[i];
    margin_row const& row = run.margins[leader.set];
    money const delta = row.sensitivities[static_cast<int>(sensitivity::delta)];
    book_total const& total = run.concentrated.totals[leader.book];
    row_text line(out);
    line.text(name_of_book(run.listed, run.books.rows[leader.book]))
        .text(run.account_names[run.sets.sets[leader.set].account.value])
        .amount(delta);
    share(line, static_cast<int128>(magnitude(delta.nanos)), total.delta);
    line.amount(row.initial_margin);
    share(line, row.initial_margin.nanos, total.initial_margin);
}

void instrument_leader_line(std::string& out, risk_result const& run, std::size_t i) {
    instrument_leader const& leader = run.concentrated.of_instruments[i];
    holding const& held = run.holdings[leader.instrument];
    int128 const size = static_cast<int128>(magnitude(leader.nanos));
    row_text line(out);
    line.text(run.listed.names[leader.instrument])
        .text(run.account_names[leader.account.value])
        .nanos(leader.nanos);
    share(line, size, leader.nanos < 0 ? held.short_nanos : held.long_nanos);
    double const open = run.listed.quotes[leader.instrument].open_interest;
    checked_int64 const interest = quantise(open > 0 ? open : 0.0, 1e9, rounding::down);
    share(line, size, interest.overflowed ? 0 : interest.value);
}

}  // namespace

file_record write_stress(std::filesystem::path const& folder, risk_result const& run) {
    result_file file(folder, "stress.csv");
    std::string header = "account,equity_usd,worst_shock,worst_loss_usd";
    for (stress_shock const& shock : run.stress.shocks)
        header += ",gain_usd_" + shock.name + ",equity_usd_" + shock.name;
    file.write(header + "\n");
    write_rows(file, run.accounts.size(),
               [&](std::string& out, std::size_t i) { stress_line(out, run, i); });
    return file.finish();
}

file_record write_concentration(std::filesystem::path const& folder, risk_result const& run) {
    result_file file(folder, "concentration.csv");
    file.write("book,account,delta,share_of_delta,initial_margin,share_of_margin\n");
    write_rows(file, run.concentrated.of_books.size(),
               [&](std::string& out, std::size_t i) { book_leader_line(out, run, i); });
    return file.finish();
}

file_record write_largest_holders(std::filesystem::path const& folder, risk_result const& run) {
    result_file file(folder, "largest_holders.csv");
    file.write("instrument,account,quantity,share_of_side,share_of_open_interest\n");
    write_rows(file, run.concentrated.of_instruments.size(),
               [&](std::string& out, std::size_t i) { instrument_leader_line(out, run, i); });
    return file.finish();
}

}  // namespace lockstep
