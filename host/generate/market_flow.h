// Order flow for trying a book out: what a market sends when it is calm, when it swings, and when
// it crashes. A flow is a pure function of its seed; it does not look at the book.
//
// The mix follows the messages of a liquid share (NASDAQ's AAPL on 2012-06-21: 47 % new orders,
// 37 % deletions, 10 % executions) with what derivatives add. Of 1000 messages about 440 are new
// limit orders around a moving fair price, 60 of them icebergs, post-only or good-til-date; 90 take
// (IOC, market, FOK, or a limit order that crosses); 20 are stops; 50 amend; 400 cancel, three of
// four of them a quote of a moment ago, some too late; 2 are marks or the time. When the flow
// believes that `orders_kept` orders are open, it cancels instead of placing. New orders stand an
// exponential distance from the fair price, 24 ticks on average, buys below and sells above.
//   calm      the fair price wanders by a tick every 256 messages
//   swinging  it runs up by 512 ticks in 32,768 messages, then down again, and wanders
//   crashing  it falls by a tick every 96 messages, and of every 16,384 messages in a row of 256 by
//             a tick each; two of three takers sell five times the size
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "host/book/command.h"
#include "host/generate/market_mood.h"
#include "pricing/base/random.h"

namespace lockstep {

class market_flow {
  public:
    market_flow(market_mood mood, std::uint64_t seed, std::uint32_t orders_kept = 32768)
        : mood_(mood), seed_(seed), orders_kept_(orders_kept) {
        open_.reserve(orders_kept);
    }

    void next(book_command& c) {
        random_block const bits = philox4x32(count_, 0, seed_);
        std::uint32_t const choice = static_cast<std::uint32_t>(bits.first) & 0xffff;
        move(static_cast<std::uint32_t>(bits.first >> 16) & 0xffff);
        ++count_;
        if (fair_ < 1'000'000) fair_ = fair_first;  // after a hundred million messages of crash
        c = book_command{};
        // 65536 parts.
        if (count_ % 512 == 0) return tell_time(c);
        if (choice < 26200 || open_.size() >= orders_kept_) {
            if (!open_.empty()) return cancel(c, bits.second);
        }
        if (choice < 29500 && !open_.empty()) return amend(c, bits);
        std::uint32_t const account = 1 + (static_cast<std::uint32_t>(bits.first >> 32) & 1023);
        c.order = ++last_order_;
        c.account = account;
        c.owner = account;
        c.side = (bits.first >> 63) != 0 ? order_side::sell : order_side::buy;
        c.quantity = 1 + static_cast<std::int64_t>((bits.first >> 42) & 31);
        if (choice < 35400) return take(c, bits.second);
        if (choice < 36700) return stop(c, bits.second);
        add(c, bits.second);
    }

    std::int64_t fair() const { return fair_; }

  private:
    struct open_order {
        std::uint64_t order;
        std::uint32_t account;
        std::int32_t quantity;
    };

    void move(std::uint32_t bits) {
        std::int64_t const step = 1 - static_cast<std::int64_t>((bits & 1) << 1);
        switch (mood_) {
            case market_mood::calm: fair_ += (bits >> 1) % 256 == 0 ? step : 0; break;
            case market_mood::swinging: {
                bool const up = (count_ >> 15 & 1) == 0;
                fair_ += (bits >> 1) % 64 == 0 ? (up ? 1 : -1) : 0;
                fair_ += (bits >> 1) % 128 == 3 ? step : 0;
                break;
            }
            case market_mood::crashing: {
                bool const burst = (count_ & 16383) < 256;
                fair_ -= burst || (bits >> 1) % 96 == 0;
                fair_ += (bits >> 1) % 128 == 3 ? step : 0;
                break;
            }
        }
    }

    /// Exponential with mean 24 from 16 bits: one halving for each leading zero, linear between.
    static std::int64_t distance(std::uint64_t bits) {
        auto const x = static_cast<std::uint32_t>(bits & 0xffff) | 1u;
        int const halvings = std::countl_zero(x) - 16;
        std::uint32_t const fraction = (x << (halvings + 1)) & 0xffff;  // below the leading one
        return (17 * (65536 * halvings + 65536 - static_cast<std::int64_t>(fraction))) >> 16;
    }

