// Option chains of either format, plain or gzip.
#include "host/market/load.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace lockstep;
    static fuzz::memory_file file;
    return fuzz::refuses_or_reads([&] {
        exception_log exceptions;
        market const m = load_market(file.hold(fuzz::text_of(data, size)), exceptions);
        if (m.rows_read != m.rows_used + m.rows_superseded + m.rows_rejected) std::abort();
        if (m.rows_rejected != exceptions.size()) std::abort();
    });
}
