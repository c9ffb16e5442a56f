// Tables of contracts, through to the values.
#include "host/price/price_table.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace lockstep;
    static fuzz::memory_file file;
    static auto const with = make_backend({.kind = backend_kind::cpu, .threads = 1});
    return fuzz::refuses_or_reads([&] {
        block_reader input(file.hold(fuzz::text_of(data, size)));
        std::size_t lines = 0;
        row_summary const summary =
            price_table(input, *with, 1, [&](std::string_view text) { lines += text.size(); });
        if (summary.rows_without_value > summary.rows) std::abort();
    });
}
