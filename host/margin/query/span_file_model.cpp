// SPAN from an exchange's own parameter file: arrays, spreads, minimums and credits as they are
// published, for a portfolio of the file's contracts. A leg names a contract by its commodity and a
// day of its month: ES_USD-15DEC26 is the future of December 2026, ES_USD-15DEC26-6000-C an option.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "host/base/error.h"
#include "host/margin/query/models.h"
#include "host/margin/span_file.h"
#include "host/market/timestamp.h"
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
    span::commodity_amounts amounts;
    double net_delta = 0, risk_of_delta = 0;
};

class span_file_model : public margin_model {
  public:
    explicit span_file_model(span_file file) : file_(std::move(file)) {}

    margin_answer answer_to(margin_query const& q) const override {
        std::map<std::size_t, commodity_book> books;  // by place of the commodity
        for (query_leg const& leg : q.legs)
            if (leg.size != 0) add(leg, books);
        margin_answer a;
        a.equity = q.cash;
        a.options_are_paid_in_full = true;
        std::map<std::size_t, commodity_risk> risks;
        for (auto& [place, book] : books) risks[place] = risk_of(place, book, a);
        give_credits(risks);
        for (auto const& [place, risk] : risks) {
            span_commodity const& c = file_.commodities[place];
            double const maintenance = units(span::requirement(risk.amounts));
            a.maintenance += maintenance;
            a.initial += maintenance * (file_.for_initial ? 1.0 : c.initial_ratio);
            a.parts.push_back({c.code + " inter_commodity_credit", units(risk.amounts.credit)});
            a.parts.push_back({c.code + " requirement", maintenance});
        }
        if (file_.for_initial) a.initial = a.maintenance;
        return a;
    }

    /// The file has prices, but not what a leg was bought at.
    std::uint32_t keys_read() const override { return 0; }

