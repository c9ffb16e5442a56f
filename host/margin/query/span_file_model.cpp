// SPAN from an exchange's own parameter file: arrays, spreads, minimums and credits as they are
// published, for a portfolio of the file's contracts. A leg names a contract by its commodity and a
// day of its month: ES_USD-15DEC26 is the future of December 2026, ES_USD-15DEC26-6000-C an option.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "host/base/error.h"
#include "host/io/timestamp.h"
#include "host/margin/query/models.h"
#include "host/margin/span_file.h"
#include "host/margin/span_intra_commodity.h"
#include "pricing/base/quantise.h"

namespace lockstep {

namespace {

/// CCYYMM of a moment.
span_month month_of(utc_ns time) {
    auto const date = date_of(time);
    return static_cast<span_month>(int(date.year()) * 100 +
                                   static_cast<int>(unsigned(date.month())));
}

/// A portfolio's part in one combined commodity.
struct commodity_book {
    std::int64_t scan_range = 0;
    int128 sums[span::scenario_count]{};
    std::vector<double> by_month;  // net deltas, and their months beside them
    std::vector<span_month> months;
    double short_calls = 0, short_puts = 0;
    int128 option_value = 0;

    double net_delta() const {
        double sum = 0;
        for (double const d : by_month) sum += d;
        return sum;
    }
    void add_delta(span_month month, double delta) {
        auto const at = std::lower_bound(months.begin(), months.end(), month);
        auto const place = at - months.begin();
        if (at == months.end() || *at != month) {
            months.insert(at, month);
            by_month.insert(by_month.begin() + place, 0.0);
        }
        by_month[static_cast<std::size_t>(place)] += delta;
    }
};

/// What a commodity asks for before it is seen beside the others.
struct commodity_risk {
    int128 sums[span::scenario_count]{};
    int128 price_risk = 0;
    span::commodity_amounts amounts;
    double net_delta = 0, risk_of_delta = 0;
};

class span_file_model : public margin_model {
  public:
    explicit span_file_model(span_file file) : file_(std::move(file)) {}

    margin_answer answer_to(margin_query const& q) const override {
        std::map<std::size_t, commodity_risk> const risks = risks_of(located(q));
        margin_answer a;
        a.options_are_paid_in_full = true;
        for (auto const& [place, risk] : risks) add_parts(file_.commodities[place], risk, a);
        for (auto const& [place, risk] : risks) {
            std::string const& code = file_.commodities[place].code;
            a.parts.push_back({code + " inter_commodity_credit", units(risk.amounts.credit)});
            a.parts.push_back({code + " requirement", units(span::requirement(risk.amounts))});
        }
        static_cast<margin_amounts&>(a) = amounts_of(q, risks);
        return a;
    }
    std::vector<margin_amounts> amounts_without_each(margin_query const& q) const override {
        std::vector<located_leg> const legs = located(q);
        std::vector<margin_amounts> all;
        for (std::size_t leg = 0; leg < q.legs.size(); ++leg)
            all.push_back(amounts_of(q, risks_of(legs, leg)));
        return all;
    }

    /// The file has prices, but not what a leg was bought at.
    std::uint32_t keys_read() const override { return 0; }

  private:
    bool legs_name_their_day() const override { return false; }
    span_contract const& find(query_leg const& leg) const {
        span_month const month = month_of(leg.terms.expiry);
        bool const option = leg.terms.kind == instrument_kind::option;
        char const right = leg.terms.type == option_type::call ? 'C' : 'P';
        double const strike = units(leg.terms.strike);
        span_contract const* found = nullptr;
        for (span_contract const& c : file_.contracts) {
            if (c.commodity != leg.terms.underlying || c.is_option() != option) continue;
            bool const is = option ? c.option_month == month && c.right == right &&
                                         std::abs(c.strike - strike) < 1e-9
                                   : c.future_month == month;
            if (!is) continue;
            // Weekly contracts differ in a column that the name of a leg cannot say.
            if (found != nullptr)
                throw input_error("model span: the file has several contracts of the month of " +
                                  named(leg));
            found = &c;
        }
        if (found == nullptr)
            throw input_error("model span: the file has no contract of " + named(leg));
        return *found;
    }

