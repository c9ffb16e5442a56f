// A small exchange in a store of its own, and ways to spoil it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/store/ledger_store.h"
#include "tests/host/scratch.h"
#include "tests/workload/generated.h"

namespace lockstep {

struct stored_exchange {
    std::unique_ptr<backend> device = make_backend({.kind = backend_kind::cpu, .threads = 1});
    scratch_folder scratch;
    std::filesystem::path folder = scratch.path() / "store";
    bool settled = true;  // every row has its record when blocks have been stored

    store_options options(open_mode mode) const {
        return {.files = {.folder = folder, .mode = mode}, .acknowledge = {}};
    }
    static std::vector<block> made_blocks(std::uint64_t seed, std::size_t count) {
        std::vector<block> blocks = workload::blocks_of(workload::crowded(seed, 100));
        blocks.resize(count);
        return blocks;
    }
    /// Runs the blocks that the store has not; returns the last root.
    sha256_digest store_blocks(std::vector<block> const& blocks, store_options const& chosen) {
        ledger_store store(chosen);
        std::size_t const first = store.blocks();
        restored_ledger at = store.restore({}, *device);
        for (std::size_t i = first; i < blocks.size(); ++i) {
            auto const& receipts = at.ledger->run(blocks[i]);
            at.root->update(at.ledger->state(), at.ledger->dirty(), receipts);
            store.append(blocks[i], receipts, *at.ledger, *at.root);
        }
        if (settled)
            store.settle();
        else
            store.sync();
        return at.root->root();
    }
    sha256_digest store_blocks(std::vector<block> const& blocks) {
        return store_blocks(blocks, options(open_mode::create));
    }

    std::string read(column c, std::string const& key) const {
        std::string value;
        store_files files(options(open_mode::read_only).files);
        if (!files.get(c, key, value)) throw std::runtime_error("no such record");
        return value;
    }
    void change(std::function<void(store_files&, rocksdb::WriteBatch&)> const& how) const {
        store_files files(options(open_mode::must_exist).files);
        rocksdb::WriteBatch batch;
        how(files, batch);
        files.write_synced(batch);
    }
    void write(column c, std::string const& key, std::string const& value) const {
        change([&](store_files& f, rocksdb::WriteBatch& b) { f.put(b, c, key, value); });
    }
    void erase(column c, std::string const& key) const {
        change([&](store_files& f, rocksdb::WriteBatch& b) { f.erase(b, c, key); });
    }
};

}  // namespace lockstep
