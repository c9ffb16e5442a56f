#include "host/ingest/ingest_order.h"

#include <algorithm>

namespace lockstep {

namespace {

bool places_order(transaction_row const& t) {
    return t.kind == transaction_kind::place_order || t.kind == transaction_kind::combo_leg;
}

bool is_urgent_command(transaction_row const& t) {
    bool const reduces = places_order(t) && (t.flags & transaction_flag::reduce_only) != 0;
    // Whose the other accounts of an owner are is not known here: who names them all waits his
    // turn.
    bool const cancels_all =
        t.kind == transaction_kind::mass_cancel && (t.flags & transaction_flag::whole_owner) == 0;
    return reduces || cancels_all || t.kind == transaction_kind::cancel_order;
}

/// The header of a combo says nothing: its legs do.
bool is_urgent(ingest_unit const& unit) {
    std::size_t headers = 0;
    for (transaction_row const& t : unit.commands) {
        if (t.kind == transaction_kind::combo_order)
            ++headers;
        else if (!is_urgent_command(t))
            return false;
    }
    return headers < unit.commands.size();
}

bool is_mass_cancel(transaction_row const& t) { return t.kind == transaction_kind::mass_cancel; }

/// Calls f(map, name) for each name under which a command of the unit is known.
template <class Presence, class F>
void each_name(Presence& known, ingest_unit const& unit, F const& f) {
    bool const urgent = is_urgent(unit);
    for (std::size_t i = 0; i < unit.commands.size(); ++i) {
        transaction_row const& t = unit.commands[i];
        f(known.accounts, t.account);
        if (urgent || is_mass_cancel(t)) f(known.urgent, t.account);
        if (!unit.signatures[i].is_missing()) f(known.keys, unit.signatures[i].key);
        if (!places_order(t)) continue;
        f(known.orders, typename Presence::order{t.id, t.account});
        f(known.traders, t.account);
    }
}

template <class Arrivals, class Name>
bool any_before(Arrivals const& among, Name const& name, std::uint64_t arrival) {
    auto const found = among.find(name);
    return found != among.end() && found->second.front() < arrival;
}

}  // namespace

void ingest_order::presence::enter(waiting_unit const& waiting) {
    each_name(*this, waiting.unit,
              [&](auto& among, auto const& name) { among[name].push_back(waiting.arrival); });
}

/// A class leaves in the order in which it arrived, so what leaves is the front.
void ingest_order::presence::leave(waiting_unit const& waiting) {
    each_name(*this, waiting.unit, [](auto& among, auto const& name) {
        auto const found = among.find(name);
        found->second.pop_front();
        if (found->second.empty()) among.erase(found);
    });
}

bool ingest_order::must_wait(ingest_unit const& unit) const {
    presence const& others = ordinary_known_;
    for (std::size_t i = 0; i < unit.commands.size(); ++i) {
        transaction_row const& t = unit.commands[i];
        if (t.kind == transaction_kind::cancel_order &&
            others.orders.contains({t.target, t.account}))
            return true;
        if (is_mass_cancel(t) && others.traders.contains(t.account)) return true;
        if (places_order(t) && others.urgent.contains(t.account)) return true;
        if (!unit.signatures[i].is_missing() && others.keys.contains(unit.signatures[i].key))
            return true;
    }
    return false;
}

bool ingest_order::is_held(waiting_unit const& ordinary) const {
    for (std::size_t i = 0; i < ordinary.unit.commands.size(); ++i) {
        signature_row const& s = ordinary.unit.signatures[i];
        if (any_before(urgent_known_.accounts, ordinary.unit.commands[i].account,
                       ordinary.arrival) ||
            (!s.is_missing() && any_before(urgent_known_.keys, s.key, ordinary.arrival)))
            return true;
    }
    return false;
}

ingest_reply ingest_order::offer(ingest_unit unit) {
    unit.signatures.resize(unit.commands.size());
    std::size_t const more = unit.commands.size();
    if (more == 0) return {ingest_answer::accepted, depth_};
    if (more > limits_.longest_unit) return {ingest_answer::too_long, depth_};
    bool const urgent = is_urgent(unit);
    std::size_t const room = limits_.commands + (urgent ? limits_.for_urgent : 0);
    if (depth_ + more > room) return {ingest_answer::busy, depth_};
    bool const first = urgent && !must_wait(unit);
    queue& to = first ? urgent_ : ordinary_;
    to.push_back({std::move(unit), arrivals_++});
    (first ? urgent_known_ : ordinary_known_).enter(to.back());
    depth_ += more;
    return {ingest_answer::accepted, depth_};
}

void ingest_order::move_front(queue& from, presence& known, block& into) {
    known.leave(from.front());
    ingest_unit const& unit = from.front().unit;
    depth_ -= unit.commands.size();
    auto& commands = into.commands.edit();
    commands.insert(commands.end(), unit.commands.begin(), unit.commands.end());
    into.signatures.insert(into.signatures.end(), unit.signatures.begin(), unit.signatures.end());
    from.pop_front();
}

void ingest_order::take(std::size_t most, block& into) {
    auto const fits = [&](queue const& from, std::size_t limit) {
        return !from.empty() && into.commands.size() + from.front().unit.commands.size() <= limit;
    };
    bool const overloaded = into.commands.size() + depth_ > most;
    if (overloaded)
        while (fits(urgent_, most - most / 4)) move_front(urgent_, urgent_known_, into);
    while (true) {
        bool const urgent = fits(urgent_, most);
        bool const ordinary = fits(ordinary_, most) && !is_held(ordinary_.front());
        if (!urgent && !ordinary) return;
        bool const by_arrival =
            urgent && (ordinary_.empty() || urgent_.front().arrival < ordinary_.front().arrival);
        if (ordinary && (overloaded || !by_arrival))
            move_front(ordinary_, ordinary_known_, into);
        else
            move_front(urgent_, urgent_known_, into);
    }
}

}  // namespace lockstep
