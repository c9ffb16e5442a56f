#include "host/watch/tick_reader.h"

#include <simdjson.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "host/io/line_reader.h"
#include "host/io/number.h"
#include "host/watch/line_fields.h"

namespace lockstep {

namespace json = simdjson::ondemand;
namespace fields = line_fields;

struct tick_reader::parser {
    market const& listed;
    name_index const* accounts;  // null: any name is one
    json::parser documents;
    simdjson::padded_string line;
    std::uint32_t unknown = 0;
    std::uint64_t lines = 0;
    std::vector<std::uint64_t> indexed, marked;  // by row: the last line that named it

    parser(market const& known, name_index const* names)
        : listed(known),
          accounts(names),
          indexed(known.underlyings.size()),
          marked(known.names.size()) {}

    void name_once(std::uint64_t& last_line, std::string_view name) const {
        if (std::exchange(last_line, lines) == lines) fields::refuse_twice(name);
    }
    account_id account(std::string_view name) const {
        if (accounts == nullptr) return {0};
        std::uint32_t const row = accounts->find(name);
        if (row == name_index::none)
            throw fields::bad_line{"there is no account " + in_quotes(name)};
        return {row};
    }
    instrument_id instrument(std::string const& name) const {
        auto const found = listed.by_name.find(name);
        if (found == listed.by_name.end())
            throw fields::bad_line{"there is no instrument " + in_quotes(name)};
        return {found->second};
    }
    asset_id asset(std::string_view name) const {
        auto const at = std::find(listed.assets.begin(), listed.assets.end(), name);
        if (at == listed.assets.end())
            throw fields::bad_line{"there is no asset " + in_quotes(name)};
        return {static_cast<std::uint32_t>(at - listed.assets.begin())};
    }

