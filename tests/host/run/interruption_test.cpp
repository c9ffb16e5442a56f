// Signals that ask a run to end: a live one comes to its end, any other leaves nothing behind.
#include <gtest/gtest.h>

#include "tests/host/run_binary.h"

namespace lockstep {
namespace {

namespace fs = std::filesystem;

constexpr char const* opening =
    R"({"id": "1", "kind": "create_asset", "target": "445355"}
{"id": "2", "kind": "create_account"}
{"id": "3", "kind": "deposit", "account": 0, "amount": "100"}
)";

/// Runs a shell script in the folder; `$lockstep` is the command, standard input of which may be
/// the pipe `in`, open for writing as 3. What the script prints.
std::string run_script(fs::path const& folder, std::string const& script) {
    write_file(folder / "lines", opening);
    write_file(folder / "script", "mkfifo in; exec 3<>in; lockstep='" + lockstep_binary() + "'\n" +
                                      "said() { while ! [ $(cat answers | wc -l) -ge $1 ]; do "
                                      "sleep 0.02; done; }\n" +
                                      script);
    std::string const run =
        "cd '" + folder.string() + "' && timeout 120 sh ./script > printed 2>&1";
    EXPECT_EQ(std::system(run.c_str()), 0);
    return text_of_file(folder / "printed");
}

void expect_said(std::string const& words, std::string const& printed) {
    EXPECT_NE(printed.find(words), std::string::npos) << printed;
}

TEST(Interruption, ALiveRunEndsAsWithItsInput) {
    scratch_folder scratch;
    for (std::string const signal : {"TERM", "INT", "HUP"}) {
        fs::path const folder = scratch.path() / signal;
        fs::create_directory(folder);
        std::string const printed = run_script(
            folder,
            "env --default-signal=" + signal +
                " $lockstep run --log - --live --block-ms 0 --out out < in > answers & cat lines "
                ">&3; said 3; kill -" +
                signal + " $!; wait $!; echo ended $?; ls\n");
        expect_said("ended 0\n", printed);
        expect_said("3 commands in", printed);
        EXPECT_EQ(printed.find("partial"), std::string::npos) << printed;
        command_result const again =
            run_lockstep("run --log '" + (folder / "out" / "sealed.log").string() + "' --out '" +
                         (folder / "again").string() + "'");
        EXPECT_EQ(again.exit, 0) << again.err;
        EXPECT_EQ(text_of_file(folder / "out" / "snapshot.bin"),
                  text_of_file(folder / "again" / "snapshot.bin"));
    }
}

TEST(Interruption, AnyOtherRunLeavesNothingBehind) {
    scratch_folder scratch;
    std::string const printed =
        run_script(scratch.path(),
                   "$lockstep run --log - --out out < in & cat lines >&3; while ! ls "
                   "out.partial-* > /dev/null 2>&1; do sleep 0.02; done; kill -TERM $!; wait "
                   "$!; echo ended $?; ls\n");
    expect_said("ended 143\n", printed);
    EXPECT_EQ(printed.find("partial"), std::string::npos) << printed;
    EXPECT_EQ(printed.find("cannot be written"), std::string::npos) << printed;
    EXPECT_FALSE(fs::exists(scratch.path() / "out"));
}

TEST(Interruption, WhatIsIgnoredIsIgnored) {
    scratch_folder scratch;
    std::string const printed =
        run_script(scratch.path(),
                   "trap '' HUP; $lockstep run --log - --live --block-ms 0 --out out < in > "
                   "answers & cat lines >&3; said 3; kill -HUP $!; cat lines >&3; said 6; "
                   "kill -TERM $!; wait $!; echo ended $?\n");
    expect_said("6 commands in", printed);
    expect_said("ended 0\n", printed);
}

}  // namespace
}  // namespace lockstep
