// Snapshots that claim what cannot be are refused with the file and the table.
#include "host/run/snapshot.h"

#include <gtest/gtest.h>

#include "host/base/error.h"
#include "tests/host/run_binary.h"

namespace lockstep {
namespace {

snapshot_table table_of(std::string const& name, std::size_t rows) {
    return {{name, 8, 1}, std::vector<std::uint8_t>(8 * rows, 7)};
}

std::string refusal_of(snapshot const& s) {
    scratch_folder scratch;
    auto const path = scratch.path() / "s.bin";
    write_snapshot(path, s);
    try {
        read_snapshot(path.string());
    } catch (input_error const& error) {
        return error.what();
    }
    return "";
}

TEST(snapshot_reading, refuses_two_tables_of_one_name_and_more_than_a_root_has) {
    snapshot s{.tables = {table_of("a", 2), table_of("b", 1)}, .root_tables = 2};
    EXPECT_EQ("", refusal_of(s));
    s.tables.push_back(table_of("a", 1));
    EXPECT_NE(std::string::npos, refusal_of(s).find("s.bin: has two tables 'a'"));
    s.tables.clear();
    for (int i = 0; i < 65; ++i) s.tables.push_back(table_of("t" + std::to_string(i), 1));
    s.root_tables = 65;
    EXPECT_NE(std::string::npos, refusal_of(s).find("claims 65 tables"));
    s.root_tables = 64;
    EXPECT_EQ("", refusal_of(s));
}

/// Or one snapshot would have many texts.
TEST(snapshot_reading, refuses_what_stands_behind_a_name) {
    scratch_folder scratch;
    auto const path = scratch.path() / "s.bin";
    write_snapshot(path, {.tables = {table_of("a", 1), table_of("second", 1)}, .root_tables = 2});
    std::string const whole = text_of_file(path);
    std::size_t const header = 64 + 64 + 8;  // of the second table: file, first table, its row
    ASSERT_EQ("second", whole.substr(header, 6));
    for (std::size_t at = header + 7; at < header + 16; ++at) {
        std::string spoilt = whole;
        spoilt[at] = 'x';
        write_file(path, spoilt);
        try {
            read_snapshot(path.string());
            ADD_FAILURE() << "byte " << at << " was taken";
        } catch (input_error const& error) {
            EXPECT_NE(std::string::npos, std::string(error.what())
                                             .find("s.bin: table 2: its name is not filled up with "
                                                   "zeros"))
                << error.what();
        }
    }
}

}  // namespace
}  // namespace lockstep
