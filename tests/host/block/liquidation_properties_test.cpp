// What must hold of liquidations whatever the books: over random exchanges in a falling and a
// jumping market, after every block and for every step that the ledger took.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <vector>

#include "host/block/engine.h"
#include "host/block/liquidator.h"
#include "host/log/names.h"
#include "margin/ledger/payments.h"
#include "tests/workload/falling_market.h"

namespace lockstep {
namespace {

constexpr std::int64_t unit = nanos_per_unit;

int128 maintenance_of(engine_state const& s, position_row const& p) {
    listing_row const& l = s.listings[p.instrument.value];
    return check_position(l, s.tiers_of(l), p).maintenance;
}

/// Maintenance margin of an account at the marks as they stand, summed anew.
int128 maintenance_now(engine_state const& s, std::uint32_t account) {
    int128 sum = 0;
    for (position_row const& p : s.positions)
        if (p.account.value == account) sum += maintenance_of(s, p);
    return sum;
}

int128 cash_in(engine_state const& s) {
    int128 sum = 0;
    for (account_row const& a : s.accounts) sum += a.cash.nanos;
    return sum;
}

/// Runs the blocks with a liquidator and shows every block and its receipts to `look`.
template <class Look>
void run_liquidated(std::vector<block> const& blocks, Look&& look) {
    engine ledger({.check = true});
    liquidator desk;
    for (block b : blocks) {
        for (transaction_row const& t : desk.commands(ledger.state(), b.commands))
            b.commands.edit().push_back(t);
        auto const& receipts = ledger.run(b);
        look(ledger.state(), b, receipts);
        desk.look_at(ledger.state(), ledger.dirty());
    }
}

/// Falling markets of several seeds, quiet, and jumping so that accounts end below zero.
std::vector<std::vector<block>> markets() {
    std::vector<std::vector<block>> all;
    for (std::uint64_t seed = 3; seed < 9; ++seed)
        for (bool const jumps : {false, true})
            all.push_back(workload::falling_market({.seed = seed, .jumps = jumps}));
    for (bool const jumps : {false, true})
        all.push_back(workload::falling_market({.seed = 9, .jumps = jumps, .tiers = true}));
    return all;
}

TEST(liquidation_properties, every_step_lowers_the_requirement) {
    std::size_t steps = 0;
    for (auto const& blocks : markets()) {
        std::vector<position_row> before;
        run_liquidated(blocks, [&](engine_state const& s, block const& b, auto const& receipts) {
            // The same marks for before and after: those of the block's end.
            std::map<std::uint32_t, int128> was;
            std::set<std::uint32_t> stepped, traded;
            for (std::size_t i = 0; i < receipts.size(); ++i) {
                transaction_row const& t = b.commands[i];
                bool const step = t.kind == transaction_kind::liquidate ||
                                  t.kind == transaction_kind::take_over ||
                                  t.kind == transaction_kind::deleverage;
                bool const done = receipts[i].status == apply_status::applied &&
                                  (t.kind != transaction_kind::liquidate || receipts[i].fills > 0);
                if (step && done) stepped.insert(t.account);
                if (t.kind == transaction_kind::place_order) traded.insert(t.account);
                if (t.kind == transaction_kind::take_over) traded.insert(t.counterparty);
            }
            for (position_row const& p : before) was[p.account.value] += maintenance_of(s, p);
            for (std::uint32_t const account : stepped) {
                if (traded.contains(account)) continue;
                EXPECT_LT(maintenance_now(s, account), was[account]) << "account " << account;
                ++steps;
            }
            before.assign(s.positions.begin(), s.positions.end());
        });
    }
    EXPECT_GT(steps, 300u);
}

// What is worded counts what the backstop takes before it in the block, in tiers too.
TEST(liquidation_properties, the_backstop_is_asked_for_what_it_can_carry) {
    std::size_t taken = 0, together = 0;
    for (auto const& blocks : markets())
        run_liquidated(blocks, [&](engine_state const&, block const& b, auto const& receipts) {
            std::map<std::uint32_t, std::size_t> by_instrument;
            for (std::size_t i = 0; i < receipts.size(); ++i) {
                if (b.commands[i].kind != transaction_kind::take_over) continue;
                EXPECT_NE(receipts[i].status, apply_status::counterparty_lacks_free_cash);
                if (receipts[i].status != apply_status::applied) continue;
                ++taken;
                together += ++by_instrument[b.commands[i].instrument] == 2;
            }
        });
    EXPECT_GT(taken, 50u);
    EXPECT_GT(together, 5u) << "several positions of one instrument in a block test more";
}

TEST(liquidation_properties, who_holds_no_position_pays_no_loss) {
    std::size_t looked_at = 0, socialised = 0;
    for (auto const& blocks : markets()) {
        std::map<std::uint32_t, std::int64_t> idle;  // cash of accounts that held nothing before
        std::set<std::uint32_t> exposed;             // owners that held something
        run_liquidated(blocks, [&](engine_state const& s, block const& b, auto const& receipts) {
            std::map<std::uint32_t, std::int64_t> moved;  // by commands of their own
            std::set<std::uint32_t> busy;
            for (std::size_t i = 0; i < receipts.size(); ++i) {
                transaction_row const& t = b.commands[i];
                if (receipts[i].status != apply_status::applied) continue;
                if (t.kind == transaction_kind::deposit) moved[t.account] += t.amount;
                if (t.kind == transaction_kind::fund_insurance) moved[t.account] -= t.amount;
                if (t.kind == transaction_kind::place_order) busy.insert(t.account);
                if (t.kind == transaction_kind::take_over) busy.insert(t.counterparty);
                socialised += t.kind == transaction_kind::socialise;
            }
            // An owner's accounts answer for each other.
            for (auto const& [account, cash] : idle) {
                if (busy.contains(account) || exposed.contains(s.accounts[account].owner)) continue;
                EXPECT_EQ(s.accounts[account].cash.nanos, cash + moved[account])
                    << "account " << account << ", block " << s.blocks;
                ++looked_at;
            }
            idle.clear();
            exposed.clear();
            for (account_row const& a : s.accounts) {
                bool const holds = a.open_positions > 0 || a.unrealised.nanos != 0;
                if (holds) exposed.insert(a.owner);
                if (!holds) idle[a.number] = a.cash.nanos;
            }
        });
    }
    EXPECT_GT(looked_at, 1'000u);
    EXPECT_GT(socialised, 5u) << "losses that nobody could pay test more";
}

TEST(liquidation_properties, the_fund_pays_losses_to_the_nano_and_never_more_than_it_has) {
    std::size_t payments = 0;
    for (auto const& blocks : markets()) {
        int128 lost_before = 0;  // fund and deficit: what losses below zero have cost so far
        int128 fund_in = 0;
        run_liquidated(blocks, [&](engine_state const& s, block const& b, auto const& receipts) {
            asset_row const& usd = s.assets[0];
            ASSERT_GE(usd.insurance_fund.nanos, 0);
            ASSERT_GE(usd.deficit.nanos, 0);
            std::int64_t socialised = 0;
            for (std::size_t i = 0; i < receipts.size(); ++i) {
                if (receipts[i].status != apply_status::applied) continue;
                if (b.commands[i].kind == transaction_kind::fund_insurance)
                    fund_in += b.commands[i].amount;
                if (b.commands[i].kind == transaction_kind::socialise)
                    socialised += b.commands[i].amount;
            }
            // Without a settlement no cash goes below zero, so that the fund has nothing to pay;
            // takeovers at bankruptcy prices leave it nothing either, to the nano.
            bool settles = false;
            for (transaction_row const& t : b.commands)
                settles = settles || t.kind == transaction_kind::session_settle;
            int128 const lost = fund_in - usd.insurance_fund.nanos + usd.deficit.nanos;
            if (!settles && socialised == 0) {
                EXPECT_EQ(lost == lost_before, true) << s.blocks;
            }
            payments += lost > lost_before;
            lost_before = lost;
            EXPECT_EQ(cash_in(s) + usd.fee_pool.nanos + usd.insurance_fund.nanos +
                              usd.remainder.nanos - usd.deficit.nanos ==
                          usd.external.nanos,
                      true);
        });
    }
    EXPECT_GT(payments, 5u);
}

/// An owner's long of 30 at 100 with `cash`, in as many accounts as `cash` has parts; the market
/// then jumps to `after` and is settled. What the owner is left with, and what the others paid.
struct outcome {
    std::int64_t left = 0, fund = 0;
};
outcome after_a_jump(std::vector<std::pair<std::int64_t, std::int64_t>> const& parts,
                     std::int64_t after) {
    engine ledger({.check = true});
    std::uint64_t ids = 0;
    block b{.time = 1, .commands = {}};
    auto const say = [&](transaction_kind kind, std::uint32_t account) -> transaction_row& {
        transaction_row& t = b.commands.edit().emplace_back();
        t.id = {.low = ++ids, .high = 5};
        t.kind = kind;
        t.account = account;
        return t;
    };
    auto const run = [&] {
        for (receipt_row const& r : ledger.run(b))
            EXPECT_EQ(r.status, apply_status::applied) << name_of(r.status);
        b.commands.clear();
    };
    say(transaction_kind::create_asset, 0).target = {0x445355, 0};
    say(transaction_kind::create_account, 0).counterparty = 1;
    for (std::size_t i = 0; i < parts.size(); ++i)
        say(transaction_kind::create_account, 0).counterparty = 2;
    say(transaction_kind::deposit, 0).amount = 100'000 * unit;
    say(transaction_kind::fund_insurance, 0).amount = 50'000 * unit;
    transaction_row& listing = say(transaction_kind::create_instrument, 0);
    listing.contract = 2;
    listing.amount = unit / 1000;
    listing.price = unit / 100;
    listing.aux[0] = 500 | 250u << 16;
    listing.user_data = 900'000;
    say(transaction_kind::mark_update, 0).price = 100 * unit;
    run();
    for (std::uint32_t i = 0; i < parts.size(); ++i) {
        auto const [size, cash] = parts[i];
        say(transaction_kind::deposit, i + 1).amount = cash;
        if (size == 0) continue;
        transaction_row& t = say(transaction_kind::block_trade, i + 1);
        t.counterparty = 0;
        t.amount = size;
        t.price = 100 * unit;
        t.flags = transaction_flag::consent_first | transaction_flag::consent_second;
    }
    run();
    say(transaction_kind::mark_update, 0).price = after;
    say(transaction_kind::session_settle, 0);
    run();
    outcome o;
    for (std::uint32_t i = 1; i < ledger.state().accounts.size(); ++i)
        o.left += ledger.state().accounts[i].cash.nanos;
    o.fund = 50'000 * unit - ledger.state().assets[0].insurance_fund.nanos;
    return o;
}

TEST(liquidation_properties, splitting_an_account_never_helps_its_owner) {
    std::uint64_t state = 77;
    auto const draw = [&](std::int64_t low, std::int64_t high) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return low + static_cast<std::int64_t>((state >> 33) %
                                               static_cast<std::uint64_t>(high - low + 1));
    };
    std::size_t lost_more = 0;
    for (int round = 0; round < 200; ++round) {
        std::int64_t const lots = draw(10'000, 30'000), cash = draw(160, 1'500) * unit;
        std::int64_t const after = draw(2'000, 12'000) * unit / 100;
        outcome const whole = after_a_jump({{lots * (unit / 1000), cash}}, after);
        // Random parts: a size each, and the margin that it needs at least.
        std::vector<std::pair<std::int64_t, std::int64_t>> parts;
        std::int64_t lots_left = lots, cash_left = cash;
        auto const count = draw(2, 5);
        for (std::int64_t i = 1; i < count; ++i) {
            std::int64_t const some = draw(0, lots_left), needs = some * 5 * (unit / 1000);
            std::int64_t const rest_needs = (lots_left - some) * 5 * (unit / 1000);
            std::int64_t const spare = cash_left - needs - rest_needs;
            if (spare < 2) break;
            std::int64_t const paid = needs + 1 + draw(0, (spare - 1) / unit) * unit;
            if (paid >= cash_left - rest_needs) break;
            parts.emplace_back(some * (unit / 1000), paid);
            lots_left -= some;
            cash_left -= paid;
        }
        parts.emplace_back(lots_left * (unit / 1000), cash_left);
        outcome const split = after_a_jump(parts, after);
        EXPECT_LE(split.left, whole.left) << "round " << round << ", " << parts.size() << " parts";
        EXPECT_LE(split.fund, whole.fund + static_cast<std::int64_t>(parts.size()));
        lost_more += whole.fund > 0;
    }
    EXPECT_GT(lost_more, 50u);
}

}  // namespace
}  // namespace lockstep
