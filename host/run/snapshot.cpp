#include "host/run/snapshot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <span>

#include "host/base/error.h"
#include "host/io/byte_source.h"
#include "host/io/output_file.h"
#include "host/io/row_bytes.h"

namespace lockstep {

namespace {

constexpr std::uint64_t snapshot_magic = 0x3150414e534b4c;  // "LKSNAP1"

struct file_header {
    std::uint64_t magic;
    std::uint32_t tables;
    std::uint32_t root_tables;
    std::uint64_t blocks;
    std::uint64_t reserved;
    sha256_digest root;
};
static_assert(sizeof(file_header) == 64);

struct table_header {
    char name[16];
    std::uint32_t row_bytes;
    std::uint32_t rows_per_leaf;
    std::uint64_t rows;
    std::uint64_t reserved[4];
};
static_assert(sizeof(table_header) == 64);

/// Reads exact pieces of a file and names what is missing.
class piece_reader {
  public:
    explicit piece_reader(std::string const& path) : path_(path), source_(open_bytes(path)) {}
    void read(void* into, std::size_t bytes, std::string const& what) {
        auto* to = static_cast<char*>(into);
        for (std::size_t have = 0; have < bytes;) {
            std::size_t const got = source_->read({to + have, bytes - have});
            if (got == 0)
                throw input_error(fmt::format("{}: ends in the middle of {}", path_, what));
            have += got;
        }
    }
    bool at_end() {
        char one;
        return source_->read({&one, 1}) == 0;
    }

  private:
    std::string const path_;
    std::unique_ptr<byte_source> source_;
};

}  // namespace

void write_snapshot(std::filesystem::path const& target, snapshot const& s) {
    atomic_file file(target);
    file.write(bytes_of_row(file_header{.magic = snapshot_magic,
                                        .tables = static_cast<std::uint32_t>(s.tables.size()),
                                        .root_tables = static_cast<std::uint32_t>(s.root_tables),
                                        .blocks = s.blocks,
                                        .reserved = 0,
                                        .root = s.root}));
    for (snapshot_table const& table : s.tables) {
        table_header header{};
        std::memcpy(header.name, table.shape.name.data(),
                    std::min(table.shape.name.size(), sizeof header.name));
        header.row_bytes = table.shape.row_bytes;
        header.rows_per_leaf = table.shape.rows_per_leaf;
        header.rows = table.rows();
        file.write(bytes_of_row(header));
        file.write({reinterpret_cast<char const*>(table.bytes.data()), table.bytes.size()});
    }
    file.commit();
}

snapshot read_snapshot(std::string const& path) {
    piece_reader in(path);
    file_header header;
    in.read(&header, sizeof header, "the header");
    if (header.magic != snapshot_magic) throw input_error(path + ": is not a snapshot");
    if (header.tables > 4096 || header.root_tables > header.tables ||
        header.root_tables > tables_max)
        throw input_error(fmt::format("{}: claims {} tables", path, header.tables));
    auto const demand_zeros = [&](std::span<std::uint64_t const> reserved, char const* where) {
        for (std::uint64_t const word : reserved)
            if (word != 0)
                throw input_error(fmt::format("{}: what is to be zero in {} is not", path, where));
    };
    demand_zeros({&header.reserved, 1}, "its header");
    snapshot s{.blocks = header.blocks,
               .root = header.root,
               .tables = {},
               .root_tables = header.root_tables};
    for (std::uint32_t i = 0; i < header.tables; ++i) {
        table_header t;
        in.read(&t, sizeof t, fmt::format("the header of table {}", i + 1));
        demand_zeros(t.reserved, "the header of a table");
        snapshot_table table;
        std::size_t const length = strnlen(t.name, sizeof t.name);
        table.shape = {std::string(t.name, length), t.row_bytes, t.rows_per_leaf};
        if (std::any_of(t.name + length, std::end(t.name), [](char c) { return c != 0; }))
            throw input_error(
                fmt::format("{}: table {}: its name is not filled up with zeros", path, i + 1));
        if (char const* fault = fault_of(table.shape))
            throw input_error(fmt::format("{}: table {}: {}", path, i + 1, fault));
        for (snapshot_table const& other : s.tables)
            if (other.shape.name == table.shape.name)
                throw input_error(fmt::format("{}: has two tables '{}'", path, table.shape.name));
        // Read in pieces: a damaged count then runs into the end of the file, not out of memory.
        std::uint64_t const total = t.rows * t.row_bytes;
        if (t.rows > leaves_max)
            throw input_error(
                fmt::format("{}: table '{}' claims {} rows", path, table.shape.name, t.rows));
        for (std::uint64_t have = 0; have < total;) {
            std::uint64_t const piece = std::min<std::uint64_t>(total - have, 1u << 24);
            table.bytes.resize(have + piece);
            in.read(table.bytes.data() + have, piece, fmt::format("table '{}'", table.shape.name));
            have += piece;
        }
        s.tables.push_back(std::move(table));
    }
    if (!in.at_end()) throw input_error(path + ": goes on after its last table");
    return s;
}

state_tree tree_of(snapshot const& s, backend& hasher) {
    std::vector<table_shape> shapes;
    for (std::size_t t = 0; t < s.root_tables; ++t) shapes.push_back(s.tables[t].shape);
    state_tree tree(shapes, hasher);
    for (std::size_t t = 0; t < s.root_tables; ++t)
        tree.update(t, {s.tables[t].bytes.data(), s.tables[t].bytes.size()});
    return tree;
}

}  // namespace lockstep
