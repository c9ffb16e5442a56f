#include "host/watch/tick_reader.h"

#include <simdjson.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "host/io/line_reader.h"
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
    cash_command take_cash(json::object from) const {
        return {account(from), asset(from), {nanos_of(from, "amount")}};
    }
    position_command take_position(json::object from) const {
        return {account(from),
                instrument(from),
                {nanos_of(from, "quantity")},
                {nanos_of(from, "entry_price")}};
    }
    /// Field by field, as they stand: a lookup that has failed may not be followed by another, for
    /// the reader of a line that is cut then runs past its end.
    watch_input take(json::object from) {
        tick t;
        bool has_time = false, has_prices = false;
        std::optional<watch_input> command;
        auto const say = [&](watch_input said) {
            if (command) throw bad_line{"two commands stand in one line"};
            command = std::move(said);
        };
        for (auto field : from) {
            std::string_view const name = field.unescaped_key();
            json::value value = field.value();
            if (name == "tick") {
                t.time = time_of(value);
                has_time = true;
            } else if (name == "index" || name == "marks") {
                json::object const prices = object_of(name, value);
                name == "index" ? take_indexes(prices, t) : take_marks(prices, t);
                has_prices = true;
            } else if (name == "cash") {
                say(take_cash(object_of(name, value)));
            } else if (name == "position") {
                say(take_position(object_of(name, value)));
            } else if (name == "settle") {
                say(take_settled(object_of(name, value)));
            } else {
                throw bad_line{"there is no field " + in_quotes(name)};
            }
        }
        if (command && (has_time || has_prices))
            throw bad_line{"a tick and a command stand in one line"};
        if (command) return *std::move(command);
        if (!has_time) throw bad_line{"field 'tick' is missing"};
        return t;
    }
};

tick_reader::tick_reader(market const& listed, std::vector<std::string> const& accounts)
    : accounts_(accounts), parser_(std::make_unique<parser>(listed, accounts_)) {}
tick_reader::~tick_reader() = default;

read_input tick_reader::read(std::string_view line) {
    read_input result;
    parser_->unknown = 0;
    try {
        if (line.size() > longest_line) throw bad_line{"is longer than 1 MiB"};
        parser_->line = simdjson::padded_string(line);
        json::document document = parser_->documents.iterate(parser_->line);
        result.input = parser_->take(document.get_object());
        if (document.current_location().error() == simdjson::SUCCESS)
            throw bad_line{"goes on after its object"};
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
