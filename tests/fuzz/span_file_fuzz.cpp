// SPAN parameter files: what is read is asked about one of its own contracts.
#include "host/margin/query/models.h"
#include "host/margin/span_file.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace lockstep;
    return fuzz::refuses_or_reads([&] {
        std::string_view const text = fuzz::text_of(data, size);
        span_file const file = read_span_file(text, "fuzz.pa2");
        for (span_contract const& contract : file.contracts)
            static_cast<void>(file.commodity_of(contract));
        margin_query query{};
        query.cash_price = 1;
        query.legs.push_back(parse_leg("ES_USD-15DEC26:3"));
        query.legs.push_back(parse_leg("ES_USD-15DEC26-6000-C:-2"));
        static_cast<void>(make_span_file_model(text, "fuzz.pa2")->evaluate(query));
    });
}