    void take_indexes(json::object values, tick& t) {
        for (auto field : values) {
            std::string_view const name = field.unescaped_key();
            double const index = fields::price_of(field.value());
            bool known = false;
            for (std::uint32_t u = 0; u < listed.underlyings.size(); ++u) {
                if (listed.underlyings[u].name != name) continue;
                name_once(indexed[u], name);
                t.indexes.push_back({{u}, index});
                known = true;
            }
            unknown += known ? 0 : 1;
        }
    }
    /// An option has a forward and a volatility, anything else one price.
    void demand_form(instrument_id marked_one, std::string const& name,
                     json::json_type form) const {
        bool const option = listed.instruments[marked_one.value].kind == instrument_kind::option;
        if (option && form == json::json_type::number)
            throw fields::bad_line{"the mark of " + in_quotes(name) + " is no pair"};
        if (!option && form == json::json_type::array)
            throw fields::bad_line{"the mark of " + in_quotes(name) +
                                   " is a pair, and it is no option"};
    }
    void take_marks(json::object values, tick& t) {
        std::string name;
        for (auto field : values) {
            name = std::string_view(field.unescaped_key());
            json::value value = field.value();
            mark_change mark{{0}, not_quoted, not_quoted};
            json::json_type const form = value.type().value();
            if (form == json::json_type::array) {
                double* const parts[] = {&mark.underlying, &mark.vol};
                std::size_t count = 0;
                for (auto part : value.get_array()) {
                    if (count < 2) *parts[count] = fields::price_of(part.value());
                    ++count;
                }
                if (count != 2)
                    throw fields::bad_line{"the mark of " + in_quotes(name) + " is no pair"};
            } else {
                mark.underlying = fields::price_of(value);
            }
            auto const found = listed.by_name.find(name);
            if (found == listed.by_name.end()) {
                ++unknown;
                continue;
            }
            name_once(marked[found->second], name);
            mark.instrument = {found->second};
            demand_form(mark.instrument, name, form);
            t.marks.push_back(mark);
        }
    }
    settle_command take_settled(json::object prices) {
        settle_command settled;
        for (auto field : prices) {
            std::string const name(std::string_view(field.unescaped_key()));
            std::string_view const text = field.value().get_string();
            instrument_id const settles = instrument(name);
            if (listed.instruments[settles.value].kind == instrument_kind::perpetual)
                throw fields::bad_line{in_quotes(name) + " is a perpetual, and is never delivered"};
            name_once(marked[settles.value], name);
            auto const [nanos, fault] = parse_nanos(text);
            if (fault != number_fault::none || nanos <= 0)
                throw fields::bad_line{"the delivery price of " + name +
                                       " is no price: " + in_quotes(text)};
            settled.deliveries.push_back({settles, {nanos}});
        }
        return settled;
    }
    cash_command take_cash(json::object from) const {
        auto const [holder, held, amount] = fields::texts_of(from, {"account", "asset", "amount"});
        return {account(holder), asset(held), {fields::nanos_of("amount", amount)}};
    }
    position_command take_position(json::object from) const {
        auto const [holder, held, size, entry] = fields::texts_of(
            from, {"account", "instrument", "quantity", "entry_price"}, "entry_price");
        position_command says{account(holder),
                              instrument(std::string(held)),
                              {fields::nanos_of("quantity", size)},
                              {0}};
        bool const is_read =
            says.size.nanos != 0 &&
            listed.instruments[says.instrument.value].kind != instrument_kind::option;
        if (!is_read) return says;
        if (entry.data() == nullptr) fields::refuse_missing("entry_price");
        says.entry.nanos = fields::nanos_of("entry_price", entry);
        if (says.entry.nanos <= 0)
            throw fields::bad_line{"field 'entry_price' is not above zero: " + in_quotes(entry)};
        return says;
    }
    watch_input take(json::object from) {
        tick t;
        bool has_time = false, has_indexes = false, has_marks = false;
        std::optional<watch_input> command;
        auto const say = [&](watch_input said) {
            if (command) throw fields::bad_line{"two commands stand in one line"};
            command = std::move(said);
        };
        for (auto field : from) {
            std::string_view const name = field.unescaped_key();
            json::value value = field.value();
            if (name == "tick") {
                if (std::exchange(has_time, true)) fields::refuse_twice(name);
                t.time = fields::time_of(value);
            } else if (name == "index") {
                if (std::exchange(has_indexes, true)) fields::refuse_twice(name);
                take_indexes(fields::object_of(name, value), t);
            } else if (name == "marks") {
                if (std::exchange(has_marks, true)) fields::refuse_twice(name);
                take_marks(fields::object_of(name, value), t);
            } else if (name == "cash") {
                say(take_cash(fields::object_of(name, value)));
            } else if (name == "position") {
                say(take_position(fields::object_of(name, value)));
            } else if (name == "settle") {
                say(take_settled(fields::object_of(name, value)));
            } else {
                fields::refuse_field(name);
            }
        }
        if (command && (has_time || has_indexes || has_marks))
            throw fields::bad_line{"a tick and a command stand in one line"};
        if (command) return *std::move(command);
        if (!has_time) throw fields::bad_line{"field 'tick' is missing"};
        return t;
    }
};

tick_reader::tick_reader(market const& listed, std::vector<std::string> const& accounts)
    : accounts_(std::make_unique<name_index>(accounts)),
      parser_(std::make_unique<parser>(listed, accounts_.get())) {}
tick_reader::tick_reader(market const& listed)
    : parser_(std::make_unique<parser>(listed, nullptr)) {}
tick_reader::~tick_reader() = default;

read_input tick_reader::read(std::string_view line) {
    read_input result;
    parser_->unknown = 0;
    ++parser_->lines;
    try {
        if (line.size() > longest_line) throw fields::bad_line{"is longer than 1 MiB"};
        parser_->line = simdjson::padded_string(line);
        json::document document = parser_->documents.iterate(parser_->line);
        result.input = parser_->take(document.get_object());
        if (document.current_location().error() == simdjson::SUCCESS)
            throw fields::bad_line{"goes on after its object"};
    } catch (fields::bad_line const& bad) {
        result.fault = bad.reason;
    } catch (simdjson::simdjson_error const& error) {
        result.fault = std::string("is not a JSON object that a watch knows: ") + error.what();
    }
    result.instruments_unknown = parser_->unknown;
    return result;
}

}  // namespace lockstep
