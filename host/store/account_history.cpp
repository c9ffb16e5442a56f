#include "host/store/account_history.h"

#include <fmt/format.h>

#include <cstring>

#include "host/base/error.h"
#include "host/io/json_text.h"
#include "host/io/number_text.h"
#include "host/store/account_commands.h"
#include "host/store/journal_reader.h"
#include "host/store/replay.h"
#include "host/store/shown_account.h"

namespace lockstep {

namespace {

/// Whether anything but the number of the last command is another.
bool differ(account_row a, account_row const& b) {
    a.sequence = b.sequence;
    return std::memcmp(&a, &b, sizeof a) != 0;
}

char const* standing_of(account_row const& a) {
    if (a.flags & account_flag::suspended) return "suspended";
    if (a.flags & account_flag::liquidating) return "liquidating";
    return a.flags & account_flag::reduce_only ? "reduce_only" : "";
}

}  // namespace

account_history history_of(ledger_store const& store, std::uint32_t account, backend& device,
                           std::function<void(std::uint64_t blocks)> const& progress) {
    restored_ledger at = nearest_ledger(store, 0, {}, device);
    engine_state const& state = at.ledger->state();
    account_history h{account, store.blocks(), {}};
    account_row before{};
    journal_reader journal(store, 1);
    for (block b; journal.next(b); progress(journal.number())) {
        big_vector<receipt_row> const& receipts = at.ledger->run(b);
        if (account >= state.accounts.size()) continue;
        account_row const after = state.accounts[account];
        account_step step{journal.number(), b.time, 0, 0, after};
        for (std::size_t i = 0; i < b.commands.size(); ++i) {
            if (!is_about(b.commands[i], account, state)) continue;
            ++step.commands;
            step.refused += receipts[i].status != apply_status::applied;
        }
        if (step.commands > 0 || differ(before, after)) h.steps.push_back(step);
        before = after;
    }
    if (account >= state.accounts.size())
        throw input_error(fmt::format("{}: there are {} accounts, from 0 on: not {}",
                                      store.files().folder().string(), state.accounts.size(),
                                      account));
    return h;
}

std::string text_of(account_history const& h) {
    std::string text = fmt::format(
        "account {}: touched by {} of {} blocks; explain --block tells why\n\n"
        "{:>8} {:>20} {:>8} {:>7} {:>22} {:>22} {:>22} {:>22}\n",
        h.account, h.steps.size(), h.blocks, "block", "time", "commands", "refused", "cash",
        "equity", "maintenance", "free_cash");
    for (account_step const& s : h.steps) {
        std::string row =
            fmt::format("{:>8} {:>20} {:>8} {:>7} {:>22} {:>22} {:>22} {:>22}  {}", s.block, s.time,
                        s.commands, s.refused, units_text(s.after.cash.nanos),
                        units_text(shown_equity(s.after)), units_text(s.after.maintenance.nanos),
                        units_text(shown_free_cash(s.after)), standing_of(s.after));
        row.erase(row.find_last_not_of(' ') + 1);
        text += row + "\n";
    }
    return text;
}

std::string json_of(account_history const& h) {
    json_text out;
    out.open_object();
    out.integer("account", h.account);
    out.integer("blocks", static_cast<std::int64_t>(h.blocks));
    out.open_array("touched_by");
    for (account_step const& s : h.steps) {
        out.open_object();
        out.integer("block", static_cast<std::int64_t>(s.block));
        out.integer("time", s.time);
        out.integer("commands", s.commands);
        out.integer("refused", s.refused);
        out.nanos("cash", s.after.cash.nanos);
        out.nanos("equity", shown_equity(s.after));
        out.nanos("maintenance", s.after.maintenance.nanos);
        out.nanos("free_cash", shown_free_cash(s.after));
        out.text("standing", standing_of(s.after));
        out.close_object();
    }
    out.close_array();
    out.close_object();
    return out.take();
}

}  // namespace lockstep
