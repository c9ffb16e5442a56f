// A log of every kind of command, its bytes, what becomes of each and the roots: what a change of
// format or meaning has to change too. data/FORMATS.md says how to write it anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "host/log/binary_log.h"
#include "host/log/json_log.h"
#include "host/log/names.h"
#include "tests/host/run_binary.h"
#include "tests/where.h"

namespace lockstep {
namespace {

std::filesystem::path const golden = data_path("golden");

std::vector<block> blocks_of(std::string const& name) {
    std::vector<block> blocks;
    auto const log = open_log((golden / name).string());
    for (block b; log->next(b);) blocks.push_back(b);
    return blocks;
}

void write_binary(std::filesystem::path const& path) {
    binary_log_writer log(path);
    for (block const& b : blocks_of("commands.jsonl")) log.write(b);
    log.commit();
}

std::string in_json(std::vector<block> const& blocks) {
    std::string text;
    for (block const& b : blocks) text += json_of(b);
    return text;
}

/// Runs a form of the log; the roots, and a line for each receipt as receipts.csv has them.
struct run_texts {
    std::string roots, receipts = "block,kind,status\n";
};
run_texts run_golden(std::string const& name) {
    scratch_folder scratch;
    auto const out = scratch.path() / "out";
    auto const ran = run_lockstep("run --check --executor serial --log '" +
                                  (golden / name).string() + "' --out '" + out.string() + "'");
    EXPECT_EQ(0, ran.exit) << ran.err;
    run_texts texts;
    texts.roots = text_of_file(out / "roots.csv");
    std::string const rows = text_of_file(out / "receipts.bin");
    std::size_t at = 64;
    std::size_t number = 0;
    for (block const& b : blocks_of(name)) {
        ++number;
        for (transaction_row const& t : b.commands) {
            receipt_row receipt{};
            if (at + sizeof receipt > rows.size()) return texts;
            std::memcpy(&receipt, rows.data() + at, sizeof receipt);
            at += sizeof receipt;
            texts.receipts += std::to_string(number) + "," + std::string(name_of(t.kind)) + "," +
                              std::string(name_of(receipt.status)) + "\n";
        }
    }
    return texts;
}

TEST(golden_log, is_the_same_in_both_forms_to_the_last_byte) {
    if (std::getenv("LOCKSTEP_WRITE_GOLDEN") != nullptr) {
        write_binary(golden / "commands.log");
        write_file(golden / "commands.jsonl", in_json(blocks_of("commands.log")));
    }
    scratch_folder scratch;
    write_binary(scratch.path() / "commands.log");
    EXPECT_EQ(text_of_file(golden / "commands.log"), text_of_file(scratch.path() / "commands.log"));
    EXPECT_EQ(text_of_file(golden / "commands.jsonl"), in_json(blocks_of("commands.log")));
}

TEST(golden_log, has_every_kind_and_runs_to_the_same_receipts_and_roots) {
    for (char const* name : {"commands.log", "commands.jsonl"}) {
        run_texts const texts = run_golden(name);
        if (std::getenv("LOCKSTEP_WRITE_GOLDEN") != nullptr)
            write_file(golden / "roots.csv", texts.roots);
        EXPECT_EQ(text_of_file(golden / "receipts.csv"), texts.receipts) << name;
        EXPECT_EQ(text_of_file(golden / "roots.csv"), texts.roots) << name;
        for (int number = 1; number < 64; ++number) {
            std::string const kind(name_of(static_cast<transaction_kind>(number)));
            if (kind == "unknown") continue;
            EXPECT_NE(std::string::npos, texts.receipts.find("," + kind + ",applied\n")) << kind;
        }
    }
}

TEST(golden_log, of_another_version_is_refused_by_name) {
    scratch_folder scratch;
    std::string bytes = text_of_file(golden / "commands.log");
    bytes.at(8) = 1;  // the version; a log of that one has other digests
    write_file(scratch.path() / "old.log", bytes);
    auto const ran = run_lockstep("run --log '" + (scratch.path() / "old.log").string() +
                                  "' --out '" + (scratch.path() / "out").string() + "'");
    EXPECT_EQ(3, ran.exit);
    EXPECT_NE(std::string::npos,
              ran.err.find("is a log of version 1 with 128-byte commands; this is version 2"))
        << ran.err;
}

}  // namespace
}  // namespace lockstep
