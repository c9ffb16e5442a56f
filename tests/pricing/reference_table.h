// Published numbers in data/reference: CSV with comment lines that name the source.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "tests/where.h"

namespace lockstep {

struct reference_row {
    std::map<std::string, std::string> fields;
    std::string text;  // the whole row, for messages

    std::string const& at(std::string const& column) const { return fields.at(column); }
    double number(std::string const& column) const {
        return std::strtod(at(column).c_str(), nullptr);
    }
};

inline std::vector<std::string> split_at_commas(std::string const& line) {
    std::vector<std::string> fields;
    std::stringstream in(line);
    for (std::string field; std::getline(in, field, ',');) fields.push_back(field);
    return fields;
}

/// Every row of a table; fails the test when there is none.
inline std::vector<reference_row> reference_table(std::string const& name) {
    std::ifstream in(data_path("reference/" + name));
    std::vector<std::string> header;
    std::vector<reference_row> rows;
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line[0] == '#') continue;
        auto const fields = split_at_commas(line);
        if (header.empty()) {
            header = fields;
            continue;
        }
        reference_row row;
        row.text = line;
        for (std::size_t k = 0; k < header.size(); ++k)
            row.fields[header[k]] = k < fields.size() ? fields[k] : "";
        rows.push_back(row);
    }
    EXPECT_FALSE(rows.empty()) << name << " is missing or empty";
    return rows;
}

}  // namespace lockstep
