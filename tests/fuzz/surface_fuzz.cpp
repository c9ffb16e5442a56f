// Tables of listed options and chains, through to their surfaces.
#include "host/surface/fit.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace lockstep;
    static fuzz::memory_file file;
    static auto const device = make_backend({.kind = backend_kind::cpu, .threads = 1});
    return fuzz::refuses_or_reads([&] {
        exception_log exceptions;
        quote_table const table = load_quotes(file.hold(fuzz::text_of(data, size)), exceptions);
        if (table.rows_rejected != exceptions.size()) std::abort();
        std::size_t quotes = 0;
        for (surface_slice const& s : fit_surfaces(table, {}, *device).slices) {
            quotes += s.quotes.size();
            if (s.has_curve() && s.remaining != 0) std::abort();
        }
        if (quotes != table.quotes.size()) std::abort();
    });
}
