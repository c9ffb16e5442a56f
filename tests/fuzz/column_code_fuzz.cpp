// Packed rows: as bytes, and as what zstd would hold, which its checksum else keeps the fuzzer
// from. What is read and packed again reads the same.
#include <zstd.h>

#include "host/store/column_code.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace lockstep;

void read(std::string_view packed, std::size_t count, std::size_t row_bytes) {
    static column_coder coder;
    fuzz::refuses_or_reads([&] {
        auto const rows = coder.unpack(packed, count, row_bytes, "fuzz");
        std::string const again = coder.pack(rows.data(), count, row_bytes);
        if (coder.unpack(again, count, row_bytes, "again") != rows) std::abort();
    });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size < 3) return 0;
    std::size_t const count = data[0] | (data[1] & 3) << 8, row_bytes = 8 * (1 + data[2] % 17);
    std::string_view const rest = fuzz::text_of(data + 3, size - 3);
    read(rest, count, row_bytes);
    std::string packed(ZSTD_compressBound(rest.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), rest.data(), rest.size(), 1));
    read(packed, count, row_bytes);
    return 0;
}
