// Words that may not appear where they would let a machine, a schedule or a clock into a result.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include "tests/where.h"

namespace {

namespace fs = std::filesystem;

using pattern = std::regex;

struct word_rule {
    pattern rooms;  // of paths
    pattern word;
    char const* why;
};

word_rule const rules[] = {
    {pattern("(pricing|margin|kernels)/.*"),
     pattern(
         R"((std::|[^_a-z.:]::|[^_a-z0-9.:>])(exp|log|log2|exp2|pow|erf|erfc|sin|cos|tanh|cbrt|lgamma|tgamma|exp1p|log1p|expm1)\s*\()"),
     "libm and libdevice differ between machines; use pricing/base/exp_log.h and normal.h"},
    {pattern("(pricing|margin)/.*"), pattern(R"(std::(sqrt|fma)\b)"),
     "square_root() and fused() of pricing/base/platform.h are the same on the device"},
    {pattern("(pricing|margin|kernels)/.*"),
     pattern(R"(\b(s?rand\s*\(|random_device|mt19937|system_clock|steady_clock|time\(NULL\)))"),
     "randomness and time enter through inputs"},
    {pattern("(pricing|margin)/.*"),
     pattern(R"(#include <(iostream|fstream|vector|string|thread|mutex|unordered_map|chrono)>)"),
     "formulas own no memory, files, threads or clocks"},
    {pattern("(pricing|margin|kernels)/.*"), pattern(R"(\bfloat\b)"), "results are binary64"},
    {pattern("(pricing|margin|host)/.*"), pattern(R"(__CUDA_ARCH__|__global__|cudaMalloc)"),
     "only kernels/cuda knows CUDA"},
    {pattern("kernels/cuda/.*"),
     pattern(R"(__expf|__logf|__fdividef|atomicAdd\(\s*\(?(double|float))"),
     "no approximate intrinsics and no floating-point atomics"},
    {pattern("(pricing|margin|kernels|host)/.*"), pattern(R"(-ffast-math|-Ofast|use_fast_math)"),
     "fast-math changes bits"},
};

bool is_source(fs::path const& path) {
    auto const ending = path.extension();
    return ending == ".h" || ending == ".cpp" || ending == ".cu" || ending == ".cuh";
}

/// The line without its // comment and without string literals.
std::string code_of(std::string line) {
    static pattern const text(R"("([^"\\]|\\.)*")");
    line = std::regex_replace(line, text, "\"\"");
    auto const comment = line.find("//");
    return comment == std::string::npos ? line : line.substr(0, comment);
}

std::vector<word_rule const*> rules_of(std::string const& file) {
    std::vector<word_rule const*> found;
    for (auto const& rule : rules)
        if (std::regex_match(file, rule.rooms)) found.push_back(&rule);
    return found;
}

std::vector<std::string> broken_by(std::vector<word_rule const*> const& of_the_file,
                                   std::string const& line) {
    std::vector<std::string> reasons;
    bool const include_line = line.find("#include <") != std::string::npos;
    std::string const code = include_line ? line : " " + code_of(line);
    for (word_rule const* rule : of_the_file)
        if (std::regex_search(code, rule->word)) reasons.emplace_back(rule->why);
    return reasons;
}

std::vector<std::string> broken_by(char const* file, std::string const& line) {
    return broken_by(rules_of(file), line);
}

TEST(word_rules, hold_in_this_tree) {
    fs::path const root = lockstep::source_path("");
    int files = 0;
    for (char const* room : {"pricing", "margin", "kernels", "host"})
        for (auto const& entry : fs::recursive_directory_iterator(root / room)) {
            if (!entry.is_regular_file() || !is_source(entry.path())) continue;
            ++files;
            std::string const file = fs::relative(entry.path(), root).generic_string();
            auto const of_the_file = rules_of(file);
            std::ifstream in(entry.path());
            std::string line;
            for (int number = 1; std::getline(in, line); ++number)
                for (auto const& why : broken_by(of_the_file, line))
                    ADD_FAILURE() << file << ":" << number << ": " << line << "\n  " << why;
        }
    EXPECT_GT(files, 20) << "the tree was not found";
}

TEST(word_rules, find_what_they_forbid_and_nothing_else) {
    EXPECT_EQ(broken_by("pricing/model/x.h", "double y = std::exp(x);").size(), 1u);
    EXPECT_EQ(broken_by("margin/x.h", "auto y = log(x);").size(), 1u);
    EXPECT_EQ(broken_by("margin/x.h", "auto y = std::sqrt(x);").size(), 1u);
    EXPECT_EQ(broken_by("pricing/x.h", "#include <vector>").size(), 1u);
    EXPECT_EQ(broken_by("kernels/cpu/x.cpp", "float y;").size(), 1u);
    EXPECT_TRUE(broken_by("pricing/model/x.h", "double y = exponential(x); // not exp(x)").empty());
    EXPECT_TRUE(broken_by("host/x.cpp", "#include <vector>").empty());
    EXPECT_TRUE(broken_by("kernels/x.cpp", "throw error(\"exp(x) overflows\");").empty());
}

}  // namespace
