#include "host/store/acknowledged_mark.h"

#include <algorithm>
#include <cstring>

#include "host/base/error.h"
#include "host/store/store_files.h"
#include "pricing/base/digest.h"

namespace lockstep {

namespace {

/// The file is one of these. data/FORMATS.md has it in prose.
struct mark_row {
    std::uint64_t blocks;
    digest128 digest;  // of `blocks`
};
static_assert(sizeof(mark_row) == 24);

mark_row row_of(std::uint64_t blocks) { return {blocks, digest_bytes(&blocks, sizeof blocks)}; }

}  // namespace

acknowledged_mark::acknowledged_mark(rocksdb::Env& env, std::string const& folder)
    : env_(env), folder_(folder) {
    if (!env.FileExists(path_).ok()) return;
    std::string bytes;
    demand(rocksdb::ReadFileToString(&env, path_, &bytes), path_);
    if (bytes.empty()) return;
    mark_row row{};
    std::memcpy(&row, bytes.data(), std::min(bytes.size(), sizeof row));
    if (bytes.size() != sizeof row || !(row_of(row.blocks).digest == row.digest))
        throw input_error(path_ + ": is not what was written");
    missing_ = false;
    blocks_ = row.blocks;
}

void acknowledged_mark::open_to_write() {
    if (!env_.FileExists(path_).ok()) {
        std::unique_ptr<rocksdb::WritableFile> made;
        demand(env_.NewWritableFile(path_, &made, {}), path_);
        demand(made->Close(), path_);
        // The name has to last as the blocks do that follow.
        std::unique_ptr<rocksdb::Directory> folder;
        demand(env_.NewDirectory(folder_, &folder), folder_);
        demand(folder->Fsync(), folder_);
    }
    demand(env_.NewRandomRWFile(path_, &file_, {}), path_);
}

void acknowledged_mark::write(std::uint64_t blocks) {
    mark_row const row = row_of(blocks);
    demand(file_->Write(0, {reinterpret_cast<char const*>(&row), sizeof row}), path_);
    missing_ = false;
    blocks_ = blocks;
}

void acknowledged_mark::write_synced(std::uint64_t blocks) {
    write(blocks);
    demand(file_->Sync(), path_);
}

}  // namespace lockstep
