#include "host/generate/market_log.h"

#include <algorithm>
#include <map>
#include <utility>

#include "host/generate/opening.h"
#include "host/log/kind_words.h"
#include "host/portfolio/load.h"
#include "margin/ledger/notional.h"

namespace lockstep {

namespace {

constexpr std::uint32_t owner_of_maker = 1, owner_of_backstop = 2, owner_of_saver = 3,
                        owner_of_first = 10;
constexpr std::int64_t maker_cash = 1'000'000'000 * nanos_per_unit;
constexpr std::int64_t saver_cash = nanos_per_unit;
constexpr std::size_t commands_in_a_block = 4'096;  // but what belongs together is not divided
constexpr std::int64_t session_ns = 24ll * 3600 * nanos_per_unit, session_at = session_ns / 3;
constexpr std::uint32_t isolated_one_in = 4;  // of accounts that hold one future and nothing else
constexpr int quiet_blocks = 8;
constexpr std::int64_t smallest_quoted = 10;  // ticks

std::int64_t part_of(int128 amount, std::int64_t parts) {
    return narrow(amount * parts / ppm).value;
}

/// The number of 08:00s that have passed.
std::int64_t session_of(std::int64_t time) { return (time - session_at) / session_ns; }

}  // namespace

/// What one account of the portfolio has in one asset: an account of the log.
struct market_log::pocket {
    std::uint32_t owner, asset;
    std::string name;
    std::int64_t cash = 0;
    std::vector<holding_row> held;
    opening way;
    bool is_isolated = false;
};

market_log::market_log(std::string portfolio_folder, backend& device, exception_log& rejected,
                       std::function<void(block const&)> write)
    : folder_(std::move(portfolio_folder)),
      device_(device),
      rejected_(rejected),
      write_(std::move(write)) {}
market_log::~market_log() = default;

transaction_row& market_log::say(transaction_row const& t) {
    transaction_row& said = block_.commands.edit().emplace_back(t);
    said.id = {.low = ++ids_, .high = 1};
    return said;
}

transaction_row& market_log::say(transaction_kind kind, std::uint32_t account) {
    transaction_row t{};
    t.kind = kind;
    t.account = account;
    return say(t);
}

void market_log::cut() {
    if (block_.commands.empty()) return;
    counts_.commands += block_.commands.size();
    ++counts_.blocks;
    write_(block_);
    block_.commands.clear();
}

// ---- the exchange -------------------------------------------------------------------------------

void market_log::begins(market const& first) {
    market_ = std::make_unique<log_market>(first, device_);
    open_.assign(first.instruments.size(), 0);
    quarantined_.assign(first.instruments.size(), 0);
    block_.time = first.time.value;
    std::vector<pocket> pockets = pockets_of(load_portfolio(folder_, first, rejected_));
    found(pockets);
    open(pockets);
}

std::vector<market_log::pocket> market_log::pockets_of(portfolio const& held) const {
    std::map<std::pair<std::uint32_t, std::uint32_t>, pocket> by_account;
    auto const at = [&](account_id account, asset_id asset) -> pocket* {
        if (held.accounts[account.value] == "HOUSE") return nullptr;
        pocket& p = by_account[{account.value, asset.value}];
        p.owner = owner_of_first + account.value;
        p.asset = asset.value;
        return &p;
    };
    for (cash_row const& c : held.cash)
        if (pocket* const p = at(c.account, c.asset)) p->cash += c.amount.nanos;
    for (holding_row const& h : held.positions) {
        asset_id const asset = market_->now().instruments[h.instrument.value].settle_asset;
        if (pocket* const p = at(h.account, asset)) p->held.push_back(h);
    }
    std::vector<pocket> pockets;
    std::uint32_t singles = 0;
    for (auto& [key, p] : by_account) {
        p.name = held.accounts[key.first];
        p.way = open_account(*market_, p.held, p.cash);
        bool const single =
            p.way.trades.size() == 1 && !market_->is_option(p.way.trades[0].instrument);
        p.is_isolated = single && singles++ % isolated_one_in == 0;
        pockets.push_back(std::move(p));
    }
    return pockets;
}

void market_log::found(std::vector<pocket>& pockets) {
    market const& m = market_->now();
    std::vector<int128> cash(m.assets.size());
    for (std::string const& name : m.assets) {
        constexpr std::size_t longest = 8;
        say(transaction_kind::create_asset).target = asset_id_of(name.substr(0, longest)).value();
    }
    for (std::uint32_t i = 0; i < m.instruments.size(); ++i) {
        say(market_->list(i));
        if (market_->listings()[i].mark.nanos != 0) say(market_->mark(i));
    }
    cut();
    auto const account = [&](std::uint32_t owner, std::uint32_t asset,
                             std::string const& name) -> transaction_row& {
        transaction_row& t = say(transaction_kind::create_account);
        t.asset = asset;
        t.counterparty = owner;
        accounts_.push_back({name, asset});
        return t;
    };
    for (std::uint32_t asset = 0; asset < m.assets.size(); ++asset) {
        account(owner_of_maker, asset, "maker");
        account(owner_of_backstop, asset, "backstop");
        account(owner_of_saver, asset, "saver");
    }
    for (pocket const& p : pockets) {
        transaction_row& t = account(p.owner, p.asset, p.name);
        cash[p.asset] += p.way.deposit;
        counts_.isolated += p.is_isolated;
        counts_.richer += p.way.is_richer;
        counts_.left_out += p.way.left_out;
        if (!p.is_isolated) continue;
        t.flags = transaction_flag::isolated;
        t.instrument = p.way.trades[0].instrument;
    }
    counts_.accounts = pockets.size();
    auto const fund = [&](transaction_kind kind, std::uint32_t who, std::int64_t amount) {
        if (amount > 0) say(kind, who).amount = amount;
    };
    for (std::uint32_t asset = 0; asset < m.assets.size(); ++asset) {
        fund(transaction_kind::deposit, maker(asset), maker_cash);
        fund(transaction_kind::deposit, saver(asset), saver_cash);
        fund(transaction_kind::deposit, backstop(asset), part_of(cash[asset], terms_.backstop_ppm));
        fund(transaction_kind::fund_insurance, maker(asset),
             part_of(cash[asset], terms_.insurance_ppm));
        say(transaction_kind::set_backstop, backstop(asset));
    }
    cut();
}

void market_log::open(std::vector<pocket> const& pockets) {
    auto const first = static_cast<std::uint32_t>(3 * market_->now().assets.size());
    for (std::uint32_t i = 0; i < pockets.size(); ++i) {
        pocket const& p = pockets[i];
        if (block_.commands.size() + p.way.trades.size() > commands_in_a_block) cut();
        say(transaction_kind::deposit, first + i).amount = p.way.deposit;
        for (opening_trade const& trade : p.way.trades) {
            transaction_row& t = say(transaction_kind::block_trade, first + i);
            t.counterparty = maker(p.asset);
            t.instrument = trade.instrument;
            t.side = trade.size > 0 ? order_side::buy : order_side::sell;
            t.amount = trade.size > 0 ? trade.size : -trade.size;
            t.price = trade.price;
            t.flags = transaction_flag::consent_first | transaction_flag::consent_second;
            open_[trade.instrument] += t.amount;
            ++counts_.trades;
        }
    }
    cut();
    for (std::uint32_t i = 0; i < pockets.size(); ++i) {
        if (pockets[i].way.withdraw > 0)
            say(transaction_kind::withdraw, first + i).amount = pockets[i].way.withdraw;
        if (block_.commands.size() >= commands_in_a_block) cut();
    }
    for (std::uint32_t i = 0; i < open_.size(); ++i) {
        transaction_row& t = say(transaction_kind::fee_change);
        t.instrument = i;
        t.aux[1] = terms_.taker_fee_ppm;
    }
    cut();
}

// ---- a tick -------------------------------------------------------------------------------------

void market_log::settles(settle_command const& settled) {
    for (settle_command::delivery const& d : settled.deliveries) {
        transaction_row& t = say(transaction_kind::expiry);
        t.instrument = d.instrument.value;
        t.price = d.at.nanos;
        market_->expired(d.instrument.value);
    }
}

void market_log::funds(std::vector<funding_fixing> const& rates) {
    for (funding_fixing const& f : rates) {
        std::uint32_t const i = f.instrument.value;
        if (market_->listings()[i].mark.nanos == 0 || open_[i] == 0) continue;
        transaction_row& t = say(transaction_kind::funding);
        t.instrument = i;
        t.amount = f.rate;
        ++counts_.fundings;
    }
}

void market_log::ticks(tick const& t) {
    bool const session_ends = session_of(t.time.value) != session_of(block_.time);
    block_.time = t.time.value;
    market_->apply(t);
    quote();
    quarantine();
    for (mark_change const& m : t.marks)
        if (market_->is_quoted(m.instrument.value)) say(market_->mark(m.instrument.value));
    if (session_ends) settle_session();
    cut();
}

/// The maker's quotes of the tick before give way to new ones at the new price.
void market_log::quote() {
    for (std::uint32_t asset = 0; asset < market_->now().assets.size(); ++asset)
        say(transaction_kind::mass_cancel, maker(asset));
    for (std::uint32_t i = 0; i < open_.size(); ++i) {
        listing_row const& l = market_->listings()[i];
        if (open_[i] == 0 || !market_->is_quoted(i) || (l.flags & listing_flag::expired)) continue;
        bool const option = market_->is_option(i);
        std::int64_t const part =
            part_of(open_[i], option ? terms_.option_quote_ppm : terms_.future_quote_ppm);
        std::int64_t const size = std::max(part - part % l.lot.nanos, l.lot.nanos);
        quote_side(i, order_side::sell, size);
        // Nobody is made to close an option that was bought: it asks for no margin.
        if (!option) quote_side(i, order_side::buy, size);
    }
}

/// A thousandth from the mark; an option's seller wants a twentieth and a tick.
void market_log::quote_side(std::uint32_t instrument, order_side side, std::int64_t size) {
    listing_row const& l = market_->listings()[instrument];
    if (l.mark.nanos < smallest_quoted * l.tick.nanos) return;  // a tick away leaves the band
    std::int64_t const away = l.mark.nanos / (market_->is_option(instrument) ? 20 : 1'000);
    std::int64_t const at =
        side == order_side::sell ? l.mark.nanos + away + l.tick.nanos : l.mark.nanos - away;
    transaction_row& t = say(transaction_kind::place_order, maker(l.contract.settle_asset.value));
    t.instrument = instrument;
    t.side = side;
    t.amount = size;
    t.price = std::max(at - at % l.tick.nanos, l.tick.nanos);
}

void market_log::quarantine() {
    for (std::uint32_t i = 0; i < open_.size(); ++i) {
        listing_row const& l = market_->listings()[i];
        bool const silent = !market_->is_quoted(i) && (l.flags & listing_flag::expired) == 0;
        if (l.mark.nanos == 0 || silent == (quarantined_[i] != 0)) continue;
        quarantined_[i] = silent;
        transaction_row& t = say(silent ? transaction_kind::suspend : transaction_kind::resume);
        t.instrument = i;
        t.flags = transaction_flag::on_instrument;
        if (silent) t.flags |= transaction_flag::reduce_only;
    }
}

void market_log::settle_session() {
    for (std::uint32_t i = 0; i < open_.size(); ++i) {
        listing_row const& l = market_->listings()[i];
        if (market_->is_option(i) || l.mark.nanos == 0 || (l.flags & listing_flag::expired))
            continue;
        say(transaction_kind::session_settle).instrument = i;
    }
}

void market_log::ends() {
    for (int i = 0; i < quiet_blocks; ++i) {
        quote();
        cut();
    }
    quote();
    settle_session();
    cut();
    for (int i = 0; i < quiet_blocks; ++i) {
        quote();
        cut();
    }
}

}  // namespace lockstep
