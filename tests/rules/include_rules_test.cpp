// Knowledge flows one way: pricing/base -> pricing -> margin -> kernels -> host.
#include "tests/rules/include_rules.h"
#include "tests/where.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace lockstep::rules {
namespace {

std::string listed(std::vector<violation> const& violations) {
    std::string text;
    for (auto const& v : violations)
        text += v.file + ":" + std::to_string(v.line) + " may not include " + v.includes + "\n";
    return text;
}

/// A scratch tree that is removed with the test.
class planted_tree : public ::testing::Test {
  protected:
    void SetUp() override {
        root_ =
            std::filesystem::path(::testing::TempDir()) /
            ("include_rules_" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
             ::testing::UnitTest::GetInstance()->current_test_info()->name());
        std::filesystem::remove_all(root_);
    }
    void TearDown() override { std::filesystem::remove_all(root_); }

    void plant(std::string const& file, std::string const& text) {
        std::filesystem::create_directories((root_ / file).parent_path());
        std::ofstream(root_ / file) << text;
    }
    std::filesystem::path root_;
};

TEST(include_rules, hold_in_this_tree) {
    auto const violations = include_violations(source_path(""));
    EXPECT_TRUE(violations.empty()) << listed(violations);
}

TEST_F(planted_tree, an_upward_include_is_found) {
    plant("pricing/model/a.h", "#include \"pricing/base/ids.h\"\n#include \"margin/scenario.h\"\n");
    plant("margin/b.h", "  #  include \"host/base/error.h\"\n");
    plant("host/c.cpp", "#include \"kernels/cuda/backend.h\"\n#include \"kernels/backend.h\"\n");
    EXPECT_EQ(listed(include_violations(root_)),
              "host/c.cpp:1 may not include kernels/cuda/backend.h\n"
              "margin/b.h:1 may not include host/base/error.h\n"
              "pricing/model/a.h:2 may not include margin/scenario.h\n");
}

TEST_F(planted_tree, the_base_knows_nothing_above_it_and_backends_do_not_know_each_other) {
    plant("pricing/base/a.h", "#include \"pricing/instrument.h\"\n");
    plant("kernels/cuda/b.cu", "#include \"kernels/cpu/lanes.h\"\n#include <cuda_runtime.h>\n");
    EXPECT_EQ(include_violations(root_).size(), 2u);
}

TEST_F(planted_tree, only_the_executable_may_know_the_bench) {
    plant("host/cli/main.cpp", "#include \"bench/command.h\"\n#include \"bench/harness.h\"\n");
    plant("host/cli/doctor.cpp", "#include \"bench/command.h\"\n");
    EXPECT_EQ(listed(include_violations(root_)),
              "host/cli/doctor.cpp:1 may not include bench/command.h\n"
              "host/cli/main.cpp:2 may not include bench/harness.h\n");
}

TEST_F(planted_tree, downward_includes_are_fine) {
    plant("host/c.cpp", "#include \"margin/scenario.h\"\n#include \"host/base/error.h\"\n");
    plant("kernels/cpu/d.cpp", "#include \"kernels/cpu/lanes.h\"\n#include \"kernels/views.h\"\n");
    EXPECT_TRUE(include_violations(root_).empty());
}

}  // namespace
}  // namespace lockstep::rules
