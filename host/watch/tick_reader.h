// What a watch reads, one JSON object a line (data/FORMATS.md):
//
//   {"tick":"2026-02-05T09:36:47Z","index":{"BTC":71441.49},"marks":{"BTC-PERPETUAL":71440.0,
//    "BTC-6FEB26-70000-P":[71450.5,0.8412]}}
//   {"cash":{"account":"A17","asset":"BTC","amount":"1.25"}}
//   {"position":{"account":"A17","instrument":"BTC-PERPETUAL","quantity":"-3000","entry_price":"71000"}}
//   {"settle":{"BTC-5FEB26-70000-P":"70653.21","BTC-5FEB26-70000-C":"70653.21"}}
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "host/base/name_index.h"
#include "host/market/market.h"
#include "host/watch/tick.h"

namespace lockstep {

using watch_input = std::variant<tick, cash_command, position_command, settle_command>;

struct read_input {
    watch_input input;
    std::string fault;                      // not empty: the line says nothing, and this is why
    std::uint32_t instruments_unknown = 0;  // marks of what is not listed; left out
};

/// Turns lines into inputs. Marks of instruments and indexes of underlyings that the market does
/// not list are left out and counted; an unknown name in a command is a fault.
class tick_reader {
  public:
    tick_reader(market const& listed, std::vector<std::string> const& accounts);
    /// For who looks at ticks alone: any name may be that of an account.
    explicit tick_reader(market const& listed);
    ~tick_reader();
    read_input read(std::string_view line);
    /// Its row, or name_index::none. Reading meanwhile changes nothing of it.
    std::uint32_t account(std::string_view name) const { return accounts_->find(name); }

  private:
    struct parser;
    std::unique_ptr<name_index> accounts_;
    std::unique_ptr<parser> parser_;
};

/// Why a tick is refused that is older than the one before.
std::string why_too_old(utc_ns tick, utc_ns before);

/// The line that reads back as this tick.
std::string line_of(tick const& t, market const& listed);
std::string line_of(settle_command const& settled, market const& listed);

}  // namespace lockstep
