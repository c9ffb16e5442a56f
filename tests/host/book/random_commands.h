// Commands that a hurried, careless and sometimes malicious crowd would send: few prices, few ids,
// every feature, many mistakes.
#pragma once

#include <cstdint>

#include "host/book/command.h"
#include "pricing/base/random.h"

namespace lockstep::test {

struct crowd {
    std::uint64_t seed = 1;
    std::uint32_t ids = 150;
    std::int64_t price_low = 90, price_high = 110;
    std::uint32_t accounts = 6;
    std::uint64_t drawn = 0;

    std::uint64_t draw(std::uint64_t below) {
        random_block const b = philox4x32(drawn++, 0, seed);
        return b.first % below;
    }
    bool one_in(std::uint64_t n) { return draw(n) == 0; }
    std::int64_t price() {
        return price_low + static_cast<std::int64_t>(
                               draw(static_cast<std::uint64_t>(price_high - price_low + 1)));
    }

    book_command next(std::int64_t now) {
        book_command c{};
        std::uint64_t const what = draw(1000);
        c.account = static_cast<std::uint32_t>(1 + draw(accounts));
        c.owner = c.account <= 4 ? (c.account + 1) / 2 : 0;  // 1 and 2, 3 and 4 belong together
        c.order = 1 + draw(ids);
        if (what < 650) return place(c, now);
        if (what < 740) return amend(c);
        if (what < 770) {
            c.verb = book_verb::reduce;
            c.quantity = static_cast<std::int64_t>(draw(8));
        } else if (what < 890) {
            c.verb = book_verb::cancel;
        } else if (what < 896) {
            c.verb = book_verb::cancel_all;
            c.flags = one_in(2) ? book_flag::one_side : 0;
            c.side = one_in(2) ? order_side::buy : order_side::sell;
        } else if (what < 940) {
            c.verb = book_verb::mark;
            c.price = one_in(50) ? 0 : price();
        } else if (what < 965) {
            c.verb = book_verb::advance_time;
            c.until = now + static_cast<std::int64_t>(draw(4)) - (one_in(20) ? 3 : 0);
        } else if (what < 985) {
            c.verb = book_verb::set_position;
            c.quantity = static_cast<std::int64_t>(draw(41)) - 20;
            c.flags = one_in(2) ? book_flag::one_of_two : 0;
        } else if (what < 992) {
            c.verb = one_in(3) ? book_verb::suspend : book_verb::resume;
        } else if (what < 999) {
            c.verb = book_verb::resume;
        } else {
            c.verb = static_cast<book_verb>(200);
        }
        return c;
    }

  private:
    book_command place(book_command c, std::int64_t now) {
        c.verb = book_verb::place;
        c.side = one_in(2) ? order_side::buy : order_side::sell;
        c.quantity = static_cast<std::int64_t>(1 + draw(one_in(10) ? 60 : 12));
        c.price = price();
        c.prevention = static_cast<self_trade>(draw(4));
        std::uint64_t const kind = draw(20);
        if (kind < 11) c.type = order_type::limit;
        if (kind == 11) c.type = order_type::market;
        if (kind > 11) c.type = static_cast<order_type>(2 + draw(3));
        c.force = static_cast<time_in_force>(one_in(3) ? draw(4) : 0);
        if (c.type == order_type::market) {
            c.force = static_cast<time_in_force>(1 + draw(2));
            if (one_in(2)) c.price = 0;
        }
        if (c.type == order_type::stop || c.type == order_type::trailing_stop) {
            c.force = one_in(4) ? time_in_force::good_til_date : time_in_force::good_til_cancelled;
            if (one_in(2)) c.price = 0;
        }
        if (c.force == time_in_force::good_til_date)
            c.until = now + static_cast<std::int64_t>(draw(40));
        if (c.type >= order_type::stop) {
            c.trigger = price();
            if (one_in(3)) c.flags |= book_flag::by_mark;
        }
        if (c.type == order_type::trailing_stop) {
            c.trigger = static_cast<std::int64_t>(1 + draw(6));
            if (one_in(2)) {
                c.flags |= book_flag::trail_ppm;
                c.trigger = static_cast<std::int64_t>(1 + draw(60'000));
            }
        }
        bool const can_rest =
            c.force == time_in_force::good_til_cancelled || c.force == time_in_force::good_til_date;
        bool const limited = c.type == order_type::limit || c.type == order_type::stop_limit;
        if (can_rest && limited && one_in(6))
            c.display = static_cast<std::int64_t>(1 + draw(static_cast<std::uint64_t>(c.quantity)));
        if (can_rest && limited && one_in(10)) c.flags |= book_flag::post_only;
        if (one_in(8)) c.flags |= book_flag::reduce_only;
        if (one_in(60)) spoil(c);
        return c;
    }

    book_command amend(book_command c) {
        c.verb = book_verb::amend;
        c.quantity = one_in(3) ? 0 : static_cast<std::int64_t>(1 + draw(20));
        c.price = one_in(2) ? 0 : price();
        c.trigger = one_in(4) ? price() : 0;
        if (one_in(60)) spoil(c);
        return c;
    }

    /// One field becomes nonsense.
    void spoil(book_command& c) {
        switch (draw(14)) {
            case 0: c.order = 0; break;
            case 1: c.side = static_cast<order_side>(2 + draw(250)); break;
            case 2: c.type = static_cast<order_type>(5 + draw(250)); break;
            case 3: c.force = static_cast<time_in_force>(4 + draw(250)); break;
            case 4: c.prevention = static_cast<self_trade>(4 + draw(250)); break;
            case 5: c.flags = static_cast<std::uint8_t>(draw(256)); break;
            case 6: c.quantity = -static_cast<std::int64_t>(draw(3)); break;
            case 7: c.quantity = INT64_MAX - static_cast<std::int64_t>(draw(3)); break;
            case 8: c.price = -static_cast<std::int64_t>(draw(3)); break;
            case 9: c.price = INT64_MAX; break;
            case 10: c.trigger = one_in(2) ? INT64_MIN : INT64_MAX; break;
            case 11: c.display = one_in(2) ? -1 : c.quantity + 1; break;
            case 12: c.until = INT64_MIN; break;
            case 13: c.reserved = 1; break;
        }
    }
};

}  // namespace lockstep::test
