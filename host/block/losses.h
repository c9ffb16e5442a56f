// Who bears a loss that an account cannot carry, before it is the insurance fund's or a deficit.
#pragma once

#include <cstdint>
#include <vector>

#include "host/block/account_margins.h"
#include "host/block/dirty_rows.h"
#include "host/state/engine_state.h"

namespace lockstep {

/// What the cash of an account lacks to zero, and no gain will bring that waits for a session, is
/// paid by its owner's other accounts of the asset (but not for an isolated account), in order of
/// accounts: from cash that they have not promised, then from what they have, then from gains that
/// wait for a session like those of the debtor, by which their cash may then lie below zero; those
/// of isolated accounts last.
void pay_for_own(engine_state& state, account_margins const& margins, dirty_tables& dirty);

/// Of the accounts that the block changed, those with less cash than they have reserved, or less
/// equity at the new marks than they have reserved for anything but closing; ascending.
std::vector<std::uint32_t> short_accounts(engine_state const& state, account_margins const& margins,
                                          dirty_tables const& dirty);

/// A loss is borne by the account's own promises first: pending transfers out of an account that no
/// longer has the cash or the equity for them are voided, the newest first. What its cash then
/// lacks to zero the insurance fund pays, in account order; the rest is booked as deficit. Nobody
/// pays for what the next session will: an account that has bought an option back against a
/// future's gain stands below zero in cash, by no more than that gain, until it is settled. Only
/// payments on positions, and debts of an owner's other accounts, can take cash that was promised,
/// so nobody else is paid. Orders must have been cancelled before, of the accounts that `shorts`
/// lists.
void cover_losses(engine_state& state, std::vector<std::uint32_t> const& shorts,
                  account_margins const& margins, dirty_tables& dirty);

}  // namespace lockstep
