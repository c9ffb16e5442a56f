#include "host/io/csv_table.h"

#include <gtest/gtest.h>

#include "host/base/error.h"

namespace lockstep {
namespace {

std::vector<std::string> fields_of(std::string const& text, std::string& fault) {
    csv_record record;
    char const* what = record.split(text);
    fault = what == nullptr ? "" : what;
    std::vector<std::string> out;
    for (std::size_t at = 0; what == nullptr && at < record.size(); ++at)
        out.emplace_back(record[at]);
    return out;
}

TEST(csv_record, splits_as_rfc_4180_has_it) {
    using list = std::vector<std::string>;
    struct row {
        char const* text;
        list fields;
        char const* fault;
    };
    for (auto const& [text, fields, fault] : std::vector<row>{
             {"", {""}, ""},
             {"a", {"a"}, ""},
             {"a,,c,", {"a", "", "c", ""}, ""},
             {R"("a,b",c)", {"a,b", "c"}, ""},
             {R"(a,"say ""no""",)", {"a", "say \"no\"", ""}, ""},
             {R"("")", {""}, ""},
             {R"("","")", {"", ""}, ""},
             {R"("open,b)", {}, "has a quoted field that does not end on its line"},
             {R"("a"b,c)", {}, "has text after a quoted field"},
             {R"(a"b,c)", {}, "has a quote inside a field that is not quoted"},
         }) {
        std::string got_fault;
        EXPECT_EQ(fields_of(text, got_fault), fields) << text;
        EXPECT_EQ(got_fault, fault) << text;
    }
}

constexpr csv_column name_and_size[] = {{"name"}, {"size"}, {"note", false}};

std::string header_message(std::string const& text) {
    exception_log rejected;
    try {
        csv_reader reader("t.csv", bytes_of(text), rejected);
        reader.choose(name_and_size);
    } catch (input_error const& error) {
        return error.what();
    }
    return "accepted";
}

TEST(csv_reader, headers) {
    EXPECT_EQ(header_message("size,other,name\n"), "accepted");
    EXPECT_EQ(header_message(""), "t.csv: is empty, a header line was expected");
    EXPECT_EQ(header_message("\n\r\n"), "t.csv: is empty, a header line was expected");
    EXPECT_EQ(header_message("a,b\n1,2\n"), "t.csv:1: the header lacks name, size; it has a, b");
    EXPECT_EQ(header_message("\nname,name,size\n"),
              "t.csv:2: the header names the column 'name' twice");
    EXPECT_EQ(header_message("na\xFFme,size\n"), "t.csv:1: the header is not UTF-8 text");
    EXPECT_EQ(header_message("name,x,x,size\n"), "accepted");  // not a column we look at
}

TEST(csv_reader, damaged_records_are_named_and_counted) {
    exception_log rejected;
    csv_reader reader("t.csv",
                      bytes_of(std::string("size,name\n1,a\n2\n3,b,x\n\n4,c\xFF\n5,\"d\n6,e") +
                               '\0' + "\n7,f\nx,g\n"),
                      rejected);
    reader.choose(name_and_size);
    std::string names;
    while (reader.next()) {
        double size = 0;
        if (!reader.number(1, size)) continue;
        names += std::string(reader[0]) + std::to_string(reader.line()) + " ";
        EXPECT_EQ(reader[2], "");
    }
    EXPECT_EQ(names, "a2 f9 ");
    EXPECT_EQ(reader.records_read(), 8U);
    EXPECT_EQ(reader.records_rejected(), 6U);
    std::string log;
    for (auto const& row : rejected)
        log +=
            row.file + ":" + std::to_string(row.line) + "|" + row.field + "|" + row.reason + "\n";
    EXPECT_EQ(log,
              "t.csv:3||has 1 fields where the header has 2\n"
              "t.csv:4||has 3 fields where the header has 2\n"
              "t.csv:6||is not UTF-8 text\n"
              "t.csv:7||has a quoted field that does not end on its line\n"
              "t.csv:8||holds a NUL byte\n"
              "t.csv:10|size|is not a number: 'x'\n");
}

}  // namespace
}  // namespace lockstep
