// `lockstep verify-proof` as a shell sees it, on the proof and the root that the script computed.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <string>
#include <utility>

#include "tests/where.h"

namespace {

std::string const folder = lockstep::source_path("tests/host/root");

/// Exit code and standard output.
std::pair<int, std::string> run(std::string const& arguments) {
    std::string const command = lockstep::lockstep_binary() + " verify-proof " + arguments;
    FILE* pipe = popen((command + " 2>/dev/null").c_str(), "r");
    std::string text;
    std::array<char, 4096> buffer;
    while (std::size_t const n = std::fread(buffer.data(), 1, buffer.size(), pipe))
        text.append(buffer.data(), n);
    int const status = pclose(pipe);
    return {WEXITSTATUS(status), text};
}

std::string golden_root() {
    std::ifstream in(folder + "/roots.csv");
    std::string line, last;
    while (std::getline(in, line)) last = line;
    return last.substr(last.find(',') + 1);
}

TEST(VerifyProofCommand, AcceptsTheGoldenProofAndPrintsItsRow) {
    auto const [code, text] = run("--proof " + folder + "/proof.json --root " + golden_root());
    EXPECT_EQ(code, 0) << text;
    EXPECT_EQ(text.substr(0, text.find('\n')),
              "verified: row 4 of table positions under root " + golden_root());
    // (7 * 4 + 29 * 2) mod 256 = 0x56, then steps of 13.
    EXPECT_NE(text.find("\n5663707d"), std::string::npos) << text;
}

TEST(VerifyProofCommand, RefusesAnotherRootAndSaysWhy) {
    std::string root = golden_root();
    root[10] = root[10] == '0' ? '1' : '0';
    auto const [code, text] = run("--proof " + folder + "/proof.json --root " + root);
    EXPECT_EQ(code, 3);
    EXPECT_EQ(text, "refused: the tables do not lead to the root of the state\n");
}

TEST(VerifyProofCommand, RefusesWhatIsNoProof) {
    EXPECT_EQ(run("--proof " + folder + "/roots.csv --root " + golden_root()),
              std::pair(3, std::string("refused: the text is not JSON\n")));
    EXPECT_EQ(run("--proof " + folder + "/none.json --root " + golden_root()).first, 3);
    EXPECT_EQ(run("--proof " + folder + "/proof.json --root 12").first, 2);
    EXPECT_EQ(run("--proof " + folder + "/proof.json").first, 2);
}

}  // namespace
