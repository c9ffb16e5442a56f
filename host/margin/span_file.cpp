#include "host/margin/span_file.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "host/margin/span_record.h"

namespace lockstep {

namespace {

constexpr std::int64_t exponent_max = 4;  // arrays of five digits stay within 64 bits of nanos
constexpr std::int64_t strike_decimals_max = 9;

using product_key = std::tuple<std::string, std::string, std::string>;

struct product {
    int settlement_decimals = 0, strike_decimals = 0;
    char fractions = ' ';  // alignment code of settlement prices: blank are decimals
    double value_factor = 0;
};

std::int64_t power(std::int64_t exponent) {
    std::int64_t result = 1;
    for (std::int64_t i = 0; i < exponent; ++i) result *= 10;
    return result;
}

double per(std::int64_t value, int places) {
    return static_cast<double>(value) / static_cast<double>(power(places));
}

class span_reading {
  public:
    span_reading(std::string const& origin) : origin_(origin) {}

    void take(span_record const& r) {
        std::string_view const kind = r.kind();
        if (open_ && kind != "82") r.fail("kind", 1, 2, "must be 82 after record 81");
        if (kind == "0") return header(r);
        if (kind == "P") return read_product(r);
        if (kind == "2") return commodity(r);
        if (kind == "3") return tiers(r);
        if (kind == "S") return scanning(r);
        if (kind == "4") return delivery(r);
        if (kind == "C") return tier_spread(r);
        if (kind == "E") return month_spread(r);
        if (kind == "B") return scaling(r);
        if (kind == "81") return first_half(r);
        if (kind == "82") return second_half(r);
        if (kind == "6") return credit(r);
        ++file_.skipped[std::string(kind)];
    }
    span_file finish(std::uint64_t line) {
        if (open_) throw input_error(origin_, line, "record 81 is the last: its 82 is missing");
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
    void read_product(span_record const& r) {
        product p;
        auto const decimals = [&r](char const* field, std::size_t first) {
            std::int64_t const n = r.number(field, first, first + 2);
            if (n > strike_decimals_max) r.fail(field, first, first + 2, "are more than nine");
            return static_cast<int>(n);
        };
        p.settlement_decimals = decimals("settlement decimals", 34);
        p.strike_decimals = decimals("strike decimals", 37);
        p.fractions = r.letter(40);
        p.value_factor = r.decimal("contract value factor", 42, 55, 7);
        products_[{r.text(3, 5), r.text(6, 15), r.text(16, 18)}] = p;
    }
    void commodity(span_record const& r) {
        span_commodity c;
        c.exchange = r.text(3, 5);
        c.code = r.text(7, 12);
        if (c.code.empty()) r.fail("combined commodity", 7, 12, "is blank");
        std::int64_t const exponent = r.number("risk exponent", 13, 13);
        if (exponent > exponent_max) r.fail("risk exponent", 13, 13, "is more than four");
        unit_ = power(9 + exponent);
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
        double const ratio = r.decimal("initial ratio", 77, 80, 3);
        c.initial_ratio = ratio > 0 ? ratio : 1.0;
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
    using month_key = std::tuple<std::string, std::string, std::string, span_month, span_month>;
    void scaling(span_record const& r) {
        double const scale = r.decimal("delta scaling factor", 86, 91, 4);
        month_key const key{r.text(3, 5), r.text(6, 15), r.text(16, 18),
                            static_cast<span_month>(r.number("future month", 19, 24)),
                            static_cast<span_month>(r.number("option month", 28, 33))};
        if (scale > 0) delta_scale_[key] = scale;
    }
    static std::string identity(span_record const& r) { return r.text(3, 54); }
    void first_half(span_record const& r) {
        if (unit_ == 0) r.fail("kind", 1, 2, "stands before any record 2");
        contract_ = {};
        contract_.exchange = r.text(3, 5);
        contract_.commodity = r.text(6, 15);
        contract_.type = r.text(26, 28);
        contract_.right = r.letter(29);
        contract_.future_month = static_cast<span_month>(r.number("future month", 30, 35));
        contract_.option_month = static_cast<span_month>(r.number("option month", 39, 44));
        for (std::size_t s = 0; s < 9; ++s) array_value(r, s, 55 + 6 * s);
        identity_ = identity(r);
        open_ = true;
    }
    void array_value(span_record const& r, std::size_t s, std::size_t first) {
        contract_.losses[s] = r.signed_number("array value", first, first + 4, first + 5) * unit_;
    }
    void second_half(span_record const& r) {
        if (!open_) r.fail("kind", 1, 2, "stands without a record 81 before it");
        if (identity(r) != identity_) r.fail("contract", 3, 54, "is not that of record 81");
        open_ = false;
        for (std::size_t s = 9; s < span::scenario_count; ++s) array_value(r, s, 55 + 6 * (s - 9));
        auto const found =
            products_.find({contract_.exchange, contract_.commodity, contract_.type});
        if (found == products_.end())
            r.fail("contract", 3, 54, "has no record P of its exchange, commodity and type");
        product const& p = found->second;
        contract_.strike = per(r.signed_number("strike", 48, 54, 119), p.strike_decimals);
        double const price =
            per(r.signed_number("settlement", 111, 117, 118), p.settlement_decimals);
        checked_int64 const value = quantise(price * p.value_factor, 1e9, rounding::down);
        if (value.overflowed) r.fail("settlement", 111, 117, "makes a value that does not fit");
        contract_.fractions = p.fractions;
        contract_.value = contract_.is_option() && p.fractions == ' ' ? value.value : 0;
        month_key const key{contract_.exchange, contract_.commodity, contract_.type,
                            contract_.future_month, contract_.option_month};
        auto const scale = delta_scale_.find(key);
        contract_.composite_delta = per(r.signed_number("composite delta", 97, 101, 102), 4) *
                                    (scale == delta_scale_.end() ? 1.0 : scale->second);
        file_.contracts.push_back(contract_);
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
    std::map<product_key, product> products_;
    std::map<month_key, double> delta_scale_;
    std::int64_t unit_ = 0;  // nanos of one unit of an array, of the commodity at hand
    bool open_ = false;      // a record 81 waits for its 82
    std::string identity_;
    span_contract contract_;
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