    /// A leg of some size and what it is in the file.
    struct located_leg {
        std::size_t place;     // in the query
        query_leg const* leg;  // of the query
        span_contract const* contract;
        span_commodity const* commodity;  // none where the file does not say
        std::int64_t scan_range;          // of the commodity
        double size;
    };
    std::vector<located_leg> located(margin_query const& q) const {
        std::map<span_commodity const*, std::int64_t> ranges;
        std::vector<located_leg> all;
        for (std::size_t i = 0; i < q.legs.size(); ++i) {
            query_leg const& leg = q.legs[i];
            if (leg.size == 0) continue;
            expect_linear(leg, "span");
            if (leg.terms.kind == instrument_kind::perpetual)
                throw input_error("model span: " + named(leg) + " has no month");
            span_contract const& c = find(leg);
            span_commodity const* const commodity = file_.commodity_of(c);
            auto const [range, is_new] = ranges.emplace(commodity, 0);
            if (is_new && commodity != nullptr) range->second = scan_range(*commodity);
            all.push_back({i, &leg, &c, commodity, range->second, leg.size});
        }
        return all;
    }

    /// Legs that name one contract by two days of its month are one position, as legs of one name
    /// are: what is bought and sold of it is not held, and no short option of it is counted.
    static std::vector<located_leg> positions_of(std::vector<located_leg> const& legs,
                                                 std::size_t without) {
        std::vector<located_leg> all;
        std::map<span_contract const*, std::size_t> place;
        for (located_leg const& leg : legs) {
            if (leg.place == without) continue;
            auto const [at, is_new] = place.emplace(leg.contract, all.size());
            if (is_new)
                all.push_back(leg);
            else
                all[at->second].size = sum_of_sizes(all[at->second].size, leg.size);
        }
        return all;
    }

    /// By place of the commodity.
    std::map<std::size_t, commodity_risk> risks_of(std::vector<located_leg> const& legs,
                                                   std::size_t without = no_leg) const {
        std::map<std::size_t, commodity_book> books;
        for (located_leg const& position : positions_of(legs, without))
            if (position.size != 0) add(position, books);
        std::map<std::size_t, commodity_risk> risks;
        for (auto& [place, book] : books) risks[place] = risk_of(file_.commodities[place], book);
        give_credits(risks);
        return risks;
    }

    margin_amounts amounts_of(margin_query const& q,
                              std::map<std::size_t, commodity_risk> const& risks) const {
        int128 initial = 0, maintenance = 0;
        for (auto const& [place, risk] : risks) {
            std::uint32_t const ratio =
                file_.for_initial ? 1000 : file_.commodities[place].initial_thousandths;
            maintenance += span::requirement(risk.amounts);
            initial += span::requirement(risk.amounts, ratio);
        }
        return {q.cash, units(initial), units(maintenance)};
    }

    void add(located_leg const& held, std::map<std::size_t, commodity_book>& books) const {
        span_contract const& c = *held.contract;
        if (held.commodity == nullptr)
            throw input_error("model span: " + named(*held.leg) + " is of no combined commodity");
        commodity_book& book =
            books[static_cast<std::size_t>(held.commodity - file_.commodities.data())];
        book.scan_range = held.scan_range;
        checked_int64 const size = quantise_nearest(held.size, 1e9);
        if (size.overflowed) throw input_error("model span: " + named(*held.leg) + " is too large");
        for (std::uint32_t s = 0; s < span::scenario_count; ++s)
            book.sums[s] += static_cast<int128>(size.value) * c.losses[s];
        book.add_delta(c.future_month != 0 ? c.future_month : c.option_month,
                       held.size * c.composite_delta);
        if (!c.is_option()) return;
        if (held.size < 0) (c.right == 'C' ? book.short_calls : book.short_puts) -= held.size;
        if (!held.commodity->premium_paid) return;
        if (c.fractions != ' ')
            throw input_error("model span: the price of " + named(*held.leg) +
                              " is written in fractions (alignment code '" + c.fractions +
                              "'), which are not read");
        book.option_value +=
            divide(static_cast<int128>(size.value) * c.value, nanos_per_unit, rounding::down);
    }

