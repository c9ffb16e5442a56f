// Portfolios as documents, asked of every model: a finite answer, or a refusal that names its line
// where the text is no JSON.
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

void ask(named_model const& asked, margin_query const& query) {
    full_answer const before = answer_query(*asked.model, query);
    std::string text = answer_json(asked.name, before, nullptr);
    if (!query.legs.empty()) {
        std::string const more = query.legs.front().name + ":1";
        what_if_answer const after = answer_what_if(*asked.model, query, before, {more});
        text += answer_json(asked.name, before, &after);
    }
    for (char const* wrong : {": nan", ": inf", ": -nan", ": -inf", ": null"})
        if (text.find(wrong) != text.npos) std::abort();
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
