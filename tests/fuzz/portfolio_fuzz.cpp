// The three tables of a portfolio, one after the other with a line "----" between them, over the
// market of data/sample.
#include <filesystem>
#include <fstream>

#include "host/market/load.h"
#include "host/portfolio/load.h"
#include "tests/fuzz/fuzz.h"
#include "tests/where.h"

namespace {

using namespace lockstep;

/// A folder that goes when the process does.
struct scratch {
    std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("portfolio-fuzz-" + std::to_string(::getpid()));
    scratch() { std::filesystem::create_directories(folder); }
    ~scratch() { std::filesystem::remove_all(folder); }
};

market sample_market() {
    exception_log none;
    return load_market(data_path("sample/chain.csv"), none);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static market const m = sample_market();
    static scratch const place;
    std::string_view rest = fuzz::text_of(data, size);
    constexpr std::string_view between = "----\n";
    for (char const* name : {"accounts.csv", "cash.csv", "positions.csv"}) {
        std::size_t const end = rest.find(between);
        std::string_view const part = rest.substr(0, end);
        std::ofstream(place.folder / name, std::ios::binary) << part;
        rest = end == std::string_view::npos ? "" : rest.substr(end + between.size());
    }
    return fuzz::refuses_or_reads([&] {
        exception_log exceptions;
        portfolio const p = load_portfolio(place.folder, m, exceptions);
        if (p.rows_read != p.rows_used + p.rows_rejected) std::abort();
        if (p.rows_rejected != exceptions.size()) std::abort();
    });
}