    static commodity_risk risk_of(span_commodity const& c, commodity_book const& book) {
        commodity_risk risk;
        for (std::uint32_t s = 0; s < span::scenario_count; ++s)
            risk.sums[s] = divide(book.sums[s], nanos_per_unit, rounding::up);
        span::scan_result const scan = span::scan_risk(risk.sums);
        risk.price_risk = span::price_risk(risk.sums, scan);
        risk.net_delta = book.net_delta();
        risk.risk_of_delta = span::weighted_price_risk(risk.price_risk, risk.net_delta,
                                                       book.scan_range, c.risk_weighing);
        risk.amounts.scan = scan.risk;
        risk.amounts.calendar = spread_charges(c, book.months, book.by_month);
        risk.amounts.short_minimum = span::short_option_minimum(
            book.short_calls, book.short_puts, c.short_option_rate, c.short_option_counting);
        risk.amounts.option_value = book.option_value;
        return risk;
    }

    static void add_parts(span_commodity const& c, commodity_risk const& risk, margin_answer& a) {
        a.value_beside_equity += units(risk.amounts.option_value);
        a.parts.push_back({c.code + " scan_risk", units(risk.amounts.scan)});
        a.parts.push_back({c.code + " price_risk", units(risk.price_risk)});
        a.parts.push_back({c.code + " net_delta", risk.net_delta});
        a.parts.push_back({c.code + " intra_commodity_charge", units(risk.amounts.calendar)});
        a.parts.push_back({c.code + " short_option_minimum", units(risk.amounts.short_minimum)});
        a.parts.push_back({c.code + " net_option_value", units(risk.amounts.option_value)});
        for (std::uint32_t s = 0; s < span::scenario_count; ++s)
            a.scenarios.push_back(
                {fmt::format("{} scenario {}", c.code, s + 1), -units(risk.sums[s])});
    }

    /// What one future loses at the end of its price range.
    std::int64_t scan_range(span_commodity const& c) const {
        for (span_contract const& contract : file_.contracts) {
            if (contract.is_option() || file_.commodity_of(contract) != &c) continue;
            return std::max(std::abs(contract.losses[10]), std::abs(contract.losses[12]));
        }
        return 0;
    }

    void give_credits(std::map<std::size_t, commodity_risk>& risks) const {
        std::vector<double> left;
        std::vector<commodity_risk*> risk;
        std::map<std::string, std::uint32_t> place;
        for (auto& [at, one] : risks) {
            place[file_.commodities[at].code] = static_cast<std::uint32_t>(left.size());
            left.push_back(one.net_delta);
            risk.push_back(&one);
        }
        for (span_credit const& credit : file_.credits) {
            if (credit.flat) continue;
            std::vector<span::spread_leg> legs;
            for (span_credit::leg const& leg : credit.legs) {
                auto const at = place.find(leg.commodity);
                if (at == place.end()) break;
                legs.push_back({at->second, leg.ratio, leg.side != credit.legs.front().side});
            }
            if (legs.size() != credit.legs.size()) continue;  // not all of its legs are held
            double const formed = span::form_spreads(view_of(left), {legs.data(), legs.size()});
            for (span::spread_leg const& leg : legs)
                risk[leg.delta]->amounts.credit += span::spread_credit(
                    risk[leg.delta]->risk_of_delta, formed * leg.ratio, credit.share);
        }
    }

    span_file file_;
};

}  // namespace

std::unique_ptr<margin_model> make_span_file_model(std::string_view text,
                                                   std::string const& origin) {
    return std::make_unique<span_file_model>(read_span_file(text, origin));
}

}  // namespace lockstep
