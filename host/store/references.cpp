#include "host/store/references.h"

#include <fmt/format.h>

#include <map>
#include <tuple>

#include "host/base/error.h"
#include "host/block/prepare.h"
#include "host/root/row_digest.h"
#include "host/store/journal.h"

namespace lockstep {

void check_references(engine_state const& s, std::string const& where) {
    auto const demand_all = [&](root_table t, auto const& rows, auto const& holds) {
        for (std::size_t row = 0; row < rows.size(); ++row)
            if (!holds(rows[row]))
                throw input_error(where + name_of_row(static_cast<std::uint32_t>(t), row) +
                                  ": names a row that is not there");
    };
    auto const account = [&](account_id id) { return id.value < s.accounts.size(); };
    auto const listing = [&](instrument_id id) { return id.value < s.listings.size(); };
    if (s.exchange.size() != 1) throw input_error(where + "exchange: is not one row");
    demand_all(root_table::assets, s.assets,
               [&](asset_row const& a) { return a.backstop <= s.accounts.size(); });
    demand_all(root_table::accounts, s.accounts, [&](account_row const& a) {
        return a.asset.value < s.assets.size() && a.isolated_to <= s.listings.size() &&
               a.number == static_cast<std::size_t>(&a - s.accounts.data());
    });
    demand_all(root_table::listings, s.listings, [&](listing_row const& l) {
        return l.tiers <= s.tiers.size() && l.contract.settle_asset.value < s.assets.size();
    });
    demand_all(root_table::tiers, s.tiers,
               [&](tier_row const& t) { return listing(t.instrument) && t.count < tiers_max; });
    demand_all(root_table::positions, s.positions,
               [&](position_row const& p) { return account(p.account) && listing(p.instrument); });
    demand_all(root_table::pendings, s.pendings,
               [&](pending_row const& p) { return account(p.debit) && account(p.credit); });
    demand_all(root_table::open_orders, s.open_orders.rows(), [&](open_order_row const& o) {
        return o.sequence == 0
                   ? o.left.size == 0
                   : account(o.account) && listing(o.instrument) &&
                         o.position < s.positions.size() && o.sequence <= s.history.size();
    });
}

void check_outcomes(engine_state const& s, std::string const& where) {
    for (std::size_t place = 0; place < s.outcomes.size(); ++place) {
        std::uint32_t const row = s.outcomes[place].row;
        transaction_row const& t = s.history[place];
        bool const pends = (t.flags & transaction_flag::pending) != 0;
        std::size_t const rows = t.kind == transaction_kind::transfer && pends ? s.pendings.size()
                                 : t.kind == transaction_kind::place_order
                                     ? s.open_orders.rows().size()
                                     : no_row;
        if (row != no_row && row >= rows)
            throw input_error(
                fmt::format("{}command {}: made a row that is not there", where, place + 1));
    }
}

void check_queues(engine_state const& s, std::vector<order_row> const& orders,
                  std::string const& where) {
    // By state, side and price; what waits to enter stands in one queue.
    std::map<std::tuple<order_state, order_side, std::int64_t>, order_row const*> last;
    for (order_row const& order : orders) {
        if (order.state == order_state::dormant) continue;
        bool const rests = order.state == order_state::resting;
        order_row const*& before =
            last[{order.state, rests ? order.side : order_side::buy, rests ? order.price : 0}];
        // Equal places were given by one command that gave more than can be told apart.
        if (before != nullptr &&
            s.open_orders[before->tag].queued > s.open_orders[order.tag].queued)
            throw input_error(fmt::format(
                "{}{}: orders {} and {} stand the other way round than open_orders says", where,
                name_of_row(book_order_table, order.tag), before->order, order.order));
        before = &order;
    }
}

}  // namespace lockstep
