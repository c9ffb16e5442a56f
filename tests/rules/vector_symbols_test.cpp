// One binary carries loops for several instruction sets. If an object built for AVX-512 exported an
// inline function, the linker could pick that copy for the whole program and an older processor
// would meet an instruction that it does not have. So the objects in kernels/cpu/lanes may export
// nothing weak, and what they do export carries the name of their instruction set.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "tests/where.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LOCKSTEP_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define LOCKSTEP_SANITIZED 1
#endif
#endif

namespace {

namespace fs = std::filesystem;

std::string output_of(std::string const& command) {
    std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    std::string text;
    std::array<char, 4096> buffer;
    while (std::size_t const n = std::fread(buffer.data(), 1, buffer.size(), pipe.get()))
        text.append(buffer.data(), n);
    return text;
}

struct lane_object {
    std::string isa;
    fs::path path;
};

/// build/kernels/CMakeFiles/lockstep_lanes_<isa>.dir/cpu/lanes/*.o
std::vector<lane_object> lane_objects() {
    std::vector<lane_object> found;
    fs::path const kernels =
        fs::path(lockstep::lockstep_binary()).parent_path() / "kernels" / "CMakeFiles";
    std::regex const folder("lockstep_lanes_([a-z0-9]+)\\.dir");
    for (auto const& entry : fs::directory_iterator(kernels)) {
        std::smatch match;
        std::string const name = entry.path().filename().string();
        if (!std::regex_match(name, match, folder)) continue;
        for (auto const& file : fs::recursive_directory_iterator(entry.path()))
            if (file.path().extension() == ".o") found.push_back({match[1], file.path()});
    }
    return found;
}

/// Lines of `nm` that break the rule for an object of that instruction set.
std::vector<std::string> forbidden_symbols(std::string const& nm_output, std::string const& isa) {
    std::vector<std::string> forbidden;
    std::stringstream lines(nm_output);
    for (std::string line; std::getline(lines, line);) {
        // An address, which undefined symbols lack, a letter and a name.
        std::size_t const at =
            line.starts_with(' ') ? line.find_first_not_of(' ') : line.find(' ') + 1;
        if (at >= line.size()) continue;
        char const kind = line[at];
        bool const weak = std::string("WwVvu").find(kind) != std::string::npos;
        bool const exported = std::string("TDBRG").find(kind) != std::string::npos;
        bool const named = line.find("isa_" + isa, at) != std::string::npos;
        if (weak || (exported && !named)) forbidden.push_back(line);
    }
    return forbidden;
}

TEST(VectorSymbols, LaneObjectsExportNothingThatTheLinkerCouldShare) {
    auto const objects = lane_objects();
    ASSERT_GE(objects.size(), 2u) << "the objects of kernels/cpu/lanes were not found";
    for (auto const& object : objects) {
        std::string const symbols = output_of("nm -C '" + object.path.string() + "'");
        ASSERT_FALSE(symbols.empty()) << object.path;
        for (auto const& line : forbidden_symbols(symbols, object.isa))
            ADD_FAILURE() << object.path << ": " << line;
    }
}

TEST(VectorSymbols, RuleFindsWhatItForbids) {
    EXPECT_EQ(forbidden_symbols("0000000000000000 W lockstep::exponential(double)", "v4").size(),
              1u);
    EXPECT_EQ(forbidden_symbols("0000000000000000 u lockstep::table", "v4").size(), 1u);
    EXPECT_EQ(forbidden_symbols("0000000000000000 T lockstep::price()", "v4").size(), 1u);
    EXPECT_EQ(forbidden_symbols("00 T lockstep::cpu::isa_v3::price()", "v4").size(), 1u);
    EXPECT_TRUE(forbidden_symbols("00 T lockstep::cpu::isa_v4::price()", "v4").empty());
    EXPECT_TRUE(forbidden_symbols("                 U fma", "v4").empty());
    EXPECT_TRUE(forbidden_symbols("00 t lockstep::price_block()", "v4").empty());
}

/// Loops that must not fall back to one option at a time unnoticed: a compiler that stops
/// vectorising changes no result and fails no other test.
TEST(VectorSymbols, PriceLoopsUseWholeRegisters) {
#ifdef LOCKSTEP_SANITIZED
    GTEST_SKIP() << "a sanitizer's checks keep loops from being vectorised";
#endif
    int looked_at = 0;
    for (auto const& object : lane_objects()) {
        if (object.path.filename() != "price.cpp.o") continue;
        if (object.isa != "v3" && object.isa != "v4") continue;
        std::string const code =
            output_of("objdump -d --no-show-raw-insn '" + object.path.string() + "'");
        std::regex const packed(object.isa == "v4" ? R"(vf(n?)m(add|sub)[0-9]+pd .*%zmm)"
                                                   : R"(vf(n?)m(add|sub)[0-9]+pd .*%ymm)");
        std::ptrdiff_t wide = 0;
        std::stringstream lines(code);
        for (std::string line; std::getline(lines, line);)
            if (std::regex_search(line, packed)) ++wide;
        // Four loops (three depths and the core), each with some seventy multiply-adds.
        EXPECT_GT(wide, 4 * 50) << object.path;
        ++looked_at;
    }
    if (looked_at == 0) GTEST_SKIP() << "this build has no vector instruction sets";
}

}  // namespace
