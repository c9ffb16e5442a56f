// A small exchange and a log in a scratch folder, for tests of what any command owes its user.
#pragma once

#include <gtest/gtest.h>

#include <map>

#include "tests/host/run_binary.h"

namespace lockstep {

/// Every file below a folder, with its bytes.
inline std::map<std::string, std::string> tree_of(std::filesystem::path const& folder) {
    std::map<std::string, std::string> files;
    for (auto const& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) files[entry.path().string()] = text_of_file(entry.path());
    return files;
}

class usage : public testing::Test {
  protected:
    scratch_folder scratch_;
    std::string const at_ = scratch_.path().string() + "/";

    void SetUp() override {
        ASSERT_EQ(lockstep("generate --accounts 20 --seed 3 --out " + at_ + "x").exit, 0);
        ASSERT_EQ(
            lockstep("generate --transactions 500 --accounts 20 --out " + at_ + "day.log").exit, 0);
    }
    static command_result lockstep(std::string const& arguments) { return run_lockstep(arguments); }
    std::string of_exchange() const {
        return " --market " + at_ + "x/chain.csv --portfolio " + at_ + "x/portfolio ";
    }
    /// Exit code 2, these words, and not a byte of what was there is another.
    void expect_refused(std::string const& arguments, std::string const& words) {
        auto const before = tree_of(scratch_.path());
        command_result const said = lockstep(arguments);
        EXPECT_EQ(said.exit, 2) << arguments;
        EXPECT_NE(said.err.find(words), std::string::npos) << arguments << "\n" << said.err;
        EXPECT_EQ(tree_of(scratch_.path()), before) << arguments;
    }
};

}  // namespace lockstep
