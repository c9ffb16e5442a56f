#include <fmt/format.h>

#include "host/io/number_text.h"
#include "host/log/json_log.h"
#include "host/log/names.h"
#include "host/store/explain.h"

namespace lockstep {

namespace {

struct field {
    char const* name;
    std::int64_t before, after;
};

std::vector<field> fields_of(explanation const& e) {
    account_row const& a = e.before.account;
    account_row const& b = e.after.account;
    return {{"cash", a.cash.nanos, b.cash.nanos},
            {"unrealised", a.unrealised.nanos, b.unrealised.nanos},
            {"equity", e.before.equity(), e.after.equity()},
            {"reserved", a.reserved.nanos, b.reserved.nanos},
            {"pending_out", a.pending_out.nanos, b.pending_out.nanos},
            {"pending_in", a.pending_in.nanos, b.pending_in.nanos},
            {"requirement", a.requirement.nanos, b.requirement.nanos},
            {"maintenance", a.maintenance.nanos, b.maintenance.nanos},
            {"free_cash", e.before.free_cash(), e.after.free_cash()}};
}

std::vector<field> fields_of(explained_position const& p) {
    return {{"size", p.size, 0},
            {"cost", p.cost, 0},
            {"mark", p.mark, 0},
            {"initial", p.initial, 0},
            {"maintenance", p.maintenance, 0},
            {"unrealised", p.unrealised, 0},
            {"open_buy", p.open_buy, 0},
            {"open_sell", p.open_sell, 0},
            {"noticed", p.noticed, 0}};
}

std::string text_of(explained_lack const& lack, std::uint32_t account) {
    std::string const whose =
        lack.account == account ? "" : fmt::format("account {} ", lack.account);
    std::string const asked = lack.has_reserve
                                  ? fmt::format("would set aside {} and {} for fees, with ",
                                                units_text(lack.position), units_text(lack.fee))
                                  : "has ";
    return fmt::format("  {}{}{} free", whose, asked, units_text(lack.free));
}

/// What else an order says, where it says anything.
std::string text_of_terms(transaction_row const& t) {
    std::string text;
    if (t.type != order_type::limit) text += fmt::format(" {}", name_of(t.type));
    if (t.trigger != 0) text += fmt::format(" trigger {}", units_text(t.trigger));
    if (t.display != 0) text += fmt::format(" display {}", units_text(t.display));
    if (t.force != time_in_force::good_til_cancelled) text += fmt::format(" {}", name_of(t.force));
    if (t.until != 0) text += fmt::format(" until {}", t.until);
    for (int bit = 0; bit < 16; ++bit)
        if (t.flags >> bit & 1)
            text += fmt::format(" {}", name_of_flag(static_cast<std::uint16_t>(1 << bit)));
    return text;
}

std::string text_of(explained_command const& c, std::uint32_t account) {
    transaction_row const& t = c.command;
    std::string text = fmt::format("  {:>8} {:<16} {}", c.receipt.sequence, name_of(t.kind),
                                   name_of(c.receipt.status));
    if (t.account != account) text += fmt::format("  of account {}", t.account);
    if (may_trade(t.kind))
        text += fmt::format("  {} {} of instrument {}", name_of(c.terms.side), units_text(t.amount),
                            c.terms.instrument) +
                (t.price == 0 ? "" : " at " + units_text(t.price)) + text_of_terms(t);
    else if (t.amount != 0)
        text += fmt::format("  amount {}", units_text(t.amount));
    if (c.receipt.value != 0) text += fmt::format("  filled {}", units_text(c.receipt.value));
    if (c.receipt.reserved_nanos != 0)
        text += fmt::format("  set aside {}", units_text(c.receipt.reserved_nanos));
    if (c.limit) text += fmt::format("  limited to {}", units_text(*c.limit));
    if (c.lack) text += text_of(*c.lack, account);
    return text + "\n";
}

std::string cancellations_text(explanation const& e) {
    if (e.cancellations.empty()) return "";
    std::string text = "\ncancelled\n";
    for (cancellation const& c : e.cancellations)
        text += fmt::format("  {:>8} {} {} of instrument {}: {}\n", c.order, name_of(c.side),
                            units_text(c.size), c.instrument, name_of(c.reason));
    return text;
}

std::string cancellations_json(explanation const& e) {
    std::string text;
    for (cancellation const& c : e.cancellations)
        text += fmt::format(
            "{}\n    {{\"order\": {}, \"instrument\": {}, \"side\": \"{}\", \"size\": \"{}\", "
            "\"reason\": \"{}\"}}",
            text.empty() ? "" : ",", c.order, c.instrument, name_of(c.side), units_text(c.size),
            name_of(c.reason));
    return text;
}

std::string payments_text(explanation const& e) {
    if (e.payments.empty()) return "";
    std::string text = "\ncash\n";
    for (explained_payment const& p : e.payments) {
        text += fmt::format("  {:>8} {:<19} {:>20} ",
                            p.sequence == 0 ? "" : fmt::format("{}", p.sequence), p.kind,
                            units_text(p.cash));
        for (auto const& [name, value] : p.inputs) text += fmt::format(" {} {}", name, value);
        text += "\n";
    }
    return text;
}

std::string payments_json(explanation const& e) {
    std::string text;
    for (explained_payment const& p : e.payments) {
        text += fmt::format("{}\n    {{\"sequence\": {}, \"kind\": \"{}\", \"cash\": \"{}\"",
                            text.empty() ? "" : ",", p.sequence, p.kind, units_text(p.cash));
        for (auto const& [name, value] : p.inputs)
            text += fmt::format(", \"{}\": \"{}\"", name, value);
        text += "}";
    }
    return text;
}

std::string command_json(explained_command const& c) {
    std::string text = fmt::format(
        "{{\"sequence\": {}, \"kind\": \"{}\", \"status\": \"{}\", \"account\": {}, "
        "\"instrument\": {}, \"amount\": \"{}\", \"price\": \"{}\", \"filled\": \"{}\", "
        "\"reserved\": \"{}\"",
        c.receipt.sequence, name_of(c.command.kind), name_of(c.receipt.status), c.command.account,
        c.terms.instrument, units_text(c.command.amount), units_text(c.command.price),
        units_text(c.receipt.value), units_text(c.receipt.reserved_nanos));
    text += ", \"command\": " + json_of(c.command);
    if (c.limit) text += fmt::format(", \"limit\": \"{}\"", units_text(*c.limit));
    if (c.lack)
        text += fmt::format(", \"lacking_account\": {}, \"free\": \"{}\"", c.lack->account,
                            units_text(c.lack->free));
    if (c.lack && c.lack->has_reserve)
        text += fmt::format(", \"asked_position\": \"{}\", \"asked_fee\": \"{}\"",
                            units_text(c.lack->position), units_text(c.lack->fee));
    return text + "}";
}

std::string positions_text(char const* when, explained_moment const& moment) {
    std::string text;
    for (explained_position const& p : moment.positions) {
        text += fmt::format("  {} instrument {}:", when, p.instrument);
        for (field const& f : fields_of(p))
            text += fmt::format(" {} {}", f.name, units_text(f.before));
        text += fmt::format(" advice {}\n", name_of(p.advice));
    }
    return text;
}

std::string positions_json(explained_moment const& moment) {
    std::string text = "[";
    for (explained_position const& p : moment.positions) {
        text += fmt::format("{}{{\"instrument\": {}", text.size() > 1 ? ", " : "", p.instrument);
        for (field const& f : fields_of(p))
            text += fmt::format(", \"{}\": \"{}\"", f.name, units_text(f.before));
        text += fmt::format(", \"advice\": \"{}\"}}", name_of(p.advice));
    }
    return text + "]";
}

std::string moment_json(explanation const& e, bool after) {
    explained_moment const& moment = after ? e.after : e.before;
    std::string text =
        fmt::format("{{\"exists\": {}, \"flags\": {}", moment.exists, moment.account.flags);
    for (field const& f : fields_of(e))
        text += fmt::format(", \"{}\": \"{}\"", f.name, units_text(after ? f.after : f.before));
    return text + ", \"positions\": " + positions_json(moment) + "}";
}

}  // namespace

std::string text_of(explanation const& e) {
    std::string text =
        fmt::format("Account {} in block {}, time {}\n\n", e.account, e.block, e.time);
    for (std::string const& reason : e.reasons) text += reason + "\n";
    if (e.reasons.empty()) text += "nothing was refused and no flag changed\n";
    text += fmt::format("\n  {:<12} {:>24} {:>24}\n", "", "before", "after");
    for (field const& f : fields_of(e))
        text += fmt::format("  {:<12} {:>24} {:>24}\n", f.name, units_text(f.before),
                            units_text(f.after));
    text += "\n" + positions_text("before", e.before) + positions_text("after ", e.after);
    text += e.commands.empty() ? "\nno command of the block names it\n" : "\ncommands\n";
    for (explained_command const& c : e.commands) text += text_of(c, e.account);
    return text + cancellations_text(e) + payments_text(e);
}

std::string json_of(explanation const& e) {
    std::string text =
        fmt::format("{{\n  \"account\": {},\n  \"block\": {},\n  \"time\": {},\n  \"reasons\": [",
                    e.account, e.block, e.time);
    for (std::size_t i = 0; i < e.reasons.size(); ++i)
        text += fmt::format("{}\"{}\"", i > 0 ? ", " : "", e.reasons[i]);
    text += "],\n  \"before\": " + moment_json(e, false) +
            ",\n  \"after\": " + moment_json(e, true) + ",\n  \"commands\": [";
    for (std::size_t i = 0; i < e.commands.size(); ++i)
        text += (i > 0 ? ",\n    " : "\n    ") + command_json(e.commands[i]);
    return text + "\n  ],\n  \"cancellations\": [" + cancellations_json(e) +
           "\n  ],\n  \"payments\": [" + payments_json(e) + "\n  ]\n}\n";
}

}  // namespace lockstep
