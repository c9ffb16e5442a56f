#include "host/report/report_exposures.h"

#include <algorithm>
#include <numeric>

#include "host/report/tables.h"
#include "margin/portfolio_sums.h"

namespace lockstep {

namespace {

constexpr std::size_t largest_shown = 10;

std::int64_t counted(std::size_t count) { return static_cast<std::int64_t>(count); }

/// The accounts that have such an amount above zero, the largest first, of equals in order.
template <class Amount>
std::vector<std::size_t> largest_accounts(risk_result const& run, Amount const& amount) {
    std::vector<std::size_t> ids(run.accounts.size());
    std::iota(ids.begin(), ids.end(), std::size_t{0});
    std::erase_if(ids, [&](std::size_t i) { return amount(i) <= 0; });
    std::size_t const shown = std::min(ids.size(), largest_shown);
    std::partial_sort(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(shown), ids.end(),
                      [&](std::size_t a, std::size_t b) {
                          int128 const x = amount(a), y = amount(b);
                          return x > y || (x == y && a < b);
                      });
    ids.resize(shown);
    return ids;
}

void write_shock(json_text& json, risk_result const& run, std::size_t k) {
    int128 losses = 0, negative_equity = 0;
    std::size_t losing = 0, negative = 0, not_valued = 0;
    for (std::size_t i = 0; i < run.accounts.size(); ++i) {
        stressed_account const& after = run.stress.of(i)[k];
        if (!after.valued) {
            ++not_valued;
            continue;
        }
        losing += after.gain < 0 ? 1 : 0;
        losses -= std::min(after.gain, int128{0});
        negative += after.equity < 0 ? 1 : 0;
        negative_equity -= std::min(after.equity, int128{0});
    }
    json.open_object();
    json.text("name", run.stress.shocks[k].name);
    json.text("what", run.stress.shocks[k].what);
    json.integer("losing", counted(losing));
    json.rough("losses", losses);
    json.integer("negative", counted(negative));
    json.rough("negative_equity", negative_equity);
    json.integer("not_valued", counted(not_valued));
    json.close_object();
}

/// A number for drawing.
void write_share(json_text& json, char const* name, int128 part, int128 whole) {
    json.number(name, whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0.0);
}

void write_leader(json_text& json, risk_result const& run, book_leader const& leader) {
    margin_row const& row = run.margins[leader.set];
    money const delta = row.sensitivities[static_cast<int>(sensitivity::delta)];
    book_total const& total = run.concentrated.totals[leader.book];
    json.open_object();
    json.text("account", run.account_names[run.sets.sets[leader.set].account.value]);
    json.rough("delta", delta.nanos);
    write_share(json, "of_delta", static_cast<int128>(magnitude(delta.nanos)), total.delta);
    json.rough("im", row.initial_margin.nanos);
    write_share(json, "of_margin", row.initial_margin.nanos, total.initial_margin);
    json.close_object();
}

}  // namespace

void write_report_stress(json_text& json, risk_result const& run) {
    if (run.stress.shocks.empty() || run.accounts.empty()) return;
    json.open_object("stress");
    json.open_array("shocks");
    for (std::size_t k = 0; k < run.stress.shocks.size(); ++k) write_shock(json, run, k);
    json.close_array();
    auto const loss = [&run](std::size_t i) {
        auto const worst = run.stress.worst_of(i);
        return worst ? -run.stress.of(i)[*worst].gain : int128{0};
    };
    json.open_array("accounts");
    for (std::size_t const i : largest_accounts(run, loss)) {
        std::size_t const worst = *run.stress.worst_of(i);
        json.open_object();
        json.text("account", run.account_names[i]);
        json.rough("equity", run.accounts[i].equity_usd.nanos);
        json.text("shock", run.stress.shocks[worst].name);
        json.rough("loss", loss(i));
        json.rough("after", run.stress.of(i)[worst].equity);
        json.close_object();
    }
    json.close_array();
    json.close_object();
}

void write_report_concentration(json_text& json, risk_result const& run) {
    auto const& leaders = run.concentrated.of_books;
    if (leaders.empty()) return;
    json.open_array("concentration");
    for (std::size_t first = 0; first < leaders.size();) {
        std::uint32_t const book = leaders[first].book;
        json.open_object();
        json.text("book", name_of_book(run.listed, run.books.rows[book]));
        json.open_array("leaders");
        std::size_t i = first;
        for (; i < leaders.size() && leaders[i].book == book; ++i)
            if (i < first + largest_shown) write_leader(json, run, leaders[i]);
        first = i;
        json.close_array();
        json.close_object();
    }
    json.close_array();
}

void write_report_tail(json_text& json, risk_result const& run) {
    if (!run.tail || run.tail->tails_ppm.empty()) return;
    tail_result const& tail = *run.tail;
    json.open_object("tail");
    json.text("method", run.tail_method_name);
    json.integer("scenarios", counted(tail.times.size()));
    json.open_array("levels");
    for (std::uint32_t const ppm : tail.tails_ppm) json.text(level_name(ppm));
    json.close_array();
    json.open_array("accounts");
    for (std::size_t const i : largest_accounts(
             run, [&tail](std::size_t account) { return tail.loss(account, 0).value_at_risk; })) {
        json.open_object();
        json.text("account", run.account_names[i]);
        json.rough("equity", run.accounts[i].equity_usd.nanos);
        json.rough("worst", tail.worst[i].loss);
        json.open_array("losses");
        for (std::size_t l = 0; l < tail.tails_ppm.size(); ++l) {
            json.open_object();
            json.rough("var", tail.loss(i, l).value_at_risk);
            json.rough("es", tail.loss(i, l).expected_shortfall);
            json.close_object();
        }
        json.close_array();
        json.close_object();
    }
    json.close_array();
    json.close_object();
}

}  // namespace lockstep
