// Ticks and commands as lines, as the reader of this folder takes them.
#include "host/io/number_text.h"
#include "host/io/timestamp.h"
#include "host/watch/tick_reader.h"

namespace lockstep {

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

std::string why_too_old(utc_ns tick, utc_ns before) {
    return "the tick is of " + time_text(tick) + ", the one before of " + time_text(before);
}

std::string line_of(tick const& t, market const& listed) {
    std::string out = "{\"tick\":\"";
    out += time_text(t.time);
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
