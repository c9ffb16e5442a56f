#include "host/store/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <utility>

#include "host/base/error.h"
#include "host/block/invariants.h"
#include "host/root/proof_json.h"
#include "host/root/row_digest.h"
#include "host/store/packed_store.h"

namespace lockstep {

namespace {

constexpr std::size_t findings_max = 100;

class verifier {
  public:
    verifier(ledger_store& store, backend& device)
        : store_(store),
          files_(store.files()),
          device_(device),
          digest_rows_(device),
          where_(files_.folder().string()) {}

    verify_report run(std::optional<sha256_digest> const& expected) {
        attempt([&] { demand(files_.db().VerifyChecksum(), where_); });
        attempt([&] { rows_of_block_ = store_.rows().block; });
        attempt([&] { journal(); });
        attempt([&] { rows(); });
        if (report_.findings.empty()) attempt([&] { root(); });
        if (expected && !(report_.root == *expected))
            found(fmt::format("{}: block {} has root {}, not the one expected", where_,
                              report_.blocks,
                              hex_text(report_.root.bytes, sizeof report_.root.bytes)));
        return std::move(report_);
    }

  private:
    void found(std::string const& finding) {
        if (report_.findings.size() < findings_max)
            report_.findings.push_back(finding);
        else
            report_.more = true;
    }
    template <class Work>
    void attempt(Work&& work) {
        try {
            work();
        } catch (input_error const& error) {
            found(error.what());
        } catch (machine_error const& error) {
            found(error.what());
        } catch (invariant_broken const& error) {
            found(where_ + ": " + error.what());
        }
    }

    void journal() {
        sha256_digest previous{};
        bool linked = true;  // whether the entry before this one could be read
        files_.scan(column::journal, {}, {}, [&](std::string_view key, std::string_view value) {
            std::uint64_t const block = block_of_key(key);
            std::string const what = fmt::format("{}: journal entry {}", where_, block);
            bool const was_linked = std::exchange(linked, false);
            attempt([&] {
                journal_entry const entry = parse_entry(value, what);
                if (entry.head.block != block)
                    found(fmt::format("{}: is that of block {}", what, entry.head.block));
                if (was_linked && entry.head.first_block != report_.blocks + 1)
                    found(fmt::format("{}: journal entry {}: is missing", where_,
                                      report_.blocks + 1));
                else if (was_linked && !(entry.head.previous == previous))
                    found(what + ": does not follow the one before it");
                previous = digest_of(entry);
                linked = true;
                report_.root = entry.head.root;
                report_.commands += entry.head.commands;
                for (section_row const& section : entry.sections)
                    attempt([&] { check_section(entry, section); });
            });
            report_.blocks = block;
            return true;
        });
    }

    void check_section(journal_entry const& entry, section_row const& section) {
        std::vector<std::uint8_t> const bytes = store_.section(entry, section.kind);
        if (!(digest_rows_(bytes.data(), section.rows, section.row_bytes) == section.digest))
            found(fmt::format("{}: section {}: is not what the entry vouches for",
                              store_.name_of(entry), static_cast<std::uint32_t>(section.kind)));
        if (section.kind != section_kind::changes) return;
        for (change_row const& change : rows_of<change_row>(bytes)) {
            last_write& last = last_change_[change.table][change.row];
            if (entry.head.block > rows_of_block_) last.may_be.push_back(last.digest);
            last.block = entry.head.block;
            last.digest = change.digest;
        }
        if (entry.head.block > rows_of_block_)
            store_.each_row_of(entry, [](change_row const&, std::string_view) {});
    }

    /// Every row against its own digest, and against its last change in the journal.
    void rows() {
        files_.scan(column::rows, {}, {}, [&](std::string_view key, std::string_view value) {
            attempt([&] { check_row(key, value); });
            return true;
        });
        for (auto const& [table, changes] : last_change_)
            for (auto const& [row, change] : changes)
                if (change.digest != 0 && !change.is_behind())
                    found(fmt::format("{}: {}: is missing, block {} wrote it", where_,
                                      name_of_row(table, row), change.block));
    }

    void check_row(std::string_view key, std::string_view value) {
        report_.rows += 1;
        if (key.size() != 5 || value.size() < sizeof(std::uint64_t)) {
            found(fmt::format("{}: a row's record has the wrong length", where_));
            return;
        }
        auto const table = static_cast<std::uint32_t>(static_cast<std::uint8_t>(key[0]));
        auto const row = static_cast<std::uint32_t>(block_of_key(key.substr(1)));
        std::string const what = where_ + ": " + name_of_row(table, row);
        std::size_t const bytes = value.size() - sizeof(std::uint64_t);
        std::uint64_t digest;
        std::memcpy(&digest, value.data() + bytes, sizeof digest);
        bool const sound = digest == digest_of_row(table, row, value.data(), bytes);
        if (!sound) found(what + ": is not what was written there");
        auto& changes = last_change_[table];
        auto const last = changes.find(row);
        if (last == changes.end()) return;
        if (sound && !last->second.is(digest))
            found(fmt::format("{}: is not as block {} left it", what, last->second.block));
        changes.erase(last);
    }

    void root() {
        restored_ledger const at = store_.restore({}, device_);
        check_invariants(at.ledger->state());
        if (report_.blocks == 0) report_.root = at.root->root();
    }

    struct last_write {
        std::uint64_t block = 0, digest = 0;
        std::vector<std::uint64_t> may_be{};  // digests that its record may have, being behind

        bool is_behind() const { return !may_be.empty(); }
        bool is(std::uint64_t found) const {
            return found == digest ||
                   std::find(may_be.begin(), may_be.end(), found) != may_be.end();
        }
    };

    ledger_store& store_;
    store_files const& files_;
    backend& device_;
    row_digester digest_rows_;
    std::string const where_;
    std::uint64_t rows_of_block_ = 0;  // of later ones the records may be behind
    std::map<std::uint32_t, std::map<std::uint32_t, last_write>> last_change_;  // by table and row
    verify_report report_;
};

}  // namespace

verify_report verify_store(ledger_store& store, std::optional<sha256_digest> const& expected,
                           backend& device) {
    return verifier(store, device).run(expected);
}

verify_report verify_packed(std::string const& file, std::optional<sha256_digest> const& expected,
                            backend& device) {
    std::unique_ptr<rocksdb::Env> const memory(rocksdb::NewMemEnv(rocksdb::Env::Default()));
    files_options const files{.folder = "/packed", .env = memory.get()};
    try {
        import_store(file, files, expected, device, [](std::uint64_t, std::uint64_t) {});
    } catch (input_error const& error) {
        verify_report refused;
        refused.findings.push_back(error.what());
        return refused;
    }
    ledger_store store({.files = files, .acknowledge = {}});
    return verify_store(store, expected, device);
}

}  // namespace lockstep
