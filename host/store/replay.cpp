#include "host/store/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <span>

#include "host/base/error.h"
#include "host/log/names.h"
#include "host/root/proof_json.h"
#include "host/store/journal_reader.h"

namespace lockstep {

namespace {

constexpr std::size_t replay_findings_max = 50;

std::string hex(void const* bytes, std::size_t count) {
    return hex_text(static_cast<std::uint8_t const*>(bytes), count);
}

/// The rows of one block, as the journal has them and as they came out now.
class row_comparison {
  public:
    row_comparison(ledger_store const& store, replay_report& report)
        : store_(store), report_(report) {}

    void rows(std::vector<change_row> const& then,
              std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> const& now) {
        auto left = now;
        for (change_row const& change : then) {
            auto const at = left.find({change.table, change.row});
            if (at == left.end()) {
                say(name_of_row(change.table, change.row) + ": changed then, not now");
                continue;
            }
            std::string const& bytes = at->second;
            std::uint64_t const digest =
                bytes.empty() ? 0
                              : digest_of_row(change.table, change.row, bytes.data(), bytes.size());
            if (digest != change.digest)
                say(fmt::format("{}:{}\n  now  {}", name_of_row(change.table, change.row),
                                stored(change), hex(bytes.data(), bytes.size())));
            left.erase(at);
        }
        for (auto const& [place, bytes] : left)
            say(fmt::format("{}: changed now, not then\n  now  {}",
                            name_of_row(place.first, place.second),
                            hex(bytes.data(), bytes.size())));
    }

    /// Of each command, its outcome in `then`; whoever goes on with the store answers a repeated id
    /// from it, and no root speaks of it. Names the first that differs.
    void outcomes(std::span<outcome_row const> then, std::span<receipt_row const> now) {
        for (std::size_t i = 0; i < now.size(); ++i) {
            receipt_row const& r = now[i];
            if (then[i].status == r.status && then[i].reserved == 0 && then[i].row == r.result)
                continue;
            return say(fmt::format("outcome of command {}: then {} and row {}{}, now {} and row {}",
                                   r.sequence, name_of(then[i].status), then[i].row,
                                   then[i].reserved == 0 ? "" : ", with what is to be zero",
                                   name_of(r.status), r.result));
        }
    }

    void receipts(std::span<receipt_row const> then, std::span<receipt_row const> now) {
        for (std::size_t i = 0; i < std::max(then.size(), now.size()); ++i) {
            if (i < then.size() && i < now.size() &&
                std::memcmp(&then[i], &now[i], sizeof then[i]) == 0)
                continue;
            say(fmt::format("receipt {}:\n  then {}\n  now  {}", i + 1,
                            i < then.size() ? hex(&then[i], sizeof then[i]) : "none",
                            i < now.size() ? hex(&now[i], sizeof now[i]) : "none"));
        }
    }

  private:
    void say(std::string text) {
        if (report_.findings.size() < replay_findings_max)
            report_.findings.push_back(std::move(text));
    }
    /// The row's bytes of then, where the store still has them.
    std::string stored(change_row const& change) const {
        if (change.digest == 0) return "\n  then gone";
        std::string value;
        if (!store_.files().get(column::rows, row_key_of(change.table, change.row), value) ||
            value.size() < sizeof change.digest)
            return {};
        std::size_t const bytes = value.size() - sizeof change.digest;
        if (std::memcmp(value.data() + bytes, &change.digest, sizeof change.digest) != 0) return {};
        return "\n  then " + hex(value.data(), bytes);
    }

    ledger_store const& store_;
    replay_report& report_;
};

class replayer {
  public:
    replayer(ledger_store const& store, replay_plan const& plan, backend& device) : store_(store) {
        at_ = nearest_ledger(store, plan.from - 1, plan.engine, device);
        report_.started_after = at_.ledger->state().blocks;
    }

    replay_report run(std::uint64_t last, std::function<void(std::uint64_t)> const& progress) {
        journal_reader journal(store_, report_.started_after + 1);
        for (block b; report_.differs == 0 && journal.number() < last && journal.next(b);) {
            big_vector<receipt_row> const& receipts = at_.ledger->run(b);
            report_.root = at_.root->update(at_.ledger->state(), at_.ledger->dirty(), receipts);
            compare(journal, receipts);
            report_.blocks += 1;
            report_.commands += b.commands.size();
            progress(report_.commands);
        }
        if (report_.differs == 0 && last == store_.blocks()) compare_ranks(last);
        return std::move(report_);
    }

  private:
    /// Where orders stand in their books, which no root speaks of where stops wait for a price.
    void compare_ranks(std::uint64_t last) {
        std::size_t const slots = at_.ledger->state().open_orders.rows().size();
        auto const compare = [&](std::uint32_t slot, std::string_view bytes) {
            book_order_row then{};
            std::memcpy(&then, bytes.data(), std::min(bytes.size(), sizeof then));
            std::uint64_t const now = slot < slots ? at_.seen.rank_of(slot) : 0;
            if (then.rank == now || !report_.findings.empty()) return;
            report_.differs = last;
            report_.findings.push_back(fmt::format("{}: then of rank {}, now of {}",
                                                   name_of_row(book_order_table, slot), then.rank,
                                                   now));
        };
        rows_behind const behind = store_.read_rows_behind();
        std::string const prefix(1, static_cast<char>(book_order_table));
        store_.files().scan(
            column::rows, prefix, prefix, [&](std::string_view key, std::string_view value) {
                auto const slot = static_cast<std::uint32_t>(block_of_key(key.substr(1)));
                if (!behind.is_behind(book_order_table, slot)) compare(slot, value);
                return true;
            });
        behind.each(book_order_table, compare);
    }

