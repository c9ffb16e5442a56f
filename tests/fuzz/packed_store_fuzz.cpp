// Packed stores. Nearly every input fails its digests, so it is also read with digests put right.
#include <cstring>

#include "host/root/row_digest.h"
#include "host/store/packed_file.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace lockstep;

template <class Number>
Number number_at(std::string const& text, std::size_t at) {
    Number number;
    std::memcpy(&number, text.data() + at, sizeof number);
    return number;
}

/// As far as the file can be followed; data/FORMATS.md has the places.
void mend(std::string& file) {
    std::size_t const head = 32, piece_head = 24, digest_bytes = sizeof(sha256_digest);
    if (file.size() < head) return;
    std::uint64_t const tables = number_at<std::uint32_t>(file, 12);
    std::uint64_t at = head + number_at<std::uint32_t>(file, 16) + 32 * tables;
    if (at + digest_bytes > file.size()) return;
    sha256_digest digest = fast_sha256(file.data(), at);
    std::memcpy(file.data() + at, digest.bytes, digest_bytes);
    at += digest_bytes;
    while (at + piece_head + digest_bytes <= file.size()) {
        std::uint64_t const body = at + piece_head + digest_bytes;
        std::uint64_t const packed_bytes = number_at<std::uint64_t>(file, at + 16);
        if (packed_bytes > file.size() - body) return;
        std::string text(reinterpret_cast<char const*>(digest.bytes), digest_bytes);
        text.append(file, at, piece_head).append(file, body, packed_bytes);
        digest = fast_sha256(text.data(), text.size());
        std::memcpy(file.data() + at + piece_head, digest.bytes, digest_bytes);
        at = body + packed_bytes;
    }
}

void read(std::string file) {
    fuzz::refuses_or_reads([&] {
        packed_reader reader("packed", bytes_of(std::move(file)));
        std::uint64_t rows = 0, claimed = 0;
        for (packed_piece piece; reader.next(piece); rows += piece.rows)
            if (piece.bytes.size() != piece.rows * reader.tables()[piece.table].row_bytes)
                std::abort();
        for (packed_table const& table : reader.tables()) claimed += table.rows;
        if (rows != claimed) std::abort();
    });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string file(fuzz::text_of(data, size));
    read(file);
    mend(file);
    read(std::move(file));
    return 0;
}
