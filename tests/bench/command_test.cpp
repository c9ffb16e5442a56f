// The bench command as the shell sees it, in its smallest form.
#include <gtest/gtest.h>
#include <simdjson.h>
#include <sys/wait.h>

#include <cstdio>
#include <memory>
#include <set>
#include <string>

#include "tests/where.h"

namespace {

struct outcome {
    int code;
    std::string printed;
};

outcome run(std::string const& arguments) {
    std::string const command = lockstep::lockstep_binary() + " bench " + arguments + " 2>&1";
    FILE* pipe = popen(command.c_str(), "r");
    std::string text;
    char part[4096];
    for (std::size_t n; (n = fread(part, 1, sizeof part, pipe)) > 0;) text.append(part, n);
    int const status = pclose(pipe);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text};
}

TEST(bench_command, prints_rows_for_machines_with_equal_digests) {
    auto const [code, text] = run("price --size 300 --seconds 0.001 --threads 2 --json");
    ASSERT_EQ(code, 0) << text;
    simdjson::dom::parser parser;
    auto const document = parser.parse(text);
    EXPECT_EQ(std::string(document["bench"].get_string().value()), "price");
    EXPECT_GT(document["machine"]["flops_per_second_core"].get_double().value(), 0);
    std::set<std::string> digests, contenders;
    int rows = 0;
    for (auto const row : document["rows"].get_array()) {
        if (std::string(row["case"].get_string().value()) != "Black-76 price + 6 Greeks") continue;
        ++rows;
        contenders.emplace(row["contender"].get_string().value());
        std::string const digest(row["digest"].get_string().value());
        if (!digest.empty()) digests.insert(digest);
        EXPECT_GT(row["ns_per_item"].get_double().value(), 0);
        EXPECT_NE(std::string(row["checked"].get_string().value()), "");
    }
    EXPECT_GE(rows, 2);
    EXPECT_EQ(contenders.size(), static_cast<std::size_t>(rows));
    EXPECT_EQ(digests.size(), 1u);
    EXPECT_EQ(contenders.count("cpu base x1"), 1u);
}

TEST(bench_command, a_size_that_leaves_nothing_to_check_by_is_a_fault_of_usage) {
    for (char const* asks : {"surface --size 1", "surface --size 16,8", "mc --size 1"}) {
        auto const [code, text] = run(asks);
        EXPECT_EQ(code, 2) << asks;
        EXPECT_NE(text.find("--size: must be whole numbers from "), std::string::npos) << text;
    }
}

TEST(bench_command, the_seed_makes_the_inputs) {
    auto const digest = [](char const* seed) {
        auto const [code, text] =
            run(std::string("price --size 64 --seconds 0 --threads 1 --isa base --json --seed ") +
                seed);
        EXPECT_EQ(code, 0) << text;
        auto const at = text.find("\"digest\": \"");
        return text.substr(at, 44);
    };
    EXPECT_EQ(digest("1"), digest("1"));
    EXPECT_NE(digest("1"), digest("2"));
}

TEST(bench_command, refuses_what_it_cannot_do) {
    EXPECT_EQ(run("").code, 2);
    EXPECT_EQ(run("price --size 0").code, 2);
    EXPECT_EQ(run("price --size 1.5").code, 2);
    EXPECT_EQ(run("price --backend abacus").code, 2);
    EXPECT_EQ(run("price --size 10 --isa v99").code, 2);
    for (std::string const seconds : {"nan", "-nan", "inf", "-1", "3601"})
        EXPECT_EQ(run("price --size 10 --isa base --seconds " + seconds).code, 2) << seconds;
    EXPECT_EQ(run("price --help").code, 0);
    EXPECT_NE(run("price --help").printed.find("Examples:"), std::string::npos);
}

}  // namespace
