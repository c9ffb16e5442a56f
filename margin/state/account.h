// An account holds one asset for one owner. What can be spent is what is there and not promised:
// cash - reserved - requirement (the margin that the last check asked for).
#pragma once

#include <cstdint>
#include <type_traits>

#include "margin/state/id.h"
#include "pricing/base/ids.h"
#include "pricing/base/money.h"

namespace lockstep {

namespace account_flag {
inline constexpr std::uint32_t suspended = 1;    // nothing new but cancels; promises are kept
inline constexpr std::uint32_t reduce_only = 2;  // equity below initial margin at the last check
inline constexpr std::uint32_t liquidating = 4;  // equity below maintenance at the last check, and
                                                 // so without what is quarantined as well
}  // namespace account_flag

inline constexpr std::uint32_t no_owner = 0;  // accounts that are nobody's share nothing

/// 0 <= reserved <= cash after every block. `number` is the row's own index.
struct account_row {
    client_id id;
    std::uint32_t number;
    std::uint32_t owner;  // accounts of one owner never trade with each other
    asset_id asset;
    std::uint32_t flags;
    money cash;
    money reserved;          // for open orders and for pending transfers out
    money pending_out;       // part of `reserved`
    money pending_in;        // not yet ours
    money requirement;       // initial margin net of unrealised gains at the last check, >= 0
    money maintenance;       // maintenance margin at the last check
    money unrealised;        // of all positions at the last check
    std::uint64_t sequence;  // last transaction that changed the row
    std::uint32_t open_orders;
    std::uint32_t open_positions;
    std::uint32_t isolated_to;   // number of its one instrument, plus one; 0: any
    std::uint32_t isolated_ppm;  // initial margin by the leverage that it chose; 0: not isolated
    money owed;  // at the last check, to buy options back that were sold; part of both margins
    std::uint64_t reserved_word;
};

static_assert(sizeof(account_row) == 128 && std::is_trivially_copyable_v<account_row>);
static_assert(std::has_unique_object_representations_v<account_row>,
              "no padding may reach the state root");

}  // namespace lockstep
