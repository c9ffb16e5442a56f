#include "host/margin/query/answer.h"

#include <algorithm>

#include "host/base/error.h"
#include "host/io/json_text.h"

namespace lockstep {

namespace {

constexpr std::size_t worst_shown = 5;

/// Requirements round up and equity down, to the nano: what there is of an amount beyond `paid`.
int128 nanos(double amount, double paid, rounding direction, char const* what) {
    checked_int64 const n = in_nanos(amount, direction, paid);
    if (n.overflowed) throw input_error(std::string("the ") + what + " is too large to be stated");
    return n.value;
}

/// Options that are paid in full stand on both sides: they are rounded once, for both, lest who
/// owns nothing else lack a nano.
struct amounts {
    int128 paid;
    int128 equity, initial, maintenance;
    explicit amounts(margin_answer const& a)
        : paid(nanos(a.value_asked_for, 0, rounding::down, "value of options")),
          equity(paid + nanos(a.equity, a.value_asked_for, rounding::down, "equity")),
          initial(paid + nanos(a.initial, a.value_asked_for, rounding::up, "initial margin")),
          maintenance(
              paid + nanos(a.maintenance, a.value_asked_for, rounding::up, "maintenance margin")) {}
};

char const* verdict(amounts const& a) {
    if (a.equity < a.maintenance) return "liquidatable";
    return a.equity < a.initial ? "reduce_only" : "safe";
}

void write_amounts(json_text& out, amounts const& a) {
    out.nanos("equity", a.equity);
    out.nanos("initial_margin", a.initial);
    out.nanos("maintenance_margin", a.maintenance);
    out.nanos("excess", a.equity - a.initial);
    out.text("verdict", verdict(a));
}

void write_answer(json_text& out, full_answer const& a) {
    write_amounts(out, amounts(a.whole));
    out.open_object("parts");
    for (margin_part const& part : a.whole.parts) out.number(part.name, part.amount);
    out.close_object();
    out.open_object("parts_without_amount");
    for (margin_part const& part : a.whole.parts)
        if (!part.why_none.empty()) out.text(part.name, part.why_none);
    out.close_object();
    std::vector<scenario_line> worst = a.whole.scenarios;
    std::stable_sort(worst.begin(), worst.end(),
                     [](auto const& x, auto const& y) { return x.gain < y.gain; });
    worst.resize(std::min(worst.size(), worst_shown));
    out.open_array("worst_scenarios");
    for (scenario_line const& line : worst) {
        out.open_object();
        out.text("scenario", line.description);
        out.number("gain", line.gain);
        out.close_object();
    }
    out.close_array();
    out.open_array("legs");
    for (leg_contribution const& leg : a.legs) {
        out.open_object();
        out.text("instrument", leg.name);
        out.number("size", leg.size);
        out.number("adds_to_initial_margin", leg.initial);
        out.number("adds_to_maintenance_margin", leg.maintenance);
        out.number("adds_to_equity", leg.equity);
        out.close_object();
    }
    out.close_array();
}

}  // namespace

full_answer answer_query(margin_model const& model, margin_query const& query) {
    full_answer a{model.evaluate(query), model.not_counted(query), {}};
    std::vector<margin_amounts> const without = model.amounts_without_each(query);
    for (std::size_t i = 0; i < query.legs.size(); ++i)
        a.legs.push_back(
            {query.legs[i].name, query.legs[i].size, a.whole.initial - without[i].initial,
             a.whole.maintenance - without[i].maintenance, a.whole.equity - without[i].equity});
    return a;
}

// Every model's equity is its cash and what the positions are worth, so that what the account was
// worth before the trades, and is not after them, is what they have to bring.
what_if_answer answer_what_if(margin_model const& model, margin_query query,
                              full_answer const& before, std::vector<std::string> const& added) {
    add_legs(query, added);
    margin_answer const unpaid = model.evaluate(query);
    auto const worth = [](margin_answer const& a) { return a.equity + a.value_beside_equity; };
    double const brought = worth(before.whole) - worth(unpaid);
    what_if_answer a{added, brought / model.worth_of_cash(query), {}};
    query.cash += a.cash_change;
    a.after = answer_query(model, query);
    // The sum of doubles above may be off in its last digit; nothing is won by a trade.
    margin_answer& whole = a.after.whole;
    whole.equity =
        before.whole.equity + (before.whole.value_beside_equity - whole.value_beside_equity);
    return a;
}

std::string answer_json(std::string const& model, full_answer const& before,
                        what_if_answer const* what_if) {
    json_text out;
    out.open_object();
    out.text("model", model);
    out.open_array("not_counted");
    for (std::string const& key : before.not_counted) out.text(key);
    out.close_array();
    write_answer(out, before);
    if (what_if != nullptr) {
        amounts const was(before.whole), is(what_if->after.whole);
        out.open_object("what_if");
        out.open_array("added");
        for (std::string const& leg : what_if->added) out.text(leg);
        out.close_array();
        out.nanos("cash_change", nanos(what_if->cash_change, 0, rounding::down, "change of cash"));
        out.open_object("change");
        out.nanos("equity", is.equity - was.equity);
        out.nanos("initial_margin", is.initial - was.initial);
        out.nanos("maintenance_margin", is.maintenance - was.maintenance);
        out.close_object();
        write_answer(out, what_if->after);
        out.close_object();
    }
    out.close_object();
    return out.take();
}

}  // namespace lockstep
