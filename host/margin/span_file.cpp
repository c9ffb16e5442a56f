#include "host/margin/span_file.h"

#include <algorithm>
#include <utility>

#include "host/margin/span_contracts.h"
#include "host/margin/span_record.h"
#include "pricing/base/decimal.h"

namespace lockstep {

namespace {

constexpr std::int64_t exponent_max = 4;  // arrays of five digits stay within 64 bits of nanos

class span_reading {
  public:
    span_reading(std::string const& origin) : origin_(origin) {}

    void take(span_record const& r) {
        std::string_view const kind = r.kind();
        if (contracts_.is_open() && kind != "82")
            r.fail("kind", 1, 2, "must be 82 after record 81");
        if (kind == "0") return header(r);
        if (kind == "P") return contracts_.product(r);
        if (kind == "2") return commodity(r);
        if (kind == "3") return tiers(r);
        if (kind == "S") return scanning(r);
        if (kind == "4") return delivery(r);
        if (kind == "C") return tier_spread(r);
        if (kind == "E") return month_spread(r);
        if (kind == "B") return contracts_.scaling(r);
        if (kind == "81") return contracts_.first_half(r, unit_);
        if (kind == "82") return contracts_.second_half(r);
        if (kind == "6") return credit(r);
        ++file_.skipped[std::string(kind)];
    }
    span_file finish(std::uint64_t line) {
        if (contracts_.is_open())
            throw input_error(origin_, line, "record 81 is the last: its 82 is missing");
        file_.contracts = contracts_.take();
        if (file_.contracts.empty()) throw input_error(origin_ + ": holds no risk array");
        auto const by_priority = [](auto const& a, auto const& b) {
            return a.priority < b.priority;
        };
        for (span_commodity& c : file_.commodities)
            std::stable_sort(c.spreads.begin(), c.spreads.end(), by_priority);
        std::stable_sort(file_.credits.begin(), file_.credits.end(), by_priority);
        return std::move(file_);
    }

