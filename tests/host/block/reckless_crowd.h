// Accounts that want to fail: they close at any price, open again with orders that marks have
// passed, and take out what they can. Two more are there to trade with.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "host/state/engine_state.h"
#include "margin/ledger/transfer.h"

namespace lockstep::test {

class reckless_crowd {
    static constexpr std::int64_t unit = nanos_per_unit;

  public:
    static constexpr std::uint32_t accounts = 9, buyer = 0, seller = 1, books = 4;
    static constexpr std::uint32_t first_reckless = 2;
    static constexpr std::uint32_t inverse_book = 2, option_book = 3;

    explicit reckless_crowd(std::uint64_t seed) : random_(seed) {}

    block found() {
        begin();
        say(transaction_kind::create_asset, 0).target = {0x445355, 0};
        for (std::uint32_t a = 0; a < accounts; ++a) {
            transaction_row& t = say(transaction_kind::create_account, 0);
            t.counterparty = a + 1;
        }
        for (std::uint32_t a = 0; a < accounts; ++a)
            say(transaction_kind::deposit, a).amount =
                a < first_reckless ? 1'000'000 * unit : 200 * unit;
        for (std::uint32_t book = 0; book < books; ++book) list(book);
        for (std::int64_t const above : {300, 700, 1200}) {
            transaction_row& t = say(transaction_kind::set_tier, 0);
            t.instrument = 1;
            t.amount = above * unit;
            t.aux[0] = static_cast<std::uint32_t>(50'000 + 100 * above);
            t.aux[1] = t.aux[0] / 2;
        }
        return std::move(block_);
    }

    /// Marks move; some are funded or settled, some put in cash.
    block next_marks(engine_state const& s) {
        begin();
        for (std::uint32_t book = 0; book < books; ++book) {
            if (one_in(3)) continue;
            std::int64_t const mark = s.listings[book].mark.nanos;
            std::int64_t const to = mark + mark / 1000 * draw(-45, 45);
            std::int64_t const low = book == option_book ? unit : 50 * unit;
            set_mark(book, std::clamp(to, low, book == option_book ? 40 * unit : 200 * unit));
        }
        auto const book = static_cast<std::uint32_t>(draw(0, 2));
        if (one_in(4)) say(transaction_kind::session_settle, 0).instrument = book;
        if (one_in(6)) {
            transaction_row& t = say(transaction_kind::funding, 0);
            t.instrument = book;
            t.amount = draw(-20, 20) * unit / 1000;
        }
        for (std::uint32_t who = first_reckless; who < accounts; ++who)
            if (one_in(2)) say(transaction_kind::deposit, who).amount = draw(1, 60) * unit;
        return std::move(block_);
    }

    block next_trades(engine_state const& s) {
        begin();
        for (std::uint32_t who = first_reckless; who < accounts; ++who)
            if (!one_in(4)) take_out(s, who);
        for (std::int64_t n = draw(5, 40); n > 0; --n) {
            std::int64_t const what = draw(0, 19);
            if (what < 15)
                place(s);
            else if (what < 17)
                amend();
            else if (what == 17)
                cancel();
            else
                trade_away(s);
        }
        return std::move(block_);
    }

  private:
    std::int64_t draw(std::int64_t low, std::int64_t high) {
        return low +
               static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(high - low + 1));
    }
    bool one_in(std::int64_t n) { return draw(1, n) == 1; }
    std::uint32_t any_account() {
        return static_cast<std::uint32_t>(draw(first_reckless, accounts - 1));
    }
    std::uint32_t any_book() { return static_cast<std::uint32_t>(draw(0, books - 1)); }

