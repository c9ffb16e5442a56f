#include <fmt/format.h>

#include "host/io/decimal_text.h"
#include "host/log/names.h"
#include "host/store/explain.h"

namespace lockstep {

namespace {

std::string units(std::int64_t nanos) {
    std::string text;
    append_decimal(text, nanos, 9);
    return text;
}

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

std::string text_of(explained_command const& c) {
    transaction_row const& t = c.command;
    std::string text = fmt::format("  {:>8} {:<16} {}", c.receipt.sequence, name_of(t.kind),
                                   name_of(c.receipt.status));
    if (t.amount != 0) text += fmt::format("  amount {}", units(t.amount));
    if (c.asks) text += fmt::format("  {} {} at {}", name_of(t.side), t.instrument, units(t.price));
    if (c.receipt.value != 0) text += fmt::format("  filled {}", units(c.receipt.value));
    if (c.receipt.reserved_nanos != 0)
        text += fmt::format("  set aside {}", units(c.receipt.reserved_nanos));
    if (c.asks && c.receipt.status != apply_status::applied)
        text += fmt::format("  would set aside {} and {} for fees", units(c.asked.position.nanos),
                            units(c.asked.fee.nanos));
    return text + "\n";
}

std::string positions_text(char const* when, explained_moment const& moment) {
    std::string text;
    for (explained_position const& p : moment.positions) {
        text += fmt::format("  {} instrument {}:", when, p.instrument);
        for (field const& f : fields_of(p)) text += fmt::format(" {} {}", f.name, units(f.before));
        text += fmt::format(" advice {}\n", name_of(p.advice));
    }
    return text;
}

std::string positions_json(explained_moment const& moment) {
    std::string text = "[";
    for (explained_position const& p : moment.positions) {
        text += fmt::format("{}{{\"instrument\": {}", text.size() > 1 ? ", " : "", p.instrument);
        for (field const& f : fields_of(p))
            text += fmt::format(", \"{}\": \"{}\"", f.name, units(f.before));
        text += fmt::format(", \"advice\": \"{}\"}}", name_of(p.advice));
    }
    return text + "]";
}

std::string moment_json(explanation const& e, bool after) {
    explained_moment const& moment = after ? e.after : e.before;
    std::string text =
        fmt::format("{{\"exists\": {}, \"flags\": {}", moment.exists, moment.account.flags);
    for (field const& f : fields_of(e))
        text += fmt::format(", \"{}\": \"{}\"", f.name, units(after ? f.after : f.before));
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
        text += fmt::format("  {:<12} {:>24} {:>24}\n", f.name, units(f.before), units(f.after));
    text += "\n" + positions_text("before", e.before) + positions_text("after ", e.after);
    text += e.commands.empty() ? "\nno command of the block names it\n" : "\ncommands\n";
    for (explained_command const& c : e.commands) text += text_of(c);
    return text;
}

std::string json_of(explanation const& e) {
    std::string text =
        fmt::format("{{\n  \"account\": {},\n  \"block\": {},\n  \"time\": {},\n  \"reasons\": [",
                    e.account, e.block, e.time);
    for (std::size_t i = 0; i < e.reasons.size(); ++i)
        text += fmt::format("{}\"{}\"", i > 0 ? ", " : "", e.reasons[i]);
    text += "],\n  \"before\": " + moment_json(e, false) +
            ",\n  \"after\": " + moment_json(e, true) + ",\n  \"commands\": [";
    for (std::size_t i = 0; i < e.commands.size(); ++i) {
        explained_command const& c = e.commands[i];
        text += fmt::format(
            "{}\n    {{\"sequence\": {}, \"kind\": \"{}\", \"status\": \"{}\", \"account\": {}, "
            "\"instrument\": {}, \"amount\": \"{}\", \"price\": \"{}\", \"filled\": \"{}\", "
            "\"reserved\": \"{}\", \"asked_position\": \"{}\", \"asked_fee\": \"{}\"}}",
            i > 0 ? "," : "", c.receipt.sequence, name_of(c.command.kind),
            name_of(c.receipt.status), c.command.account, c.command.instrument,
            units(c.command.amount), units(c.command.price), units(c.receipt.value),
            units(c.receipt.reserved_nanos), units(c.asked.position.nanos),
            units(c.asked.fee.nanos));
    }
    return text + "\n  ]\n}\n";
}

}  // namespace lockstep
