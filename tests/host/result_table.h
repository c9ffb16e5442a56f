// What a command wrote as CSV, by the names of its columns.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "host/io/csv_table.h"

namespace lockstep {

/// A result as a table of named fields.
struct result_table {
    std::vector<std::string> header;
    std::vector<std::vector<std::string>> rows;

    explicit result_table(std::string const& text) {
        std::stringstream in(text);
        for (std::string line; std::getline(in, line);) {
            csv_record record;
            EXPECT_EQ(record.split(line), nullptr) << line;
            std::vector<std::string> fields;
            for (std::size_t k = 0; k < record.size(); ++k) fields.emplace_back(record[k]);
            if (header.empty())
                header = fields;
            else
                rows.push_back(fields);
        }
    }
    std::string at(std::size_t row, std::string const& column) const {
        EXPECT_EQ(rows.at(row).size(), header.size());
        for (std::size_t k = 0; k < header.size(); ++k)
            if (header[k] == column) return rows.at(row).at(k);
        ADD_FAILURE() << "no column " << column;
        return {};
    }
    double number(std::size_t row, std::string const& column) const {
        return std::strtod(at(row, column).c_str(), nullptr);
    }
};

}  // namespace lockstep
