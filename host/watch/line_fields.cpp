#include "host/watch/line_fields.h"

#include "host/io/line_reader.h"
#include "host/io/number.h"
#include "host/io/timestamp.h"
#include "host/market/market.h"

namespace lockstep::line_fields {

double price_of(json::value value) {
    double price = 0;
    if (value.get_double().get(price) == simdjson::SUCCESS) return price;
    std::string_view token = value.raw_json_token();
    while (!token.empty() && (token.back() == ' ' || token.back() == '\t')) token.remove_suffix(1);
    bool const begins_as_one =
        !token.empty() && (token[0] == '-' || (token[0] >= '0' && token[0] <= '9'));
    if (begins_as_one && token.find_first_not_of("0123456789+-.eE") != std::string_view::npos)
        throw bad_line{in_quotes(token) + " is no number"};
    return not_quoted;
}

void refuse_missing(std::string const& name) { throw bad_line{"field '" + name + "' is missing"}; }

void refuse_twice(std::string_view name) { throw bad_line{in_quotes(name) + " stands twice"}; }

void refuse_field(std::string_view name) { throw bad_line{"there is no field " + in_quotes(name)}; }

json::object object_of(std::string_view name, json::value value) {
    json::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS)
        throw bad_line{"field '" + std::string(name) + "' is not an object"};
    return object;
}

utc_ns time_of(json::value value) {
    std::string_view text;
    if (value.get_string().get(text) != simdjson::SUCCESS)
        throw bad_line{"field 'tick' is not a string"};
    auto const time = parse_timestamp(text);
    if (!time) throw bad_line{"field 'tick' is not a time: " + in_quotes(text)};
    return *time;
}

std::int64_t nanos_of(char const* key, std::string_view text) {
    auto const [nanos, fault] = parse_nanos(text);
    if (fault != number_fault::none)
        throw bad_line{std::string("field '") + key + "' " + reason_for(fault, text)};
    return nanos;
}

}  // namespace lockstep::line_fields
