// What keeps a store from growing for ever, and copies of it.
#include <fmt/format.h>
#include <rocksdb/utilities/checkpoint.h>

#include <memory>

#include "host/root/row_digest.h"
#include "host/store/ledger_store.h"

namespace lockstep {

namespace {

static_assert(sizeof(outcome_row) == 8 && std::is_trivially_copyable_v<outcome_row>);

template <class Row>
void append(std::vector<Row>& rows, std::vector<std::uint8_t> const& bytes) {
    std::vector<Row> const more = rows_of<Row>(bytes);
    rows.insert(rows.end(), more.begin(), more.end());
}

/// Entries on their way into one.
struct folding {
    journal_entry first, last;
    history_part part;
};

void add(folding& f, ledger_store const& store, journal_entry const& entry) {
    if (f.part.blocks.empty()) f.first = entry;
    f.last = entry;
    if (entry.section(section_kind::signatures) != nullptr) {
        f.part.signatures.resize(f.part.commands.size());  // none
        append(f.part.signatures, store.section(entry, section_kind::signatures));
    }
    append(f.part.commands, store.section(entry, section_kind::commands));
    for (receipt_row const& r : rows_of<receipt_row>(store.section(entry, section_kind::receipts)))
        f.part.outcomes.push_back({.status = r.status, .reserved = 0, .row = r.result});
    f.part.blocks.push_back(entry.summary());
}

/// What a process that was killed while it made a checkpoint has left.
void remove_folder(rocksdb::Env& env, std::string const& folder) {
    std::vector<std::string> names;
    if (!env.GetChildren(folder, &names).ok()) return;
    for (std::string const& name : names)
        if (name != "." && name != "..") demand(env.DeleteFile(folder + "/" + name), folder);
    demand(env.DeleteDir(folder), folder);
}

}  // namespace

void ledger_store::write_folded(journal_entry entry, history_part const& part, backend& device) {
    row_digester digest_rows(device);
    entry.sections.clear();
    entry.head.commands = part.commands.size();
    column_coder small(12);
    rocksdb::WriteBatch batch;
    auto const put = [&](section_kind kind, auto const& rows) {
        std::size_t const bytes = sizeof rows[0];
        entry.sections.push_back({kind, static_cast<std::uint32_t>(bytes), rows.size(),
                                  digest_rows(rows.data(), rows.size(), bytes)});
        files_.put(batch, column::bodies, body_key(kind, entry.head.block),
                   small.pack(rows.data(), rows.size(), bytes));
    };
    for (std::uint64_t b = entry.head.first_block; b <= entry.head.block; ++b) {
        files_.erase(batch, column::journal, journal_key(b));
        for (auto const kind : {section_kind::commands, section_kind::signatures,
                                section_kind::receipts, section_kind::changes})
            files_.erase(batch, column::bodies, body_key(kind, b));
    }
    put(section_kind::commands, part.commands);
    if (!part.signatures.empty()) put(section_kind::signatures, part.signatures);
    put(section_kind::outcomes, part.outcomes);
    put(section_kind::blocks, part.blocks);
    files_.put(batch, column::journal, journal_key(entry.head.block), bytes_of(entry));
    files_.write_synced(batch);
}

void ledger_store::fold(std::uint64_t retained, backend& device) {
    settle();  // the lists of changed rows go, and with them what the rows behind are known by
    folding f;
    auto const write = [&] {
        if (f.part.blocks.empty()) return;
        journal_entry folded = f.last;
        folded.head.first_block = f.first.head.first_block;
        folded.head.first_sequence = f.first.head.first_sequence;
        folded.head.previous = f.first.head.previous;
        folded.head.folded = digest_of(f.last);
        if (!f.part.signatures.empty()) f.part.signatures.resize(f.part.commands.size());
        write_folded(std::move(folded), f.part, device);
        f = {};
    };
    std::uint64_t const last = blocks_ > retained ? blocks_ - retained : 0;
    for (std::uint64_t b = 1; b <= last; ++b) {
        journal_entry const next = entry(b);
        b = next.head.block;
        if (next.is_folded()) continue;
        if (f.part.commands.size() + next.head.commands > folded_commands_max) write();
        add(f, *this, next);
    }
    write();
}

std::filesystem::path ledger_store::checkpoint() {
    sync();
    std::filesystem::path const folder = files_.folder() / "checkpoints";
    std::filesystem::path const target = folder / fmt::format("{:012}", blocks_);
    rocksdb::Env& env = *files_.db().GetEnv();
    demand(env.CreateDirIfMissing(folder.string()), folder.string());
    if (env.FileExists(target.string()).ok()) return target;
    // It has its name when it is whole, with a mark as every store has.
    std::string const making = target.string() + ".making";
    remove_folder(env, making);
    rocksdb::Checkpoint* maker = nullptr;
    demand(rocksdb::Checkpoint::Create(&files_.db(), &maker), making);
    std::unique_ptr<rocksdb::Checkpoint> const owned(maker);
    demand(owned->CreateCheckpoint(making), making);
    acknowledged_mark mark(env, making);
    mark.open_to_write();
    mark.write_synced(blocks_);
    demand(env.RenameFile(making, target.string()), target.string());
    return target;
}

}  // namespace lockstep
