// Snapshots, and the tree over what was read.
#include "host/run/snapshot.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace lockstep;
    static fuzz::memory_file file;
    static auto const hasher = make_backend({.kind = backend_kind::cpu, .threads = 1});
    return fuzz::refuses_or_reads([&] {
        snapshot const s = read_snapshot(file.hold(fuzz::text_of(data, size)));
        static_cast<void>(tree_of(s, *hasher));
    });
}
