#include "host/watch/tick_reader.h"

#include <simdjson.h>

#include <algorithm>

#include "host/io/number.h"
#include "host/market/timestamp.h"
#include "host/report/number_text.h"

namespace lockstep {

namespace json = simdjson::ondemand;

namespace {

struct bad_line {
    std::string reason;
};

/// A price that is missing, or that a double cannot hold, is no price.
double price_of(json::value value) {
    double price = 0;
    return value.get_double().get(price) == simdjson::SUCCESS ? price : not_quoted;
}

std::string_view text_of(json::object& from, char const* key) {
    std::string_view text;
    if (from[key].get_string().get(text) != simdjson::SUCCESS)
        throw bad_line{std::string("field '") + key + "' is missing or not a string"};
    return text;
}

/// False where there is no such field.
bool has_object(json::object& from, char const* key, json::object& part) {
    auto const found = from[key].get_object().get(part);
    if (found == simdjson::SUCCESS) return true;
    if (found == simdjson::NO_SUCH_FIELD) return false;
    throw bad_line{std::string("field '") + key + "' is not an object"};
}

std::int64_t nanos_of(json::object& from, char const* key) {
    std::string_view const text = text_of(from, key);
    auto const [nanos, fault] = parse_nanos(text);
    if (fault != number_fault::none)
        throw bad_line{std::string("field '") + key + "' " + reason_for(fault, text)};
    return nanos;
}

}  // namespace

struct tick_reader::parser {
    market const& listed;
    name_index const& accounts;
    simdjson::dom::parser whole;
    json::parser documents;
    simdjson::padded_string line;
    std::uint32_t unknown = 0;

    parser(market const& known, name_index const& names) : listed(known), accounts(names) {}

    account_id account(json::object& from) const {
        std::string_view const name = text_of(from, "account");
        std::uint32_t const row = accounts.find(name);
        if (row == name_index::none) throw bad_line{"there is no account " + in_quotes(name)};
        return {row};
    }
    instrument_id instrument(json::object& from) const {
        std::string const name(text_of(from, "instrument"));
        auto const found = listed.by_name.find(name);
        if (found == listed.by_name.end())
            throw bad_line{"there is no instrument " + in_quotes(name)};
        return {found->second};
    }
    asset_id asset(json::object& from) const {
        std::string_view const name = text_of(from, "asset");
        auto const at = std::find(listed.assets.begin(), listed.assets.end(), name);
        if (at == listed.assets.end()) throw bad_line{"there is no asset " + in_quotes(name)};
        return {static_cast<std::uint32_t>(at - listed.assets.begin())};
    }

