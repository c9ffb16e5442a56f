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

TEST(Interruption, ALiveRunEndsBeforeItsFirstLine) {
    scratch_folder scratch;
    std::string const printed = run_script(
        scratch.path(),
        "$lockstep run --log - --live --store store --out out < in > answers 2> errors & while ! "
        "ls store/CURRENT > /dev/null 2>&1; do sleep 0.02; done; sleep 0.3; kill -TERM $!; wait "
        "$!; echo ended $?; cat errors; ls\n");
    expect_said("ended 0\n", printed);
    expect_said("0 commands in 0 blocks", printed);
    EXPECT_TRUE(fs::exists(scratch.path() / "out" / "snapshot.bin"));
    EXPECT_EQ(printed.find("partial"), std::string::npos) << printed;
}

/// As at the end of the input: a chain that is still open there is answered and run.
TEST(Interruption, ALiveRunAnswersTheChainThatIsOpen) {
    scratch_folder scratch;
    std::string const printed = run_script(
        scratch.path(),
        "$lockstep run --log - --live --block-ms 0 --out out < in > answers & cat lines >&3; said "
        "3; echo '{\"id\": \"4\", \"kind\": \"deposit\", \"account\": 0, \"amount\": 1, "
        "\"flags\": [\"linked\"]}' >&3; sleep 0.3; kill -TERM $!; wait $!; echo ended $?; cat "
        "answers\n");
    expect_said("ended 0\n", printed);
    expect_said("4 commands in", printed);
    expect_said(R"({"line":4,"answer":"accepted")", printed);
}

/// Who was cut off in the middle of a line has no answer, so knows that nothing was accepted.
TEST(Interruption, ALiveRunTakesNoHalfLine) {
    scratch_folder scratch;
    std::string const printed = run_script(
        scratch.path(),
        "$lockstep run --log - --live --block-ms 0 --out out < in > answers & cat lines >&3; said "
        "3; printf '{\"id\": \"4\", \"kind\": \"dep' >&3; sleep 0.3; kill -TERM $!; wait $!; echo "
        "ended $?; cat answers\n");
    expect_said("ended 0\n", printed);
    expect_said("3 commands in", printed);
    EXPECT_EQ(printed.find("\"line\":4"), std::string::npos) << printed;
}

/// The reader waits for room; nobody who did not ask for it is told that there is none.
TEST(Interruption, ALiveRunThatWaitsForRoomIsNeverBusy) {
    scratch_folder scratch;
    std::string const printed = run_script(
        scratch.path(),
        "i=9; while [ $i -lt 4000 ]; do i=$((i+1)); echo '{\"id\": \"'$i'\", \"kind\": "
        "\"deposit\", \"account\": 0, \"amount\": 1}'; done > many; $lockstep run --log - "
        "--live --queue 64 --block 64 --out out < in > answers & p=$!; cat lines many >&3 & "
        "c=$!; said 100; kill -TERM $p; wait $p; echo ended $?; kill $c; echo busy: $(grep -c "
        "busy answers)\n");
    expect_said("ended 0\n", printed);
    expect_said("busy: 0\n", printed);
}

/// Blocks wait for others to be synced with, but not for ever.
TEST(Interruption, WhatIsAcceptedIsDurableOnceNothingMoreArrives) {
    scratch_folder scratch;
    std::string const printed = run_script(
        scratch.path(),
        "$lockstep run --log - --live --store store --blocks-per-sync 100 --out out < in > answers "
        "& cat lines >&3; said 3; sleep 1; kill -KILL $!; wait $!; $lockstep run --log - --live "
        "--store store --out again < /dev/null; cat again/manifest.json\n");
    expect_said("\"accounts\": 1,", printed);
}

TEST(Interruption, AStoreThatCannotBeOpenedIsSaidBeforeAnythingIsAccepted) {
    scratch_folder scratch;
    std::string const printed =
        run_script(scratch.path(),
                   "mkdir store; echo MANIFEST-000099 > store/CURRENT; cat lines >&3; $lockstep "
                   "run --log - --live --store store --out out < in > answers; echo ended $?; echo "
                   "answered: $(cat answers | wc -l)\n");
    expect_said("ended 4\n", printed);
    expect_said("answered: 0\n", printed);
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
