#include "host/generate/transactions.h"

#include <algorithm>
#include <deque>

#include "host/generate/cash_flow.h"
#include "host/generate/founding.h"
#include "host/generate/market_operator.h"
#include "host/generate/order_flow.h"
#include "host/generate/spoil.h"
#include "pricing/base/money.h"

namespace lockstep {

namespace {

constexpr std::int64_t second_ns = nanos_per_unit;
constexpr std::size_t remembered_max = 1'024;

transaction_row of_kind(transaction_kind kind) {
    transaction_row t{};
    t.kind = kind;
    return t;
}

market_plan market_of(transaction_plan const& plan) {
    std::uint64_t const blocks = plan.transactions / plan.block + 1;
    bool const two = !plan.mix.plain && plan.accounts >= 8;
    return {.seats = plan.books,
            .assets = two ? 2u : 1u,
            .every_contract = !plan.mix.plain,
            .mood = plan.market,
            .life_ns = static_cast<std::int64_t>(blocks / 2) * second_ns};
}

class transaction_writer {
  public:
    transaction_writer(transaction_plan const& plan, std::function<void(block const&)> const& write)
        : plan_(plan),
          write_(write),
          market_(market_of(plan)),
          people_{.accounts = plan.accounts,
                  .assets = market_of(plan).assets,
                  .skew = plan.skew,
                  .hot_accounts = std::max(plan.hot, 1u)},
          orders_(market_),
          cash_(people_),
          operator_(market_, people_) {}

    void run() {
        exchange();
        cut();  // marks count from the end of their block
        for (std::uint64_t step = 0; sent_ < plan_.transactions; ++step) {
            draws d(plan_.seed, draw_stream::transaction, step);
            next(d);
        }
        cut();
    }

  private:
    std::int64_t now() const { return block_.time + second_ns; }
    double progress() const {
        return static_cast<double>(sent_) / static_cast<double>(plan_.transactions);
    }
    std::uint64_t left() const { return plan_.transactions - sent_; }

    void add(transaction_row const& t) {
        if (block_.commands.empty()) block_.commands.edit().reserve(plan_.block);
        block_.commands.edit().push_back(t);
        if (block_.commands.size() == plan_.block) cut();
    }
    void cut() {
        if (block_.commands.empty()) return;
        block_.time += second_ns;
        write_(block_);
        block_.commands.clear();
        for (std::uint32_t seat = 0; seat < market_.size(); ++seat)
            if (!market_.is_perpetual(seat) && market_[seat].until <= now()) roll(seat);
    }

    // ---- the exchange --------------------------------------------------------------------------
    void exchange() {
        auto const now_here = [this] { return now(); };
        found_exchange(plan_, people_, market_, now_here, [this](transaction_row t) {
            t.id = {++made_, 1};
            add(t);
        });
    }
    /// What has ended is settled, and the next of its kind is listed on its seat.
    void roll(std::uint32_t seat) {
        queue_.push_back(market_.expire(seat));
        queue_.push_back(market_.list(seat, now()));
        queue_.push_back(market_.mark(seat));
    }

    // ---- a step --------------------------------------------------------------------------------
    /// With `spoiler` the command is sent as one that must be refused.
    transaction_row emit(transaction_row t, draws* spoiler = nullptr) {
        ++sent_;
        t.id = {sent_, 2};
        if (spoiler != nullptr) spoil(t, people_, *spoiler);
        if ((t.flags & transaction_flag::linked) == 0) {
            if (recent_.size() == remembered_max) recent_.pop_front();
            if (plan_.repeats > 0) recent_.push_back(t);
        }
        add(t);
        return t;
    }
    void next(draws& d) {
        bool const bad = d.below(1000) < plan_.bad;
        bool const repeat = plan_.repeats > 0 && d.below(1000) < plan_.repeats;
        people_.hot = plan_.conflict > 0 && d.below(1000) < plan_.conflict;
        if (!queue_.empty()) {
            emit(queue_.front());
            queue_.pop_front();
        } else if (repeat && !recent_.empty()) {
            transaction_row t = recent_[d.below(static_cast<std::uint32_t>(recent_.size()))];
            send_again(t, d);
            add(t);
            ++sent_;
        } else {
            happen(plan_.mix.draw(d), bad, d);
        }
    }
    void send(transaction_row t, bool bad, draws& d) { emit(t, bad ? &d : nullptr); }

    void happen(market_event event, bool bad, draws& d) {
        switch (event) {
            case market_event::transfer: return some_cash(transaction_kind::transfer, bad, d);
            case market_event::deposit: return some_cash(transaction_kind::deposit, bad, d);
            case market_event::withdraw: return some_cash(transaction_kind::withdraw, bad, d);
            case market_event::insure: return some_cash(transaction_kind::fund_insurance, bad, d);
            case market_event::promise: return promise(bad, d);
            case market_event::keep: return keep(bad, d);
            case market_event::order: return order(bad, d);
            case market_event::cancel: return cancel(bad, d);
            case market_event::amend:
                return orders_.knows_any() ? send(orders_.amend(d), bad, d) : order(bad, d);
            case market_event::combo: return combo(bad, d);
            case market_event::trade: return send(trade(some_seat(d), d), bad, d);
            case market_event::chain: return chain(bad, d);
            case market_event::exercise: return holder_says(transaction_kind::exercise, bad, d);
            case market_event::advise:
                return holder_says(transaction_kind::advise_exercise, bad, d);
            default: return send(operator_.says(event, progress(), d), bad, d);
        }
    }

