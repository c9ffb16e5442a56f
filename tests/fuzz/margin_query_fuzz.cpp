// Portfolios as documents, asked of every model: finite amounts, or the reason why a price has
// none, or a refusal that names its line where the text is no JSON.
#include <simdjson.h>

#include <cmath>
#include <vector>

#include "host/io/json_fault.h"
#include "host/margin/query/answer.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace lockstep;

constexpr std::size_t legs_asked_most = 12;  // each is an evaluation

struct named_model {
    std::string name;
    std::unique_ptr<margin_model> model;
};

std::vector<named_model> const& models() {
    static std::vector<named_model> const all = [] {
        std::vector<named_model> made;
        for (model_description const& m : margin_models())
            made.push_back({std::string(m.name), make_margin_model(std::string(m.name), "")});
        return made;
    }();
    return all;
}

std::size_t nulls_in(simdjson::dom::element value) {
    std::size_t n = value.is_null();
    if (value.is_object())
        for (auto const& field : simdjson::dom::object(value)) n += nulls_in(field.value);
    if (value.is_array())
        for (simdjson::dom::element const one : simdjson::dom::array(value)) n += nulls_in(one);
    return n;
}

/// How many parts have none, each with its reason.
std::size_t without_amount(full_answer const& answer) {
    std::size_t n = 0;
    for (margin_part const& part : answer.whole.parts) {
        if (std::isfinite(part.amount) != part.why_none.empty()) std::abort();
        n += !part.why_none.empty();
    }
    return n;
}

/// Of the parts alone one may be no amount, which is written as null.
void expect_finite(std::string const& text, std::size_t nulls) {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    if (parser.parse(text).get(root) != simdjson::SUCCESS || nulls_in(root) != nulls) std::abort();
}

void ask(named_model const& asked, margin_query const& query) {
    full_answer const before = answer_query(*asked.model, query);
    expect_finite(answer_json(asked.name, before, nullptr), without_amount(before));
    if (!query.legs.empty()) {
        std::string const more = query.legs.front().name + ":1";
        what_if_answer const after = answer_what_if(*asked.model, query, before, {more});
        expect_finite(answer_json(asked.name, before, &after),
                      without_amount(before) + without_amount(after.after));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const text = fuzz::text_of(data, size);
    margin_query query;
    bool read = false;
    try {
        query = parse_margin_query(text, "fuzz.json");
        read = true;
    } catch (input_error const& error) {
        if (std::string_view(error.what()).starts_with("fuzz.json: is not JSON")) std::abort();
    }
    if (!read || query.legs.size() > legs_asked_most) return 0;
    for (named_model const& asked : models()) fuzz::refuses_or_reads([&] { ask(asked, query); });
    return 0;
}
