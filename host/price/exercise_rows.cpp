#include "host/price/exercise_rows.h"

#include <algorithm>

namespace lockstep {
namespace {

using price_fields = row_fields<price_field>;

/// Calls f with each part of a list such as "0.25;0.5;1". An empty part is handed on too.
template <class F>
void each_part(std::string_view list, F const& f) {
    for (std::size_t at = 0; at <= list.size();) {
        std::size_t const end = std::min(list.find(';', at), list.size());
        f(list.substr(at, end - at));
        at = end + 1;
    }
}

double number_in(price_fields const& fields, price_field field, std::string_view text) {
    auto const [value, fault] = parse_double(text);
    if (fault != number_fault::none)
        fields.refuse(field, status_of(fault), "has a part that " + reason_for(fault, text));
    return value;
}

void add_event(price_fields const& fields, price_field field, std::vector<schedule_event>& events,
               schedule_event const& event) {
    if (events.size() == schedule_events_max)
        fields.refuse(field, row_status::field_is_unknown,
                      "has too many parts: a row may have " + std::to_string(schedule_events_max));
    events.push_back(event);
}

void read_dividends(price_fields const& fields, std::vector<schedule_event>& events) {
    constexpr price_field field = price_field::cash_dividends;
    each_part(fields.text(field), [&](std::string_view part) {
        std::size_t const colon = part.find(':');
        if (colon == std::string_view::npos)
            fields.refuse(field, row_status::field_is_unknown,
                          "has the part " + in_quotes(part) + ", it can be TIME:AMOUNT");
        add_event(fields, field, events,
                  {number_in(fields, field, part.substr(0, colon)),
                   number_in(fields, field, part.substr(colon + 1)), 0});
    });
}

void read_dates(price_fields const& fields, std::vector<schedule_event>& events) {
    constexpr price_field field = price_field::exercise_dates;
    if (!fields.given(field)) fields.refuse(field, row_status::field_is_missing, "is empty");
    each_part(fields.text(field), [&](std::string_view part) {
        double const time = number_in(fields, field, part);
        auto const paid = std::find_if(events.begin(), events.end(), [&](schedule_event const& e) {
            return e.time == time && e.exercise == 0;
        });
        if (paid == events.end())
            add_event(fields, field, events, {time, 0.0, 1});
        else
            paid->exercise = 1;
    });
}

}  // namespace

exercise_style read_style(price_fields const& fields) {
    std::string const style = lower_case(fields.text(price_field::style));
    if (style.empty() || style == "european") return exercise_style::european;
    if (style == "american") return exercise_style::american;
    if (style == "bermudan") return exercise_style::bermudan;
    fields.refuse_unknown(price_field::style, "european, american or bermudan");
}

bool is_scheduled(price_fields const& fields, exercise_style style) {
    return style == exercise_style::bermudan || fields.given(price_field::cash_dividends);
}

std::vector<schedule_event> read_schedule(price_fields const& fields, exercise_style style) {
    std::vector<schedule_event> events;
    if (fields.given(price_field::cash_dividends)) read_dividends(fields, events);
    if (style == exercise_style::bermudan) read_dates(fields, events);
    std::sort(events.begin(), events.end(),
              [](schedule_event const& a, schedule_event const& b) { return a.time < b.time; });
    return events;
}

}  // namespace lockstep
