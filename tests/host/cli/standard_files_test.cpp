// Standard input, output and error that are full or closed: a failure is said where it can be, and
// comes out as one of the exit codes that are documented.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/host/watch/running_watch.h"

namespace lockstep {
namespace {

/// The exit code of shell text behind the command's name; ends what waits for ever.
int exit_of(std::string const& arguments) {
    int const status = std::system(("timeout 60 '" + lockstep_binary() + "' " + arguments).c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(standard_files, words_that_cannot_be_written_change_no_exit_code) {
    if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
    rising_world rising;
    std::string const out = rising.file() + ".out";
    std::string const all = text_of_file(rising.file());
    for (std::string const nowhere : {"2>/dev/full", "2>&-"}) {
        EXPECT_EQ(exit_of(rising.arguments() + " < " + rising.file() + " > " + out + " " + nowhere),
                  1);  // a line of it is refused
        EXPECT_NE(text_of_file(out).find("\"verdict\":\"liquidatable\""), std::string::npos);
        EXPECT_EQ(exit_of("ticks --snapshots nowhere --out " + out + " " + nowhere), 3);
        EXPECT_EQ(exit_of("price --input /dev/null > /dev/full " + nowhere), 3);
        EXPECT_EQ(exit_of("--version > /dev/full " + nowhere), 4);
        EXPECT_EQ(exit_of("watch " + nowhere), 2);
    }
}

TEST(standard_files, a_closed_input_is_not_waited_for) {
    rising_world rising;
    std::string const err = rising.file() + ".err";
    EXPECT_EQ(exit_of(rising.arguments() + " <&- 2> " + err), 3);
    EXPECT_NE(text_of_file(err).find("standard input: cannot be read"), std::string::npos)
        << text_of_file(err);
}

TEST(standard_files, a_closed_output_is_a_failure) {
    rising_world rising;
    std::string const err = rising.file() + ".err";
    for (std::string const& command :
         {rising.arguments() + " --replay " + rising.file(), std::string("--version")}) {
        EXPECT_EQ(exit_of(command + " >&- 2> " + err), 4) << command;
        EXPECT_NE(text_of_file(err).find("standard output cannot be written"), std::string::npos)
            << text_of_file(err);
    }
}

}  // namespace
}  // namespace lockstep