    void take_indexes(json::object values, tick& t) {
        for (auto field : values) {
            std::string_view const name = field.unescaped_key();
            double const index = price_of(field.value());
            bool known = false;
            for (std::uint32_t u = 0; u < listed.underlyings.size(); ++u) {
                if (listed.underlyings[u].name != name) continue;
                t.indexes.push_back({{u}, index});
                known = true;
            }
            unknown += known ? 0 : 1;
        }
    }
    void take_marks(json::object values, tick& t) {
        std::string name;
        for (auto field : values) {
            name = std::string_view(field.unescaped_key());
            json::value value = field.value();
            mark_change mark{{0}, not_quoted, not_quoted};
            if (value.type().value() == json::json_type::array) {
                double* const parts[] = {&mark.underlying, &mark.vol};
                std::size_t count = 0;
                for (auto part : value.get_array()) {
                    if (count < 2) *parts[count] = price_of(part.value());
                    ++count;
                }
                if (count != 2) throw bad_line{"the mark of " + in_quotes(name) + " is no pair"};
            } else {
                mark.underlying = price_of(value);
            }
            auto const found = listed.by_name.find(name);
            if (found == listed.by_name.end()) {
                ++unknown;
                continue;
            }
            mark.instrument = {found->second};
            t.marks.push_back(mark);
        }
    }
    tick take_tick(json::object& from) {
        std::string_view const when = text_of(from, "tick");
        auto const time = parse_timestamp(when);
        if (!time) throw bad_line{"field 'tick' is not a time: " + in_quotes(when)};
        tick t{*time, {}, {}};
        json::object part;
        if (has_object(from, "index", part)) take_indexes(part, t);
        if (has_object(from, "marks", part)) take_marks(part, t);
        return t;
    }
    settle_command take_settled(json::object prices) const {
        settle_command settled;
        for (auto field : prices) {
            std::string const name(std::string_view(field.unescaped_key()));
            std::string_view const text = field.value().get_string();
            auto const found = listed.by_name.find(name);
            if (found == listed.by_name.end())
                throw bad_line{"there is no instrument " + in_quotes(name)};
            auto const [nanos, fault] = parse_nanos(text);
            if (fault != number_fault::none || nanos <= 0)
                throw bad_line{"the delivery price of " + name +
                               " is no price: " + in_quotes(text)};
            settled.deliveries.push_back({{found->second}, {nanos}});
        }
        return settled;
    }
    watch_input take(json::object& from) {
        json::object part;
        if (from["cash"].get_object().get(part) == simdjson::SUCCESS)
            return cash_command{account(part), asset(part), {nanos_of(part, "amount")}};
        if (from["position"].get_object().get(part) == simdjson::SUCCESS)
            return position_command{account(part),
                                    instrument(part),
                                    {nanos_of(part, "quantity")},
                                    {nanos_of(part, "entry_price")}};
        if (from["settle"].get_object().get(part) == simdjson::SUCCESS) return take_settled(part);
        return take_tick(from);
    }
};

tick_reader::tick_reader(market const& listed, std::vector<std::string> const& accounts)
    : accounts_(accounts), parser_(std::make_unique<parser>(listed, accounts_)) {}
tick_reader::~tick_reader() = default;

read_input tick_reader::read(std::string_view line) {
    read_input result;
    parser_->unknown = 0;
    try {
        parser_->line = simdjson::padded_string(line);
        // The walk below reads what it is asked for and takes the rest for good: a line that is cut
        // or goes on must be found out before.
        if (auto const fault = parser_->whole.parse(parser_->line).error())
            throw simdjson::simdjson_error(fault);
        json::document document = parser_->documents.iterate(parser_->line);
        json::object object = document.get_object();
        result.input = parser_->take(object);
    } catch (bad_line const& bad) {
        result.fault = bad.reason;
    } catch (simdjson::simdjson_error const& error) {
        result.fault = std::string("is not a JSON object that a watch knows: ") + error.what();
    }
    result.instruments_unknown = parser_->unknown;
    return result;
}

std::string line_of(settle_command const& settled, market const& listed) {
    std::string out = "{\"settle\":{";
    char const* comma = "";
    for (settle_command::delivery const& d : settled.deliveries) {
        out += comma;
        out += '"' + listed.names[d.instrument.value] + "\":\"";
        append_nanos(out, d.at.nanos);
        out += '"';
        comma = ",";
    }
    return out + "}}\n";
}

std::string line_of(tick const& t, market const& listed) {
    std::string out = "{\"tick\":\"";
    out += print_timestamp(t.time);
    out += "\",\"index\":{";
    auto const price = [&](double value) {
        if (value == value)
            append_double(out, value);
        else
            out += "null";
    };
    char const* comma = "";
    for (index_change const& moved : t.indexes) {
        out += comma;
        out += '"' + listed.underlyings[moved.underlying.value].name + "\":";
        price(moved.index);
        comma = ",";
    }
    out += "},\"marks\":{";
    comma = "";
    for (mark_change const& mark : t.marks) {
        bool const option =
            listed.instruments[mark.instrument.value].kind == instrument_kind::option;
        out += comma;
        out += '"' + listed.names[mark.instrument.value] + "\":";
        if (option) out += '[';
        price(mark.underlying);
        if (option) {
            out += ',';
            price(mark.vol);
            out += ']';
        }
        comma = ",";
    }
    return out + "}}\n";
}

}  // namespace lockstep
