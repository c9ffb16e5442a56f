// Portfolios as documents, and what models say of them.
#pragma once

#include <simdjson.h>

#include <string>

#include "host/base/error.h"
#include "host/margin/query/answer.h"

namespace lockstep {

/// 3,214,052 seconds before 27 March 2026, 08:00 UTC: the time to expiry of published portfolios.
inline constexpr char const* before_march = "2026-02-18T03:12:28Z";

/// Portfolio of legs on the ETH of published PMRM cases.
inline std::string document(std::string const& legs, std::string const& cash = "0") {
    return std::string(R"({"time": ")") + before_march + R"(", "cash": )" + cash +
           R"(, "cash_price": 1.00019088635, "underlyings": {"ETH": {"index": 2681.6029850999994,
              "perpetual_price": 2681.6029850999994,
              "expiries": {"27MAR26": {"forward": 2695.7814942763334, "rate": 0.21, "confidence": 0.95}}}},
              "legs": [)" +
           legs + "]}";
}

inline margin_answer ask(std::string const& model, std::string const& text) {
    return make_margin_model(model, "")->evaluate(parse_margin_query(text, "test.json"));
}

/// What a model complains of, or "answered".
inline std::string refusal(std::string const& model, std::string const& text) {
    try {
        (void)ask(model, text);
    } catch (input_error const& error) {
        return error.what();
    }
    return "answered";
}

/// A key of the answer as it is printed.
inline std::string said(std::string const& model, std::string const& text, char const* key) {
    auto const asked = make_margin_model(model, "");
    std::string const answer =
        answer_json(model, answer_query(*asked, parse_margin_query(text, "t")), nullptr);
    simdjson::dom::parser parser;
    return std::string(parser.parse(answer)[key].get_string().value());
}

}  // namespace lockstep
