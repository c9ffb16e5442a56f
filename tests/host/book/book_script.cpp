#include "tests/host/book/book_script.h"

#include <gtest/gtest.h>

#include <sstream>
#include <vector>

#include "tests/model/slow_book.h"

namespace lockstep::test {

namespace {

std::uint32_t account_of(std::string const& letter) {
    return static_cast<std::uint32_t>(letter.at(0) - 'A' + 1);
}

void read_option(std::string const& word, book_command& c) {
    std::string const name = word.substr(0, word.find('='));
    std::string const value =
        word.find('=') == std::string::npos ? "" : word.substr(name.size() + 1);
    auto number = [&] { return static_cast<std::int64_t>(std::stoll(value)); };
    bool const is_market = c.type == order_type::market;
    if (name == "ioc")
        c.force = time_in_force::immediate_or_cancel;
    else if (name == "fok")
        c.force = time_in_force::fill_or_kill;
    else if (name == "post")
        c.flags |= book_flag::post_only;
    else if (name == "reduce")
        c.flags |= book_flag::reduce_only;
    else if (name == "mark")
        c.flags |= book_flag::by_mark;
    else if (name == "show")
        c.display = number();
    else if (name == "of")
        c.owner = account_of(value);
    else if (name == "cap")
        c.price = number();
    else if (name == "qty")
        c.quantity = number();
    else if (name == "price")
        c.price = number();
    else if (name == "newest")
        c.prevention = self_trade::cancel_newest;
    else if (name == "oldest")
        c.prevention = self_trade::cancel_oldest;
    else if (name == "both")
        c.prevention = self_trade::cancel_both;
    else if (name == "decrement")
        c.prevention = self_trade::decrement;
    else if (name == "until") {
        c.until = number();
        c.force = time_in_force::good_til_date;
    } else if (name == "stop") {
        c.trigger = number();
        if (c.verb == book_verb::amend) return;
        c.type = is_market ? order_type::stop : order_type::stop_limit;
        if (is_market) c.force = time_in_force::good_til_cancelled;
    } else if (name == "trail" || name == "trailppm") {
        c.trigger = number();
        c.type = order_type::trailing_stop;
        c.force = time_in_force::good_til_cancelled;
        if (name == "trailppm") c.flags |= book_flag::trail_ppm;
    } else
        ADD_FAILURE() << "no such word: " << word;
}

void read_order(std::istringstream& in, book_command& c) {
    std::string account, size;
    in >> c.order >> account >> size;
    c.account = account_of(account);
    c.owner = c.account;
    c.quantity = std::stoll(size);
    std::string const price = size.substr(size.find('@') + 1);
    if (price == "mkt") {
        c.type = order_type::market;
        c.force = time_in_force::immediate_or_cancel;
    } else {
        c.price = std::stoll(price);
    }
}

std::string trimmed(std::string const& s) {
    auto const first = s.find_first_not_of(' ');
    return first == std::string::npos ? "" : s.substr(first, s.find_last_not_of(' ') - first + 1);
}

}  // namespace

book_command parse_command(std::string const& line) {
    std::istringstream in(line);
    book_command c{};
    std::string verb, account;
    in >> verb;
    if (verb == "buy" || verb == "sell") {
        c.side = verb == "buy" ? order_side::buy : order_side::sell;
        read_order(in, c);
    } else if (verb == "amend" || verb == "cancel" || verb == "reduce") {
        c.verb = verb == "amend"    ? book_verb::amend
                 : verb == "cancel" ? book_verb::cancel
                                    : book_verb::reduce;
        in >> c.order >> account;
        c.account = account_of(account);
    } else if (verb == "cancel_all") {
        c.verb = book_verb::cancel_all;
        in >> account;
        c.account = account_of(account);
        if (std::string side; in >> side) {
            c.flags = book_flag::one_side;
            c.side = side == "buy" ? order_side::buy : order_side::sell;
        }
    } else if (verb == "position") {
        c.verb = book_verb::set_position;
        in >> account >> c.quantity;
        c.account = account_of(account);
    } else if (verb == "mark") {
        c.verb = book_verb::mark;
        in >> c.price;
    } else if (verb == "time") {
        c.verb = book_verb::advance_time;
        in >> c.until;
    } else if (verb == "suspend" || verb == "resume") {
        c.verb = verb == "suspend" ? book_verb::suspend : book_verb::resume;
    } else {
        ADD_FAILURE() << "no such command: " << line;
    }
    for (std::string word; in >> word;) read_option(word, c);
    return c;
}

std::string in_words(book_report const& r) {
    auto n = [](auto x) { return std::to_string(x); };
    std::string const id = n(r.order);
    std::string const why = std::string(" ") + name_of(r.reason);
    switch (r.kind) {
        case report_kind::accepted: return "accepted";
        case report_kind::rejected: return name_of(r.status);
        case report_kind::rested:
            return "rests " + n(r.quantity) +
                   (r.remaining == r.quantity ? "" : " of " + n(r.remaining));
        case report_kind::filled:
            return id + " takes " + n(r.quantity) + "@" + n(r.price) + " from " + n(r.maker);
        case report_kind::decremented: return id + " and " + n(r.maker) + " lose " + n(r.quantity);
        case report_kind::refreshed: return id + " shows " + n(r.quantity);
        case report_kind::reduced:
            return id + " loses " + n(r.quantity) + why + ", " + n(r.remaining) + " left";
        case report_kind::cancelled: return id + " leaves with " + n(r.quantity) + why;
        case report_kind::amended: return id + " amended to " + n(r.remaining);
        case report_kind::replaced: return id + " comes again with " + n(r.remaining);
        case report_kind::triggered: return id + " triggers at " + n(r.price);
    }
    return "?";
}

void play(std::string const& table, book_limits const& limits) {
    order_book book(limits);
    model::slow_book slow(limits);
    std::istringstream lines(table);
    for (std::string line; std::getline(lines, line);) {
        auto const bar = line.find('|');
        if (trimmed(line).empty()) continue;
        ASSERT_NE(bar, std::string::npos) << line;
        if (trimmed(line).starts_with("band")) {
            std::istringstream in(trimmed(line).substr(4));
            std::int64_t lowest = 0, highest = 0;
            in >> lowest >> highest;
            book.trade_within(lowest, highest);
            slow.trade_within(lowest, highest);
            continue;
        }
        book_command const c = parse_command(line.substr(0, bar));
        std::string said, said_slowly;
        auto add = [](std::string& to, book_report const& r) {
            to += (to.empty() ? "" : "; ") + in_words(r);
        };
        book.apply(c, [&](book_report const& r) { add(said, r); });
        std::vector<book_report> reports;
        slow.apply(c, reports);
        for (auto const& r : reports) add(said_slowly, r);
        EXPECT_EQ(said, trimmed(line.substr(bar + 1))) << line;
        EXPECT_EQ(said_slowly, said) << "the slow book says otherwise: " << line;
    }
}

}  // namespace lockstep::test
