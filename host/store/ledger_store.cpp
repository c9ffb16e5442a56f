#include "host/store/ledger_store.h"

#include <fmt/format.h>

#include <cstring>
#include <optional>

#include "host/base/error.h"

namespace lockstep {

// The mark is read before the database is opened: a writer that goes on meanwhile has then not
// acknowledged more than what is found.
ledger_store::ledger_store(store_options options)
    : options_(std::move(options)),
      mark_(options_.files.env != nullptr ? *options_.files.env : *rocksdb::Env::Default(),
            options_.files.folder.string()),
      files_(options_.files) {
    std::string const folder = options_.files.folder.string();
    std::string key, value;
    if (files_.last(column::journal, {}, key, value)) {
        blocks_ = block_of_key(key);
        last_entry_ =
            digest_of(parse_entry(value, fmt::format("{}: journal entry {}", folder, blocks_)));
    }
    if (blocks_ > 0 && mark_.is_missing())
        throw input_error(fmt::format(
            "{}: ACKNOWLEDGED, the mark of what was acknowledged, is missing or empty, and there "
            "are {} blocks: whether more were lost cannot be told",
            folder, blocks_));
    if (blocks_ < mark_.blocks())
        throw input_error(fmt::format("{}: blocks {} to {} were acknowledged and are missing",
                                      folder, blocks_ + 1, mark_.blocks()));
    if (options_.files.mode == open_mode::read_only) return;
    files_.settle();
    mark_.open_to_write();
    mark_.write_synced(blocks_);
}

journal_entry ledger_store::entry(std::uint64_t block) const {
    std::string const what = fmt::format("{}: journal entry {}", files_.folder().string(), block);
    std::optional<journal_entry> found;
    files_.scan(column::journal, {}, journal_key(block), [&](std::string_view, std::string_view v) {
        found = parse_entry(v, what);
        return false;
    });
    if (!found || found->head.first_block > block || found->head.block < block)
        throw input_error(what + ": is missing");
    return *found;
}

std::string ledger_store::name_of(journal_entry const& entry) const {
    return entry.is_folded()
               ? fmt::format("{}: blocks {} to {}", files_.folder().string(),
                             entry.head.first_block, entry.head.block)
               : fmt::format("{}: block {}", files_.folder().string(), entry.head.block);
}

std::vector<std::uint8_t> ledger_store::section(journal_entry const& entry,
                                                section_kind kind) const {
    static constexpr char const* names[] = {"?",        "commands", "receipts",   "changes",
                                            "outcomes", "blocks",   "signatures", "rows"};
    std::string const what =
        fmt::format("{}: {}", name_of(entry), names[static_cast<std::size_t>(kind)]);
    section_row const* row = entry.section(kind);
    std::string value;
    if (row == nullptr || !files_.get(column::bodies, body_key(kind, entry.head.block), value))
        throw input_error(what + ": are missing");
    return coder_.unpack(value, row->rows, row->row_bytes, what);
}

rows_mark ledger_store::rows() const {
    std::string value;
    rows_mark mark{blocks_};
    if (!files_.get(column::meta, rows_mark::key, value)) return mark;  // nothing was ever behind
    if (value.size() != sizeof mark.block)
        throw input_error(files_.folder().string() + ": the mark of rows is not what was written");
    std::memcpy(&mark.block, value.data(), sizeof mark.block);
    if (mark.block > blocks_)
        throw input_error(fmt::format("{}: rows are of block {}, the last is {}",
                                      files_.folder().string(), mark.block, blocks_));
    return mark;
}

void ledger_store::each_row_of(
    journal_entry const& entry,
    std::function<void(change_row const&, std::string_view)> const& see) const {
    std::string const what = name_of(entry) + ": rows";
    std::string packed;
    if (!files_.get(column::bodies, body_key(section_kind::rows, entry.head.block), packed))
        throw input_error(what + " are missing");
    unpack_parts(packed, rows_of<change_row>(section(entry, section_kind::changes)), coder_, what,
                 see);
}

rows_behind ledger_store::read_rows_behind() const {
    rows_behind behind;
    for (std::uint64_t b = rows().block + 1; b <= blocks_; ++b)
        each_row_of(entry(b), [&](change_row const& change, std::string_view bytes) {
            behind.set(change.table, change.row, bytes);
        });
    return behind;
}

block_writer& ledger_store::writer() {
    if (!writer_)
        writer_ = std::make_unique<block_writer>(options_, files_, mark_, blocks_, last_entry_,
                                                 rows(), read_rows_behind());
    return *writer_;
}

void ledger_store::append(block const& b, big_vector<receipt_row> const& receipts,
                          engine const& ledger, ledger_root const& root) {
    std::unique_ptr<staged_block> staged = writer().take();
    staged->clear_rows();
    changed_.update(ledger.state(), ledger.dirty(),
                    [&](std::uint32_t table, std::uint32_t row, std::string_view bytes) {
                        staged->add_row(table, row, bytes);
                    });
    block_summary_row const& summary = root.blocks().back();
    staged->head = {
        .magic = journal_magic,
        .version = journal_version,
        .sections = 0,
        .tables = 0,
        .flags = ledger.options().require_signatures ? entry_flag::required_signatures : 0,
        .first_block = blocks_ + 1,
        .block = blocks_ + 1,
        .time = b.time,
        .first_sequence = summary.first_sequence,
        .commands = b.commands.size(),
        .last_rank = changed_.last_rank(),
        .previous = {},
        .root = root.root(),
        .risk = {},
        .folded = {}};
    staged->tables = root.tables();
    staged->commands = b.commands;
    staged->signatures = b.signatures;
    staged->receipts = receipts;
    staged->receipts_digest = summary.receipts;
    writer().give(std::move(staged));
    blocks_ += 1;
    if (options_.checkpoint_every > 0 && blocks_ % options_.checkpoint_every == 0) checkpoint();
}

void ledger_store::sync() {
    if (writer_) writer_->sync();
}

void ledger_store::settle() {
    sync();
    if (rows().block < blocks_) writer().settle_rows();
}

}  // namespace lockstep