    void begin() { block_ = {.time = ++time_, .commands = {}, .signatures = {}}; }
    transaction_row& say(transaction_kind kind, std::uint32_t account) {
        transaction_row& t = block_.commands.edit().emplace_back();
        t.id = {.low = ++ids_, .high = 1};
        t.kind = kind;
        t.account = account;
        return t;
    }
    void set_mark(std::uint32_t book, std::int64_t price) {
        transaction_row& t = say(transaction_kind::mark_update, 0);
        t.instrument = book;
        t.price = price - price % (unit / 100);
    }
    void list(std::uint32_t book) {
        transaction_row& t = say(transaction_kind::create_instrument, 0);
        t.contract = book == option_book ? 0 : book == inverse_book ? 2 | 8 : 2;
        if (book == option_book) {
            t.trigger = 100 * unit;
            t.until = 1'000'000;
        }
        t.amount = unit / 10;
        t.price = unit / 100;
        t.aux[0] = 500 | 250u << 16;
        t.aux[1] = 200 | 500u << 16;
        t.user_data = 300'000;
        set_mark(book, book == option_book ? 10 * unit : 100 * unit);
    }
    /// Around the mark, within the band and a little beyond, or none.
    std::int64_t any_price(engine_state const& s, std::uint32_t book) {
        std::int64_t const mark = s.listings[book].mark.nanos;
        std::int64_t const price = mark + mark / 1000 * draw(-90, 90);
        return price - price % (unit / 100);
    }
    std::int64_t any_size(std::uint32_t book) {
        return draw(1, one_in(3) ? 150 : 40) * unit / 10 * (book == inverse_book ? 100 : 1);
    }
    /// One account quotes far bids and another far offers, and at times they take what is near the
    /// mark. Of the others some close at a loss that their margin bears, or hardly, some wait
    /// beside the mark until it runs past them, some do anything.
    void place(engine_state const& s) {
        if (one_in(2)) return make(s);
        std::uint32_t const who = any_account(), book = any_book();
        std::uint32_t const row = s.find_position(who, book);
        std::int64_t const held = row == hash_index::absent ? 0 : s.positions[row].size.nanos;
        std::int64_t const what = held == 0 ? draw(2, 3) : draw(0, 3);
        if (what < 2) {
            if (one_in(2)) take(s, held > 0 ? seller : buyer, book);
            close(s, who, book, held);
            if (one_in(2)) take(s, held > 0 ? seller : buyer, book);
            return close(s, who, book, held);
        }
        transaction_row& t = order(who, book);
        t.side = one_in(2) ? order_side::buy : order_side::sell;
        t.amount = any_size(book);
        t.price = any_price(s, book);
        if (what == 3) return any_type(s, t);
        if (held != 0) t.side = held > 0 ? order_side::buy : order_side::sell;
        if (held != 0 && one_in(2)) t.amount = held > 0 ? held : -held;
        t.price = away_from_mark(s, book, t.side, -draw(0, 10));
    }
    void make(engine_state const& s) {
        std::uint32_t const who = one_in(2) ? buyer : seller, book = any_book();
        if (one_in(2)) return take(s, who, book);
        transaction_row& t = order(who, book);
        t.side = who == buyer ? order_side::buy : order_side::sell;
        t.amount = any_size(book) * 4;
        t.price = away_from_mark(s, book, t.side, -draw(20, 50));
    }
    void take(engine_state const& s, std::uint32_t who, std::uint32_t book) {
        transaction_row& t = order(who, book);
        t.side = who == buyer ? order_side::buy : order_side::sell;
        t.amount = any_size(book);
        t.force = time_in_force::immediate_or_cancel;
        t.price = away_from_mark(s, book, t.side, draw(0, 15));
    }
    transaction_row& order(std::uint32_t who, std::uint32_t book) {
        transaction_row& t = say(transaction_kind::place_order, who);
        t.instrument = book;
        if (who >= first_reckless) placed_.push_back({who, t.id});
        return t;
    }
    void any_type(engine_state const& s, transaction_row& t) {
        if (one_in(3)) t.flags |= transaction_flag::reduce_only;
        std::int64_t const type = draw(0, 9);
        if (type < 2) {
            t.type = order_type::market;
            t.force = time_in_force::immediate_or_cancel;
            t.price = 0;
        } else if (type < 4) {
            t.type = type == 2 ? order_type::stop : order_type::stop_limit;
            t.trigger = any_price(s, t.instrument);
            if (type == 2) t.price = 0;
        }
    }
    /// By thousandths, to the harm of an order on this side; below zero to its favour.
    std::int64_t away_from_mark(engine_state const& s, std::uint32_t book, order_side side,
                                std::int64_t thousandths) {
        std::int64_t const mark = s.listings[book].mark.nanos;
        std::int64_t const by = mark / 1000 * thousandths;
        std::int64_t const price = side == order_side::buy ? mark + by : mark - by;
        return price - price % (unit / 100);
    }
    void close(engine_state const& s, std::uint32_t who, std::uint32_t book, std::int64_t held) {
        transaction_row& t = order(who, book);
        t.flags |= transaction_flag::reduce_only;
        t.side = held > 0 ? order_side::sell : order_side::buy;
        t.price = away_from_mark(s, book, t.side, draw(30, one_in(3) ? 90 : 50));
        t.amount = held > 0 ? held : -held;
        if (!one_in(4)) return;
        t.type = order_type::stop_limit;
        t.trigger = away_from_mark(s, book, t.side, draw(-5, 20));
    }
    void amend() {
        if (placed_.empty()) return;
        auto const& [who, id] = any_placed();
        transaction_row& t = say(transaction_kind::amend_order, who);
        t.target = id;
        t.amount = any_size(0);
        t.price = one_in(2) ? draw(9'000, 11'000) * unit / 100 : draw(800, 1'200) * unit / 100;
    }
    void cancel() {
        if (placed_.empty()) return;
        auto const& [who, id] = any_placed();
        say(transaction_kind::cancel_order, who).target = id;
    }
    void take_out(engine_state const& s, std::uint32_t who) {
        int128 const free = free_cash(s.accounts[who]);
        if (free <= 0) return;
        say(transaction_kind::withdraw, who).amount = static_cast<std::int64_t>(free);
    }
    void trade_away(engine_state const& s) {
        std::uint32_t const who = any_account();
        transaction_row& t = say(transaction_kind::block_trade, who);
        t.counterparty = one_in(2) ? buyer : seller;
        t.instrument = any_book();
        t.side = one_in(2) ? order_side::buy : order_side::sell;
        t.amount = any_size(t.instrument);
        t.price = any_price(s, t.instrument);
        t.flags = transaction_flag::consent_first | transaction_flag::consent_second;
    }
    struct placed {
        std::uint32_t who;
        client_id id;
    };
    placed const& any_placed() {
        std::size_t const last = std::min<std::size_t>(placed_.size(), 40);
        return placed_[placed_.size() - 1 -
                       static_cast<std::size_t>(draw(0, static_cast<std::int64_t>(last) - 1))];
    }

    std::mt19937_64 random_;
    block block_;
    std::int64_t time_ = 0;
    std::uint64_t ids_ = 0;
    std::vector<placed> placed_;
};

}  // namespace lockstep::test
