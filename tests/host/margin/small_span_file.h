// A small SPAN file, the first input of the fuzz target, portfolios of its contracts, and what is
// said of a text like it.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "host/base/error.h"
#include "host/margin/query/answer.h"
#include "host/margin/span_file.h"
#include "tests/where.h"

namespace lockstep::small_span_file {

inline std::string const path = source_path("tests/fuzz/seeds/span_file/small.pa2");

inline std::string text_of_file() {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline margin_query holding(std::vector<std::string> const& legs) {
    margin_query query{};
    query.cash_price = 1;
    for (std::string const& leg : legs) query.legs.push_back(parse_leg(leg));
    return query;
}

inline double part(margin_answer const& a, std::string const& name) {
    for (margin_part const& p : a.parts)
        if (p.name == name) return p.amount;
    ADD_FAILURE() << "no part " << name;
    return 0;
}

inline std::string complaint(std::string const& text) {
    try {
        (void)read_span_file(text, "f.pa2");
    } catch (input_error const& error) {
        return error.what();
    }
    return "none";
}

}  // namespace lockstep::small_span_file