    void compare(journal_reader const& journal, big_vector<receipt_row> const& receipts) {
        std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> rows;
        bool const folded = journal.entry().is_folded();
        at_.seen.update(at_.ledger->state(), at_.ledger->dirty(),
                        [&](std::uint32_t table, std::uint32_t row, std::string_view bytes) {
                            if (!folded) rows[{table, row}] = std::string(bytes);
                        });
        report_.roots += journal.at_root() ? 1 : 0;
        row_comparison difference(store_, report_);
        difference.outcomes(outcomes_in(journal, receipts), receipts);
        bool const same_receipts = at_.root->blocks().back().receipts == journal.receipts();
        bool const same_root = !journal.at_root() || report_.root == journal.entry().head.root;
        if (same_receipts && same_root && report_.findings.empty()) return;
        report_.differs = journal.number();
        if (same_receipts && same_root) return;  // every row and receipt is as it was
        if (folded) {
            report_.findings.push_back(
                "its entry was folded: which rows it changed is no longer known");
            return;
        }
        journal_entry const& entry = journal.entry();
        difference.rows(rows_of<change_row>(store_.section(entry, section_kind::changes)), rows);
        difference.receipts(rows_of<receipt_row>(store_.section(entry, section_kind::receipts)),
                            receipts);
    }

    /// Of the block read last, one for each of its receipts.
    std::span<outcome_row const> outcomes_in(journal_reader const& journal,
                                             big_vector<receipt_row> const& receipts) {
        journal_entry const& entry = journal.entry();
        if (outcomes_after_ != entry.head.block) outcomes_ = outcomes_of(store_, entry);
        outcomes_after_ = entry.head.block;
        std::size_t const first =
            receipts.empty() ? 0 : receipts[0].sequence - entry.head.first_sequence;
        if (first > outcomes_.size() || receipts.size() > outcomes_.size() - first)
            throw input_error(store_.name_of(entry) + ": has not as many outcomes as commands");
        return std::span(outcomes_).subspan(first, receipts.size());
    }

    ledger_store const& store_;
    restored_ledger at_;
    replay_report report_;
    std::vector<outcome_row> outcomes_;
    std::uint64_t outcomes_after_ = 0;  // last block of the entry whose they are; 0: none
};

/// A folder's name alone says nothing: somebody may have gone on with a checkpoint as with a store.
void demand_copy_of(ledger_store const& store, ledger_store const& checkpoint,
                    std::uint64_t block) {
    std::string const folder = checkpoint.files().folder().string();
    if (checkpoint.blocks() != block)
        throw input_error(fmt::format("{}: is to be a copy after block {}, and has {} blocks",
                                      folder, block, checkpoint.blocks()));
    journal_entry const entry = store.entry(block);
    if (entry.head.block == block && !(digest_of(entry) == checkpoint.last_entry()))
        throw input_error(fmt::format("{}: its block {} is not the one in the journal of {}",
                                      folder, block, store.files().folder().string()));
}

}  // namespace

restored_ledger nearest_ledger(ledger_store const& store, std::uint64_t block,
                               engine_options const& options, backend& device) {
    std::vector<std::string> names;
    std::string const all = (store.files().folder() / "checkpoints").string();
    rocksdb::Status const listed = store.files().db().GetEnv()->GetChildren(all, &names);
    if (!listed.ok() && !listed.IsNotFound())
        throw machine_error(all + ": cannot be read: " + listed.ToString());
    std::uint64_t nearest = 0;
    std::string folder;
    for (std::string const& name : names) {
        bool const number = name.size() == 12 && std::all_of(name.begin(), name.end(), [](char c) {
                                return c >= '0' && c <= '9';
                            });
        if (!number || std::stoull(name) > block || std::stoull(name) <= nearest) continue;
        nearest = std::stoull(name);
        folder = name;
    }
    if (nearest == 0) {
        engine_options from_nothing = options;
        if (store.blocks() > 0)
            from_nothing.require_signatures =
                (store.entry(1).head.flags & entry_flag::required_signatures) != 0;
        return fresh_ledger(from_nothing, device);
    }
    ledger_store checkpoint({.files = {.folder = store.files().folder() / "checkpoints" / folder,
                                       .mode = open_mode::read_only,
                                       .env = store.files().db().GetEnv()},
                             .acknowledge = {}});
    demand_copy_of(store, checkpoint, nearest);
    return checkpoint.restore(options, device);
}

replay_report replay(ledger_store const& store, replay_plan const& plan, backend& device,
                     std::function<void(std::uint64_t)> const& progress) {
    if (store.blocks() == 0)
        throw input_error(store.files().folder().string() + ": holds no block yet");
    std::uint64_t const last = plan.to == 0 ? store.blocks() : plan.to;
    if (plan.from == 0 || plan.from > last || last > store.blocks())
        throw input_error(fmt::format("{}: has blocks 1 .. {}, not {} .. {}",
                                      store.files().folder().string(), store.blocks(), plan.from,
                                      last));
    return replayer(store, plan, device).run(last, progress);
}

}  // namespace lockstep
