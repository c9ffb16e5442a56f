// The book that one writes first: an ordered map of prices, a linked list at each, a hash map of
// ids. It is what a matching bench is measured against. It knows limit, market, IOC and FOK orders,
// post-only, amending and cancelling; icebergs show everything, stops, marks and expiry are
// ignored, and it reports nothing but how many lots were traded: less work than ours.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <unordered_map>

#include "host/book/command.h"

namespace lockstep::bench {

class plain_book {
  public:
    void apply(book_command const& c) {
        if (c.verb == book_verb::cancel) cancel(c.order);
        if (c.verb == book_verb::amend) amend(c);
        if (c.verb == book_verb::place && c.type < order_type::stop) place(c);
    }
    std::int64_t traded() const { return traded_; }

  private:
    struct order {
        std::uint64_t id;
        std::int64_t open, filled;
        std::uint32_t owner;
    };
    using level = std::list<order>;
    struct place_of_order {
        order_side side;
        std::int64_t price;
        level::iterator at;
    };
    // Both maps run from the best price: bids under the negative of theirs.
    std::map<std::int64_t, level> levels_[2];
    std::unordered_map<std::uint64_t, place_of_order> orders_;
    std::int64_t traded_ = 0;

    static std::int64_t key(order_side s, std::int64_t price) {
        return s == order_side::buy ? -price : price;
    }

    void erase(place_of_order const& p) {
        auto& side = levels_[static_cast<int>(p.side)];
        auto const at = side.find(key(p.side, p.price));
        orders_.erase(p.at->id);
        at->second.erase(p.at);
        if (at->second.empty()) side.erase(at);
    }
    void cancel(std::uint64_t id) {
        if (auto const found = orders_.find(id); found != orders_.end()) {
            auto const p = found->second;
            erase(p);
        }
    }
    void amend(book_command const& c) {
        auto const found = orders_.find(c.order);
        if (found == orders_.end()) return;
        auto const p = found->second;
        std::int64_t const open = c.quantity == 0 ? p.at->open : c.quantity - p.at->filled;
        if (open <= 0) return erase(p);
        if ((c.price == 0 || c.price == p.price) && open <= p.at->open) {
            p.at->open = open;
            return;
        }
        order const moved{c.order, open, p.at->filled, p.at->owner};
        erase(p);
        enter(moved, p.side, c.price == 0 ? p.price : c.price, true);
    }
    void place(book_command const& c) {
        bool const rests =
            c.force == time_in_force::good_til_cancelled || c.force == time_in_force::good_til_date;
        auto const& makers = levels_[1 - static_cast<int>(c.side)];
        auto const crosses = [&](std::int64_t k) {
            return c.price == 0 || k <= -key(c.side, c.price);
        };
        if ((c.flags & book_flag::post_only) != 0 && !makers.empty() &&
            crosses(makers.begin()->first))
            return;
        if (c.force == time_in_force::fill_or_kill) {
            std::int64_t wanted = c.quantity;
            for (auto at = makers.begin(); at != makers.end() && crosses(at->first) && wanted > 0;
                 ++at)
                for (order const& o : at->second) wanted -= o.open;
            if (wanted > 0) return;
        }
        enter({c.order, c.quantity, 0, c.owner}, c.side, c.price, rests);
    }
    void enter(order o, order_side side, std::int64_t price, bool rests) {
        auto& makers = levels_[1 - static_cast<int>(side)];
        while (o.open > 0 && !makers.empty()) {
            auto const best = makers.begin();
            if (price != 0 && best->first > -key(side, price)) break;
            order& maker = best->second.front();
            if (maker.owner == o.owner) return;  // the newest gives way
            std::int64_t const quantity = std::min(o.open, maker.open);
            o.open -= quantity;
            maker.open -= quantity;
            maker.filled += quantity;
            traded_ += quantity;
            if (maker.open > 0) continue;
            orders_.erase(maker.id);
            best->second.pop_front();
            if (best->second.empty()) makers.erase(best);
        }
        if (o.open == 0 || !rests) return;
        level& home = levels_[static_cast<int>(side)][key(side, price)];
        home.push_back(o);
        orders_[o.id] = {side, price, std::prev(home.end())};
    }
};

}  // namespace lockstep::bench