  private:
    bool legs_name_their_day() const override { return false; }
    span_contract const& find(query_leg const& leg) const {
        span_month const month = month_of(leg.terms.expiry);
        bool const option = leg.terms.kind == instrument_kind::option;
        char const right = leg.terms.type == option_type::call ? 'C' : 'P';
        double const strike = static_cast<double>(leg.terms.strike.nanos) * 1e-9;
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

    void add(query_leg const& leg, std::map<std::size_t, commodity_book>& books) const {
        if (leg.terms.kind == instrument_kind::perpetual)
            throw input_error("model span: " + named(leg) + " has no month");
        span_contract const& c = find(leg);
        span_commodity const* const commodity = file_.commodity_of(c);
        if (commodity == nullptr)
            throw input_error("model span: " + named(leg) + " is of no combined commodity");
        commodity_book& book =
            books[static_cast<std::size_t>(commodity - file_.commodities.data())];
        checked_int64 const size = quantise_nearest(leg.size, 1e9);
        if (size.overflowed) throw input_error("model span: " + named(leg) + " is too large");
        for (std::uint32_t s = 0; s < span::scenario_count; ++s)
            book.sums[s] += static_cast<int128>(size.value) * c.losses[s];
        book.add_delta(c.future_month != 0 ? c.future_month : c.option_month,
                       leg.size * c.composite_delta);
        if (!c.is_option()) return;
        if (leg.size < 0) (c.right == 'C' ? book.short_calls : book.short_puts) -= leg.size;
        if (!commodity->premium_paid) return;
        if (c.fractions != ' ')
            throw input_error("model span: the price of " + named(leg) +
                              " is written in fractions (alignment code '" + c.fractions +
                              "'), which are not read");
        book.option_value +=
            divide(static_cast<int128>(size.value) * c.value, nanos_per_unit, rounding::down);
    }

    commodity_risk risk_of(std::size_t place, commodity_book& book, margin_answer& a) const {
        span_commodity const& c = file_.commodities[place];
        for (int128& sum : book.sums) sum = divide(sum, nanos_per_unit, rounding::up);
        span::scan_result const scan = span::scan_risk(book.sums);
        int128 const price_risk = span::price_risk(book.sums, scan);
        commodity_risk risk;
        risk.net_delta = book.net_delta();
        risk.risk_of_delta =
            span::weighted_price_risk(price_risk, risk.net_delta, scan_range(c), c.risk_weighing);
        risk.amounts.scan = scan.risk;
        risk.amounts.calendar = spread_charges(c, book);
        risk.amounts.short_minimum = span::short_option_minimum(
            book.short_calls, book.short_puts, c.short_option_rate, c.short_option_counting);
        risk.amounts.option_value = book.option_value;
        a.value_beside_equity += units(risk.amounts.option_value);
        a.parts.push_back({c.code + " scan_risk", units(scan.risk)});
        a.parts.push_back({c.code + " price_risk", units(price_risk)});
        a.parts.push_back({c.code + " net_delta", risk.net_delta});
        a.parts.push_back({c.code + " intra_commodity_charge", units(risk.amounts.calendar)});
        a.parts.push_back({c.code + " short_option_minimum", units(risk.amounts.short_minimum)});
        a.parts.push_back({c.code + " net_option_value", units(risk.amounts.option_value)});
        for (std::uint32_t s = 0; s < span::scenario_count; ++s)
            a.scenarios.push_back(
                {fmt::format("{} scenario {}", c.code, s + 1), -units(book.sums[s])});
        return risk;
    }

    /// What one future loses at the end of its price range.
    std::int64_t scan_range(span_commodity const& c) const {
        for (span_contract const& contract : file_.contracts) {
            if (contract.is_option() || file_.commodity_of(contract) != &c) continue;
            return std::max(std::abs(contract.losses[10]), std::abs(contract.losses[12]));
        }
        return 0;
    }

    /// By priority; spreads between tiers and between months use up one and the same deltas.
    int128 spread_charges(span_commodity const& c, commodity_book& book) const {
        std::vector<double> left = book.by_month;
        int128 total = 0;
        for (span_spread const& spread : c.spreads) {
            double formed = form(c, spread, book, true, left);
            if (!(formed > 0) && has_inner_legs(spread))
                formed = form(c, spread, book, false, left);
            total += span::spread_charge(formed, spread.charge);
        }
        return total;
    }

    /// Whether a leg has another one in its own tier on the other side: such a spread is between
    /// months of the tier, whose long and short deltas stand against each other.
    static bool is_inner(span_spread const& spread, span_spread::leg const& leg) {
        return std::any_of(spread.legs.begin(), spread.legs.end(), [&leg](auto const& other) {
            return other.place == leg.place && other.side != leg.side;
        });
    }
    static bool has_inner_legs(span_spread const& spread) {
        return std::any_of(spread.legs.begin(), spread.legs.end(),
                           [&spread](auto const& leg) { return is_inner(spread, leg); });
    }

    /// Forms what the deltas left allow and uses these up. `first_is_long` says which of its
    /// tier's deltas an inner leg of the first side takes; others take the net one either way.
    double form(span_commodity const& c, span_spread const& spread, commodity_book const& book,
                bool first_is_long, std::vector<double>& left) const {
        std::vector<double> deltas;
        std::vector<std::vector<std::size_t>> members;  // months behind each leg
        std::vector<span::spread_leg> legs;
        for (span_spread::leg const& leg : spread.legs) {
            bool const opposite = leg.side != spread.legs.front().side;
            bool const inner = is_inner(spread, leg);
            members.push_back(months_of(c, spread, leg, book));
            double sum = 0;
            for (std::size_t const m : members.back())
                if (!inner || (left[m] > 0) == (opposite != first_is_long)) sum += left[m];
            deltas.push_back(sum);
            legs.push_back({static_cast<std::uint32_t>(legs.size()), leg.ratio, opposite});
        }
        std::vector<double> const before = deltas;
        double const formed = span::form_spreads(view_of(deltas), {legs.data(), legs.size()});
        for (std::size_t k = 0; k < legs.size(); ++k)
            use_up(left, members[k], before[k] - deltas[k]);
        return formed;
    }

    std::vector<std::size_t> months_of(span_commodity const& c, span_spread const& spread,
                                       span_spread::leg const& leg,
                                       commodity_book const& book) const {
        span_month first = leg.place, last = leg.place;
        if (!spread.by_month) {
            auto const tier = std::find_if(c.tiers.begin(), c.tiers.end(),
                                           [&leg](auto const& t) { return t.number == leg.place; });
            if (tier == c.tiers.end()) return {};
            first = tier->first;
            last = tier->last;
        }
        std::vector<std::size_t> found;
        for (std::size_t m = 0; m < book.months.size(); ++m)
            if (book.months[m] >= first && book.months[m] <= last) found.push_back(m);
        return found;
    }

    /// Takes a delta from the months of a tier, those of its own sign, nearest first.
    static void use_up(std::vector<double>& left, std::vector<std::size_t> const& months,
                       double delta) {
        for (std::size_t const m : months) {
            if (!(left[m] * delta > 0)) continue;
            bool const all = std::abs(left[m]) <= std::abs(delta);
            double const taken = all ? left[m] : delta;
            left[m] -= taken;
            delta -= taken;
        }
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
