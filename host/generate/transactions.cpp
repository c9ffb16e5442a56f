#include "host/generate/transactions.h"

#include <algorithm>

#include "host/generate/draws.h"
#include "pricing/base/exp_log.h"
#include "pricing/base/money.h"

namespace lockstep {

namespace {

constexpr std::int64_t cent = nanos_per_unit / 100;
constexpr std::int64_t tenth = nanos_per_unit / 10;
constexpr std::int64_t mark_cents = 10'000;

class transaction_writer {
  public:
    transaction_writer(transaction_plan const& plan, std::function<void(block const&)> const& write)
        : plan_(plan), write_(write) {}

    void run() {
        exchange();
        cut();  // marks count from the end of their block
        for (std::uint64_t n = 0; n < plan_.transactions; ++n) add(command(n));
        cut();
    }

  private:
    static transaction_row make(transaction_kind kind, client_id id) {
        transaction_row t{};
        t.id = id;
        t.kind = kind;
        return t;
    }
    transaction_row next(transaction_kind kind) { return make(kind, {++made_, 1}); }

    void add(transaction_row const& t) {
        block_.commands.push_back(t);
        if (block_.commands.size() == plan_.block) cut();
    }
    void cut() {
        if (block_.commands.empty()) return;
        block_.time += nanos_per_unit;
        write_(block_);
        block_.commands.clear();
    }

    /// One asset; every account with the same cash, together within what an asset can hold;
    /// linear perpetuals at 100.
    void exchange() {
        transaction_row asset = next(transaction_kind::create_asset);
        asset.target = {'U' | 'S' << 8 | 'D' << 16, 0};
        add(asset);
        for (std::uint32_t a = 0; a < plan_.accounts; ++a) {
            transaction_row t = next(transaction_kind::create_account);
            t.counterparty = a + 1;
            add(t);
        }
        std::int64_t const cash =
            std::min<std::int64_t>(1'000'000, 9'000'000'000 / plan_.accounts) * nanos_per_unit;
        for (std::uint32_t a = 0; a < plan_.accounts; ++a) {
            transaction_row t = next(transaction_kind::deposit);
            t.account = a;
            t.amount = cash;
            add(t);
        }
        for (std::uint32_t b = 0; b < plan_.books; ++b) {
            transaction_row t = next(transaction_kind::create_instrument);
            t.contract = static_cast<std::uint8_t>(instrument_kind::perpetual);
            t.price = cent;
            t.amount = tenth;
            t.aux[0] = 500 | 250 << 16;
            t.aux[1] = 200 | 500 << 16;
            t.user_data = 300'000;
            add(t);
            transaction_row mark = next(transaction_kind::mark_update);
            mark.instrument = b;
            mark.price = mark_cents * cent;
            add(mark);
        }
    }

    std::uint32_t account(draws& d) const {
        return skewed(d.uniform(), plan_.accounts, plan_.skew);
    }

    transaction_row command(std::uint64_t n) {
        draws d(plan_.seed, draw_stream::transaction, n);
        bool const bad = d.below(1000) < plan_.bad;
        bool const order = plan_.mix == transaction_mix::orders ||
                           (plan_.mix == transaction_mix::mixed && d.below(2) == 0);
        transaction_row t = order ? an_order(d, n) : a_transfer(d, n);
        if (bad) spoil(d, t);
        return t;
    }
    transaction_row a_transfer(draws& d, std::uint64_t n) const {
        transaction_row t = make(transaction_kind::transfer, {n + 1, 2});
        t.account = account(d);
        t.counterparty = account(d);
        if (t.counterparty == t.account) t.counterparty = (t.account + 1) % plan_.accounts;
        t.amount = (1 + d.below(1000)) * cent;
        return t;
    }
    /// Two of three rest near the mark, the others take what is there and leave nothing.
    transaction_row an_order(draws& d, std::uint64_t n) const {
        transaction_row t = make(transaction_kind::place_order, {n + 1, 2});
        t.account = account(d);
        t.instrument = skewed(d.uniform(), plan_.books, plan_.skew);
        t.side = d.below(2) == 0 ? order_side::buy : order_side::sell;
        t.amount = (1 + d.below(20)) * tenth;
        bool const takes = d.below(3) == 0;
        std::int64_t const away = 1 + d.below(50);
        bool const above = (t.side == order_side::sell) != takes;
        t.price = (mark_cents + (above ? away : -away)) * cent;
        if (takes) t.force = time_in_force::immediate_or_cancel;
        return t;
    }
    void spoil(draws& d, transaction_row& t) const {
        switch (d.below(5)) {
            case 0: t.account = plan_.accounts + d.below(100); break;
            case 1: t.amount = 0; break;
            case 2: t.amount = 9'000'000'000 * nanos_per_unit; break;
            case 3: t.id = {1, 1}; break;  // that of the asset
            default: t.flags |= transaction_flag::on_instrument; break;
        }
    }

    transaction_plan const& plan_;
    std::function<void(block const&)> const& write_;
    block block_;
    std::uint64_t made_ = 0;
};

}  // namespace

std::uint32_t skewed(double uniform, std::uint32_t count, double skew) {
    double const part = skew == 0 ? uniform : exponential(logarithm(uniform) / (1 - skew));
    return std::min(static_cast<std::uint32_t>(part * count), count - 1);
}

void generate_transactions(transaction_plan const& plan,
                           std::function<void(block const&)> const& write) {
    transaction_writer(plan, write).run();
}

}  // namespace lockstep