  private:
    void header(span_record const& r) {
        file_.complex = r.text(3, 8);
        file_.business_date = r.text(9, 16);
        century_ = static_cast<span_month>(r.number("business date", 9, 12) / 100 * 100);
        if (r.text(36, 37) != "U2")
            r.fail("format", 36, 37, "must be U2, not '" + r.text(36, 37) + "'");
        file_.for_initial = r.letter(75) == 'I';
    }
    void commodity(span_record const& r) {
        span_commodity c;
        c.exchange = r.text(3, 5);
        c.code = r.text(7, 12);
        if (c.code.empty()) r.fail("combined commodity", 7, 12, "is blank");
        std::int64_t const exponent = r.number("risk exponent", 13, 13);
        if (exponent > exponent_max) r.fail("risk exponent", 13, 13, "is more than four");
        unit_ = static_cast<std::int64_t>(power_of_ten(static_cast<int>(9 + exponent)));
        c.currency = r.text(14, 16);
        c.premium_paid = r.letter(18) != 'F';
        for (std::size_t k = 0; k < 6; ++k) {
            std::string const name = r.text(23 + 16 * k, 32 + 16 * k);
            if (!name.empty()) c.products.push_back(name + "/" + r.text(33 + 16 * k, 35 + 16 * k));
        }
        file_.commodities.push_back(std::move(c));
    }
    /// The commodity that a record speaks of: the last one, or the record has no place here.
    span_commodity& current(span_record const& r) {
        std::string const code = r.text(3, 8);
        if (file_.commodities.empty() || file_.commodities.back().code != code)
            r.fail("combined commodity", 3, 8,
                   "must be that of the record 2 before, not '" + code + "'");
        return file_.commodities.back();
    }
    void tiers(span_record const& r) {
        span_commodity& c = current(r);
        for (std::size_t k = 0; k < 4; ++k) {
            std::size_t const at = 11 + 14 * k;
            auto const number = static_cast<int>(r.number("tier", at, at + 1));
            if (number == 0) continue;
            c.tiers.push_back({number,
                               static_cast<span_month>(r.number("tier start", at + 2, at + 7)),
                               static_cast<span_month>(r.number("tier end", at + 8, at + 13))});
        }
        // Three digits after the point, from memory of the exchange's page; blank is one.
        auto const ratio = static_cast<std::uint32_t>(r.number("initial ratio", 77, 80));
        c.initial_thousandths = ratio > 0 ? ratio : 1000;
    }
    void scanning(span_record const& r) {
        span_commodity& c = current(r);
        std::int64_t const method = r.number("price risk method", 83, 83);
        if (method > 3) r.fail("price risk method", 83, 83, "must be 1, 2 or 3");
        if (method > 0) c.risk_weighing = static_cast<span::price_risk_method>(method);
        take_short_rate(c, amount(r, "short option rate", 104, 110));
    }
    void delivery(span_record const& r) {
        span_commodity& c = current(r);
        c.delivery_method = static_cast<int>(r.number("delivery method", 9, 10));
        take_short_rate(c, amount(r, "short option rate", 63, 69));
        char const counting = r.letter(79);
        if (counting != ' ' && counting != '1' && counting != '2')
            r.fail("short option method", 79, 79, "must be blank, 1 or 2");
        if (counting == '1')
            c.short_option_counting = span::short_option_method::larger_of_calls_and_puts;
    }
    static void take_short_rate(span_commodity& c, std::int64_t rate) {
        if (rate > 0) c.short_option_rate = rate;
    }
    std::int64_t amount(span_record const& r, char const* field, std::size_t first,
                        std::size_t last) const {
        std::int64_t const units = r.number(field, first, last);
        if (units > int64_max / unit_) r.fail(field, first, last, "is too large");
        return units * unit_;
    }
    char side(span_record const& r, std::size_t column) const {
        char const c = r.letter(column);
        if (c != 'A' && c != 'B') r.fail("side of a leg", column, column, "must be A or B");
        return c;
    }
    void tier_spread(span_record const& r) {
        span_commodity& c = current(r);
        span_spread s;
        s.priority = static_cast<int>(r.number("priority", 11, 12));
        s.charge = amount(r, "charge", 15, 21);
        for (std::size_t k = 0; k < 8; ++k) {
            std::size_t const at = 22 + 7 * k;
            auto const tier = static_cast<int>(r.number("tier of a leg", at + 2, at + 3));
            if (tier == 0) continue;
            auto const ratio = static_cast<double>(r.number("ratio of a leg", at + 4, at + 5));
            if (!(ratio > 0)) r.fail("ratio of a leg", at + 4, at + 5, "is zero");
            s.legs.push_back({tier, ratio, side(r, at + 6)});
        }
        c.spreads.push_back(std::move(s));
    }
    void month_spread(span_record const& r) {
        span_commodity& c = current(r);
        span_spread s;
        s.by_month = true;
        s.priority = static_cast<int>(r.number("priority", 9, 13));
        s.charge = amount(r, "charge", 14, 20);
        for (std::size_t k = 0; k < 4; ++k) {
            std::size_t const at = 21 + 14 * k;
            auto const month = static_cast<int>(r.number("month of a leg", at, at + 3));
            if (month == 0) continue;
            double const ratio = r.decimal("ratio of a leg", at + 7, at + 12, 4);
            if (!(ratio > 0)) r.fail("ratio of a leg", at + 7, at + 12, "is zero");
            s.legs.push_back({century_ * 100 + month, ratio, side(r, at + 13)});
        }
        c.spreads.push_back(std::move(s));
    }
    void credit(span_record const& r) {
        span_credit c;
        c.priority = static_cast<int>(r.number("priority", 6, 9));
        c.share = r.decimal("credit rate", 10, 16, 4) / 100;
        if (c.share > 1) r.fail("credit rate", 10, 16, "is more than 100 %");
        c.flat = r.letter(101) == 'F';
        for (std::size_t k = 0; k < 4; ++k) {
            std::size_t const at = 17 + 18 * k;
            std::string const code = r.text(at + 4, at + 9);
            if (code.empty()) continue;
            double const ratio = r.decimal("ratio of a leg", at + 10, at + 16, 4);
            if (!(ratio > 0)) r.fail("ratio of a leg", at + 10, at + 16, "is zero");
            c.legs.push_back({code, ratio, side(r, at + 17)});
        }
        file_.credits.push_back(std::move(c));
    }

    std::string const& origin_;
    span_file file_;
    span_month century_ = 2000;
    std::int64_t unit_ = 0;  // nanos of one unit of an array, of the commodity at hand
    span_contract_reading contracts_;
};

}  // namespace

span_commodity const* span_file::commodity_of(span_contract const& contract) const {
    std::string const product = contract.commodity + "/" + contract.type;
    for (span_commodity const& c : commodities)
        if (std::find(c.products.begin(), c.products.end(), product) != c.products.end()) return &c;
    return nullptr;
}

bool is_span_file(std::string_view text) {
    std::string_view const first = text.substr(0, text.find('\n'));
    return first.substr(0, 2) == "0 " && first.size() >= 37 && first.substr(35, 2) == "U2";
}

span_file read_span_file(std::string_view text, std::string const& origin) {
    span_reading reading(origin);
    std::uint64_t line = 0;
    while (!text.empty()) {
        std::size_t const end = text.find('\n');
        std::string_view one = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        ++line;
        if (!one.empty() && one.back() == '\r') one.remove_suffix(1);
        if (one.empty()) continue;
        reading.take(span_record(origin, line, one));
    }
    return reading.finish(line);
}

}  // namespace lockstep