    // ---- cash ----------------------------------------------------------------------------------
    void some_cash(transaction_kind kind, bool bad, draws& d) { send(cash_.some(kind, d), bad, d); }
    void promise(bool bad, draws& d) {
        transaction_row const t = cash_.promise(now(), d);
        if (bad) return send(t, true, d);
        cash_.sent(emit(t), d);
    }
    void keep(bool bad, draws& d) {
        if (!cash_.knows_any()) return promise(bad, d);
        send(cash_.keep(d), bad, d);
    }

    // ---- orders --------------------------------------------------------------------------------
    std::uint32_t some_seat(draws& d) const { return people_.one_of(market_.size(), d); }
    std::uint32_t holder_at(std::uint32_t seat, draws& d) const {
        return people_.holder_of(market_[seat].asset, d);
    }
    void order(bool bad, draws& d) {
        std::uint32_t const seat = some_seat(d);
        std::uint32_t const who = holder_at(seat, d);
        transaction_row t =
            plan_.mix.plain ? orders_.plain(seat, who, d) : orders_.any(seat, who, now(), d);
        if (bad) return send(t, true, d);
        orders_.sent(seat, emit(t), d);
    }
    void cancel(bool bad, draws& d) {
        if (!orders_.knows_any()) return order(bad, d);
        send(orders_.cancel(d), bad, d);
    }
    transaction_row trade(std::uint32_t seat, draws& d) {
        std::uint32_t const who = holder_at(seat, d);
        transaction_row t = orders_.trade(seat, who, people_.other_than(who, d), d);
        if (d.below(10) == 0) t.flags = transaction_flag::consent_first;
        return t;
    }
    void holder_says(transaction_kind kind, bool bad, draws& d) {
        std::uint32_t const seat = market_.option_from(some_seat(d));
        send(orders_.instruct(kind, seat, holder_at(seat, d), d), bad, d);
    }
    /// Up to `most` seats of one asset, each once, from a drawn one on.
    std::vector<std::uint32_t> seats_together(std::uint32_t most, draws& d) const {
        std::uint32_t const first = some_seat(d);
        std::vector<std::uint32_t> seats;
        for (std::uint32_t i = 0; i < market_.size() && seats.size() < most; ++i) {
            std::uint32_t const seat = (first + i) % market_.size();
            if (market_[seat].asset == market_[first].asset) seats.push_back(seat);
        }
        return seats;
    }
    /// Commands that belong together never stand in two blocks. False: there is no room for them.
    bool make_room(std::size_t commands) {
        if (commands < 2 || commands > plan_.block || commands > left()) return false;
        if (block_.commands.size() + commands > plan_.block) cut();
        return true;
    }
    /// Bad: one of them is, or the last is linked to whatever comes next, or a book is named twice.
    void send_linked(std::vector<transaction_row>& together, bool bad, draws& d) {
        for (std::size_t i = 0; i + 1 < together.size(); ++i)
            together[i].flags |= transaction_flag::linked;
        std::size_t const count = together.size();
        std::size_t const fault = d.below(static_cast<std::uint32_t>(count + 2));
        if (bad && fault == count) together.back().flags |= transaction_flag::linked;
        if (bad && fault > count) together.back().instrument = together[count - 2].instrument;
        for (std::size_t i = 0; i < count; ++i) emit(together[i], bad && i == fault ? &d : nullptr);
    }
    void combo(bool bad, draws& d) {
        std::vector<std::uint32_t> const seats = seats_together(2 + d.below(3), d);
        if (seats.size() < 2 || !make_room(seats.size() + 1)) return order(bad, d);
        std::vector<transaction_row> together{of_kind(transaction_kind::combo_order)};
        together[0].account = holder_at(seats[0], d);
        together[0].leg_count = static_cast<std::uint8_t>(seats.size());
        for (std::uint32_t const seat : seats)
            together.push_back(orders_.leg(seat, together[0].account, d));
        send_linked(together, bad, d);
    }
    /// Cash that goes from hand to hand, or orders and block trades on several books.
    void chain(bool bad, draws& d) {
        std::vector<transaction_row> together;
        if (d.below(2) == 0) {
            together = cash_.from_hand_to_hand(d);
        } else {
            for (std::uint32_t const seat : seats_together(2 + d.below(2), d))
                together.push_back(d.below(4) == 0
                                       ? trade(seat, d)
                                       : orders_.any(seat, holder_at(seat, d), now(), d));
        }
        if (!make_room(together.size())) return order(bad, d);
        send_linked(together, bad, d);
    }

    transaction_plan const& plan_;
    std::function<void(block const&)> const& write_;
    listed_market market_;
    crowd people_;
    order_flow orders_;
    cash_flow cash_;
    market_operator operator_;
    block block_;
    std::uint64_t made_ = 0, sent_ = 0;
    std::deque<transaction_row> queue_;   // what comes before anything is drawn
    std::deque<transaction_row> recent_;  // what may be sent again
};

}  // namespace

void generate_transactions(transaction_plan const& plan,
                           std::function<void(block const&)> const& write) {
    transaction_writer(plan, write).run();
}

}  // namespace lockstep
