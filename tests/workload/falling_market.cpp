#include "tests/workload/falling_market.h"

#include <algorithm>

#include "host/block/engine.h"
#include "host/block/liquidator.h"

namespace lockstep::workload {

namespace {

class fall {
  public:
    explicit fall(fall_plan const& plan) : plan_(plan), state_(plan.seed) {}

    std::vector<block> blocks() {
        found();
        if (plan_.jumps) {
            begin(50);
            say(transaction_kind::fund_insurance, maker).amount = 200 * unit;
        }
        for (int step = 0; step < 60; ++step) {
            begin(100 + step);
            for (std::uint32_t book = 0; book < books; ++book) {
                std::int64_t const mark = price_after(step, book);
                mark_at(book, mark);
                place(maker, book, order_side::buy, draw(1, 40) * unit, mark - mark % unit);
            }
            // Some holders put in cash, and are spared.
            if (step % 4 == 0) deposit(2 + static_cast<std::uint32_t>(draw(0, 97)), 40 * unit);
            if (plan_.jumps && step % 4 == 0)
                for (std::uint32_t book = 0; book < books; ++book)
                    say(transaction_kind::session_settle, 0).instrument = book;
        }
        return std::move(blocks_);
    }

  private:
    static constexpr std::uint32_t accounts = 100, books = 3, backstop = 0, maker = 1;
    static constexpr std::int64_t unit = nanos_per_unit;

    std::int64_t draw(std::int64_t low, std::int64_t high) {
        state_ = state_ * 6364136223846793005u + 1442695040888963407u;
        return low + static_cast<std::int64_t>((state_ >> 33) %
                                               static_cast<std::uint64_t>(high - low + 1));
    }
    /// Falls by a half in forty steps, each book at its own pace, and rises a little afterwards.
    std::int64_t price_after(int step, std::uint32_t book) const {
        int const fallen = step < 40 ? step : 40 - (step - 40) / 4;
        std::int64_t price = (1000 - fallen * (10 + static_cast<int>(book))) * unit / 10;
        for (int jump = 8; plan_.jumps && jump <= std::min(step, 40); jump += 8)
            price -= price / 800 * 100;
        return price - price % (unit / 100);
    }
    void begin(std::int64_t time) {
        blocks_.push_back({.time = time, .commands = {}, .signatures = {}});
    }
    transaction_row& say(transaction_kind kind, std::uint32_t account) {
        transaction_row& t = blocks_.back().commands.edit().emplace_back();
        t.id = {.low = ++ids_, .high = 1};
        t.kind = kind;
        t.account = account;
        return t;
    }
    void deposit(std::uint32_t account, std::int64_t amount) {
        say(transaction_kind::deposit, account).amount = amount;
    }
    void mark_at(std::uint32_t book, std::int64_t price) {
        transaction_row& t = say(transaction_kind::mark_update, 0);
        t.instrument = book;
        t.price = price;
    }
    void set_tier(std::uint32_t book, std::int64_t above, std::uint32_t initial_ppm) {
        transaction_row& t = say(transaction_kind::set_tier, 0);
        t.instrument = book;
        t.amount = above;
        t.aux[0] = initial_ppm;
        t.aux[1] = initial_ppm / 2;
    }
    void place(std::uint32_t account, std::uint32_t book, order_side side, std::int64_t size,
               std::int64_t price) {
        transaction_row& t = say(transaction_kind::place_order, account);
        t.instrument = book;
        t.side = side;
        t.amount = size;
        t.price = price;
    }
    void found() {
        begin(1);
        say(transaction_kind::create_asset, 0).target = {0x445355, 0};
        for (std::uint32_t a = 0; a < accounts; ++a)
            say(transaction_kind::create_account, 0).counterparty = a < 10 ? a : a / 2;
        for (std::uint32_t a = 0; a < accounts; ++a)
            deposit(a, a == maker      ? 10'000'000 * unit
                       : a == backstop ? 2'000 * unit
                                       : draw(95, 160) * unit);
        say(transaction_kind::set_backstop, backstop);
        for (std::uint32_t book = 0; book < books; ++book) {
            transaction_row& t = say(transaction_kind::create_instrument, 0);
            t.contract = 2;  // a linear perpetual
            t.amount = unit / 10;
            t.price = unit / 100;
            t.aux[0] = 500 | 250u << 16;
            t.aux[1] = 200 | 500u << 16;
            t.user_data = 300'000;
            mark_at(book, 100 * unit);
            if (plan_.tiers) {
                set_tier(book, 400 * unit, 80'000);
                set_tier(book, 700 * unit, 120'000);
            }
        }
        begin(2);
        for (std::uint32_t a = 2; a < accounts; ++a) {
            auto const book = static_cast<std::uint32_t>(draw(0, books - 1));
            place(maker, book, order_side::sell, 10 * unit, 100 * unit);
            place(a, book, order_side::buy, draw(60, 100) * unit / 10, 100 * unit);
        }
    }

    fall_plan const plan_;
    std::vector<block> blocks_;
    std::uint64_t state_, ids_ = 0;
};

}  // namespace

std::vector<block> falling_market(fall_plan const& plan) { return fall(plan).blocks(); }

std::vector<block> liquidated_market(fall_plan const& plan) {
    std::vector<block> blocks = falling_market(plan);
    engine ledger({});
    liquidator desk;
    for (block& b : blocks) {
        for (transaction_row const& t : desk.commands(ledger.state(), b.commands))
            b.commands.edit().push_back(t);
        ledger.run(b);
        desk.look_at(ledger.state(), ledger.dirty());
    }
    return blocks;
}

}  // namespace lockstep::workload