    void keep(book_command const& c) {
        open_.push_back({c.order, c.account, static_cast<std::int32_t>(c.quantity)});
    }

    void add(book_command& c, std::uint64_t bits) {
        std::int64_t const away = 1 + distance(bits);
        c.price = c.side == order_side::buy ? fair_ - away : fair_ + away;
        switch (bits >> 16 & 63) {
            case 0:
            case 1: c.flags = book_flag::post_only; break;
            case 2:
            case 3:
            case 4:
                c.display = 10;
                c.quantity += 90;
                break;
            case 5:
            case 6:
            case 7:
            case 8:
                c.force = time_in_force::good_til_date;
                c.until = static_cast<std::int64_t>(count_ + 1000 + (bits >> 24 & 0xffff));
                break;
        }
        keep(c);
    }

    void take(book_command& c, std::uint64_t bits) {
        if (mood_ == market_mood::crashing && bits % 3 != 0) {
            c.side = order_side::sell;
            c.quantity *= 5;
        }
        std::int64_t const reach = 2 + distance(bits >> 8) / 4;
        c.price = c.side == order_side::buy ? fair_ + reach : fair_ - reach;
        switch (bits >> 32 & 15) {
            case 0:
            case 1:
            case 2:
                c.type = order_type::market;
                c.force = time_in_force::immediate_or_cancel;
                c.price = 0;
                break;
            case 3: c.force = time_in_force::fill_or_kill; break;
            case 4:
            case 5:
            case 6: keep(c); break;
            default: c.force = time_in_force::immediate_or_cancel; break;
        }
    }

    void stop(book_command& c, std::uint64_t bits) {
        std::int64_t const away = 10 + distance(bits);
        c.trigger = c.side == order_side::buy ? fair_ + away : fair_ - away;
        c.type = order_type::stop;
        if ((bits >> 40 & 3) == 0) {
            c.type = order_type::stop_limit;
            c.price = c.side == order_side::buy ? c.trigger + 5 : c.trigger - 5;
        }
        if ((bits >> 42 & 3) == 0) c.flags = book_flag::by_mark;
        keep(c);
    }

    void cancel(book_command& c, std::uint64_t bits) {
        // Three of four take back a quote of a moment ago.
        std::size_t const recent =
            open_.size() < 256 || (bits >> 62) == 0 ? open_.size() : std::size_t{256};
        std::size_t const at = open_.size() - 1 - ((bits & 0xffffffffu) * recent >> 32);
        c.verb = book_verb::cancel;
        c.order = open_[at].order;
        c.account = open_[at].account;
        open_[at] = open_.back();
        open_.pop_back();
    }

    void amend(book_command& c, random_block bits) {
        // Of the newest ones: who quotes, quotes anew.
        std::size_t const recent = open_.size() < 256 ? open_.size() : 256;
        open_order& o = open_[open_.size() - 1 - ((bits.second & 0xffffffffu) * recent >> 32)];
        c.verb = book_verb::amend;
        c.order = o.order;
        c.account = o.account;
        if ((bits.second >> 32 & 1) != 0 && o.quantity > 1) {
            o.quantity = (o.quantity + 1) / 2;
            c.quantity = o.quantity;
        } else {
            std::int64_t const away = 1 + distance(bits.second >> 33);
            c.price = (bits.second >> 63) != 0 ? fair_ + away : fair_ - away;
        }
    }

    void tell_time(book_command& c) {
        if (count_ % 1024 == 0) {
            c.verb = book_verb::mark;
            c.price = fair_;
        } else {
            c.verb = book_verb::advance_time;
            c.until = static_cast<std::int64_t>(count_);
        }
    }

    static constexpr std::int64_t fair_first = 4'000'000;

    market_mood mood_;
    std::uint64_t seed_;
    std::uint32_t orders_kept_;
    std::uint64_t count_ = 0;
    std::uint64_t last_order_ = 0;
    std::int64_t fair_ = fair_first;
    std::vector<open_order> open_;
};

}  // namespace lockstep
