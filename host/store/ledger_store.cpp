#include "host/store/ledger_store.h"

#include <fmt/format.h>

#include <cstring>
#include <optional>

#include "host/base/error.h"
#include "host/root/row_digest.h"

namespace lockstep {

ledger_store::ledger_store(store_options options)
    : options_(std::move(options)),
      files_(options_.files),
      mark_(*files_.db().GetEnv(), options_.files.folder.string(),
            options_.files.mode != open_mode::read_only) {
    std::string const folder = options_.files.folder.string();
    std::string key, value;
    if (files_.last(column::journal, {}, key, value)) {
        blocks_ = block_of_key(key);
        last_entry_ =
            digest_of(parse_entry(value, fmt::format("{}: journal entry {}", folder, blocks_)));
    }
    if (blocks_ < mark_.blocks())
        throw input_error(fmt::format("{}: blocks {} to {} were acknowledged and are missing",
                                      folder, blocks_ + 1, mark_.blocks()));
    if (options_.files.mode == open_mode::read_only) return;
    files_.settle();
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
    static constexpr char const* names[] = {"?",        "commands", "receipts",  "changes",
                                            "outcomes", "blocks",   "signatures"};
    std::string const what =
        fmt::format("{}: {}", name_of(entry), names[static_cast<std::size_t>(kind)]);
    section_row const* row = entry.section(kind);
    std::string value;
    if (row == nullptr || !files_.get(column::bodies, body_key(kind, entry.head.block), value))
        throw input_error(what + ": are missing");
    return coder_.unpack(value, row->rows, row->row_bytes, what);
}

void ledger_store::put_section(section_kind kind, std::uint64_t block, void const* rows,
                               std::size_t count, std::size_t row_bytes,
                               sha256_digest const& digest, journal_entry& entry) {
    entry.sections.push_back({kind, static_cast<std::uint32_t>(row_bytes), count, digest});
    files_.put(batch_, column::bodies, body_key(kind, block), coder_.pack(rows, count, row_bytes));
}

void ledger_store::put_rows(engine const& ledger, std::vector<change_row>& changes) {
    changed_.update(ledger.state(), ledger.dirty(),
                    [&](std::uint32_t table, std::uint32_t row, std::string_view bytes) {
                        std::string const key = row_key_of(table, row);
                        if (bytes.empty()) {
                            files_.erase(batch_, column::rows, key);
                            changes.push_back({table, row, 0});
                            return;
                        }
                        std::uint64_t const digest =
                            digest_of_row(table, row, bytes.data(), bytes.size());
                        changes.push_back({table, row, digest});
                        files_.put(batch_, column::rows, key, bytes,
                                   {reinterpret_cast<char const*>(&digest), sizeof digest});
                    });
}

void ledger_store::append(block const& b, std::vector<receipt_row> const& receipts,
                          engine const& ledger, ledger_root const& root, backend& device) {
    if (failed_) throw machine_error(files_.folder().string() + ": an earlier write failed");
    failed_ = true;  // until it is known that it has not
    row_digester digest_rows(device);
    std::vector<change_row> changes;
    put_rows(ledger, changes);
    journal_entry entry;
    entry.tables = root.tables();
    entry.head = {
        .magic = journal_magic,
        .version = journal_version,
        .sections = 0,
        .tables = 0,
        .flags = ledger.options().require_signatures ? entry_flag::required_signatures : 0,
        .first_block = blocks_ + 1,
        .block = blocks_ + 1,
        .time = b.time,
        .first_sequence = root.blocks().back().first_sequence,
        .commands = b.commands.size(),
        .last_rank = changed_.last_rank(),
        .previous = last_entry_,
        .root = root.root(),
        .risk = {},
        .folded = {}};
    auto const put = [&](section_kind kind, auto const& rows, sha256_digest const& digest) {
        put_section(kind, entry.head.block, rows.data(), rows.size(), sizeof rows[0], digest,
                    entry);
    };
    auto const digest_of_all = [&](auto const& rows) {
        return digest_rows(rows.data(), rows.size(), sizeof rows[0]);
    };
    put(section_kind::commands, b.commands, digest_of_all(b.commands));
    if (!b.signatures.empty())
        put(section_kind::signatures, b.signatures, digest_of_all(b.signatures));
    put(section_kind::receipts, receipts, root.blocks().back().receipts);
    put(section_kind::changes, changes, digest_of_all(changes));
    std::string const bytes = bytes_of(entry);
    files_.put(batch_, column::journal, journal_key(entry.head.block), bytes);
    last_entry_ = fast_sha256(bytes.data(), bytes.size());
    blocks_ = entry.head.block;
    staged_ += 1;
    if (staged_ >= options_.blocks_per_sync) sync();
    if (options_.checkpoint_every > 0 && blocks_ % options_.checkpoint_every == 0) checkpoint();
    failed_ = false;
}

void ledger_store::sync() {
    if (staged_ == 0) return;
    bool const failed = failed_;
    failed_ = true;
    if (options_.acknowledge_too_early && options_.acknowledge) options_.acknowledge(blocks_);
    files_.write_synced(batch_);
    batch_.Clear();
    staged_ = 0;
    mark_.write(blocks_);
    failed_ = failed;
    if (options_.acknowledge) options_.acknowledge(blocks_);
}

}  // namespace lockstep
