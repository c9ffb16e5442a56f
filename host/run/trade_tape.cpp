#include "host/run/trade_tape.h"

#include <fmt/format.h>

#include <iterator>

#include "host/io/number_text.h"
#include "host/log/names.h"

namespace lockstep {

namespace {

void append_side(std::string& text, trade_side const& side) {
    fmt::format_to(std::back_inserter(text), ",{},{},", side.account, side.order);
    append_scaled(text, side.fee.nanos, 9);
}

}  // namespace

trade_tape::trade_tape(std::filesystem::path const& file) : file_(file) {
    file_.write(
        "block,command,kind,instrument,price,size,side,taker,taker_order,taker_fee,maker,"
        "maker_order,maker_fee\n");
}

void trade_tape::write(engine const& ledger) {
    engine_state const& state = ledger.state();
    for (trade_row const& t : ledger.trades()) {
        text_.clear();
        fmt::format_to(std::back_inserter(text_), "{},{},{},{},", state.blocks, t.sequence,
                       name_of(state.history[t.taker.order - 1].kind), t.instrument);
        append_scaled(text_, t.at.nanos, 9);
        text_ += ',';
        append_scaled(text_, t.size.nanos, 9);
        fmt::format_to(std::back_inserter(text_), ",{}", name_of(t.taker.side));
        append_side(text_, t.taker);
        append_side(text_, t.maker);
        text_ += '\n';
        file_.write(text_);
    }
}

}  // namespace lockstep
