// The JSON log; what is read is written and read again, and must be the same.
#include <cstring>

#include "host/log/json_log.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace lockstep;

std::vector<block> blocks_in(std::string text) {
    std::vector<block> blocks;
    json_log_reader reader("log", bytes_of(std::move(text)));
    for (block b; reader.next(b);) blocks.push_back(b);
    return blocks;
}

template <class Rows>
bool same(Rows const& a, Rows const& b) {
    return a.size() == b.size() &&
           (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof a[0]) == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::vector<block> first;
    bool read = false;
    fuzz::refuses_or_reads([&] {
        first = blocks_in(std::string(fuzz::text_of(data, size)));
        read = true;
    });
    if (!read) return 0;
    std::string text;
    for (block const& b : first) text += json_of(b);
    std::vector<block> const second = blocks_in(text);
    if (first.size() != second.size()) std::abort();
    for (std::size_t i = 0; i < first.size(); ++i) {
        if (first[i].time != second[i].time) std::abort();
        if (!same(first[i].commands, second[i].commands)) std::abort();
        if (!same(first[i].signatures, second[i].signatures)) std::abort();
    }
    return 0;
}
