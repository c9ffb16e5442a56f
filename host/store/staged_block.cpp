#include "host/store/staged_block.h"

#include <cstring>
#include <map>

#include "host/base/error.h"

namespace lockstep {

namespace {

/// Stands before the packed rows of each table.
struct part_head {
    std::uint32_t table;
    std::uint32_t row_bytes;
    std::uint64_t rows;
    std::uint64_t packed_bytes;
};
static_assert(sizeof(part_head) == 24);

}  // namespace

std::string pack_parts(std::vector<changed_part> const& parts, column_coder& coder) {
    std::string packed;
    for (changed_part const& part : parts) {
        if (part.bytes.empty()) continue;
        std::size_t const rows = part.bytes.size() / part.row_bytes;
        std::string const small = coder.pack(part.bytes.data(), rows, part.row_bytes);
        part_head const head{part.table, part.row_bytes, rows, small.size()};
        packed.append(reinterpret_cast<char const*>(&head), sizeof head);
        packed += small;
    }
    return packed;
}

void unpack_parts(std::string_view packed, std::vector<change_row> const& changes,
                  column_coder& coder, std::string const& what,
                  std::function<void(change_row const&, std::string_view)> const& see) {
    auto const damaged = [&] { return input_error(what + ": are not those of its changes"); };
    std::map<std::uint32_t, std::uint64_t> wanted;  // rows by table
    for (change_row const& change : changes)
        if (change.digest != 0) wanted[change.table] += 1;
    struct part {
        std::vector<std::uint8_t> bytes;
        std::size_t row_bytes = 0, at = 0;
    };
    std::map<std::uint32_t, part> parts;
    while (!packed.empty()) {
        part_head head;
        if (packed.size() < sizeof head) throw damaged();
        std::memcpy(&head, packed.data(), sizeof head);
        packed.remove_prefix(sizeof head);
        if (head.packed_bytes > packed.size() || head.rows != wanted[head.table] ||
            head.row_bytes % 8 != 0 || head.row_bytes > 1024 || parts.contains(head.table))
            throw damaged();
        parts[head.table] = {
            coder.unpack(packed.substr(0, head.packed_bytes), head.rows, head.row_bytes, what),
            head.row_bytes, 0};
        packed.remove_prefix(head.packed_bytes);
    }
    for (change_row const& change : changes) {
        if (change.digest == 0) {
            see(change, {});
            continue;
        }
        part& p = parts[change.table];
        if (p.row_bytes == 0) throw damaged();
        std::string_view const bytes(reinterpret_cast<char const*>(p.bytes.data()) + p.at,
                                     p.row_bytes);
        p.at += p.row_bytes;
        if (digest_of_row(change.table, change.row, bytes.data(), bytes.size()) != change.digest)
            throw input_error(what + ": " + name_of_row(change.table, change.row) +
                              " is not what was written there");
        see(change, bytes);
    }
}

}  // namespace lockstep
