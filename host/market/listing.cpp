#include "host/market/listing.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "host/io/timestamp.h"
#include "host/market/median.h"

namespace lockstep {
namespace {

quote mark_only(utc_ns time, double mark) {
    quote seen{};
    seen.time = time;
    seen.underlying = mark;
    seen.mark = mark;
    return seen;
}

class assembler {
  public:
    explicit assembler(std::string const& source) { out_.source = source; }

    void list(std::string name, instrument_terms const& terms, quote const& seen) {
        auto const row = static_cast<std::uint32_t>(out_.instruments.size());
        out_.instruments.push_back(terms.row(underlying(terms.underlying), asset(terms)));
        out_.quotes.push_back(seen);
        out_.by_name.emplace(name, row);
        out_.names.push_back(std::move(name));
    }
    bool lists(std::string const& name) const { return out_.by_name.contains(name); }
    underlying_id underlying(std::string const& name) {
        auto& rows = out_.underlyings;
        auto const at = std::ranges::find(rows, name, &underlying_row::name);
        auto const id = underlying_id{static_cast<std::uint32_t>(at - rows.begin())};
        if (at == rows.end()) rows.push_back({name, not_quoted});
        return id;
    }
    market& out() { return out_; }

  private:
    asset_id asset(instrument_terms const& terms) {
        auto& rows = out_.assets;
        auto const at = std::ranges::find(rows, terms.settle_asset);
        auto const id = asset_id{static_cast<std::uint32_t>(at - rows.begin())};
        if (at == rows.end()) rows.push_back(terms.settle_asset);
        return id;
    }

    market out_;
};

void reject_expired(std::vector<listing>& listings, market& out, exception_log& exceptions) {
    std::erase_if(listings, [&](listing const& row) {
        bool const perpetual = row.terms.kind == instrument_kind::perpetual;
        if (perpetual || out.time < row.terms.expiry) return false;
        exceptions.push_back({out.source,
                              row.line,
                              "",
                              "expired at " + time_text(row.terms.expiry) +
                                  ", before the latest observation at " + time_text(out.time),
                              {},
                              row.name});
        ++out.rows_rejected;
        return true;
    });
}

/// Where no record gave an index: the forward that expires first.
double nearest_forward(market const& out, std::uint32_t underlying) {
    double forward = not_quoted;
    utc_ns nearest{};
    for (std::size_t at = 0; at < out.instruments.size(); ++at) {
        auto const& row = out.instruments[at];
        if (row.underlying.value != underlying || row.kind == instrument_kind::perpetual) continue;
        if (!std::isnan(forward) && !(row.expiry < nearest)) continue;
        forward = out.quotes[at].underlying;
        nearest = row.expiry;
    }
    return forward;
}

void set_indexes(std::vector<std::vector<double>> const& seen, market& out) {
    for (std::uint32_t at = 0; at < out.underlyings.size(); ++at) {
        double const median = at < seen.size() ? lower_median(seen[at]) : not_quoted;
        out.underlyings[at].index = std::isnan(median) ? nearest_forward(out, at) : median;
    }
}

/// Words that come in the order of their first appearance, each with what was seen of it.
template <class T>
class first_seen {
  public:
    T& operator[](std::string const& name) {
        auto const [at, is_new] = place_.try_emplace(name, rows_.size());
        if (is_new) rows_.emplace_back(name, T{});
        return rows_[at->second].second;
    }
    auto begin() const { return rows_.begin(); }
    auto end() const { return rows_.end(); }

  private:
    std::map<std::string, std::size_t> place_;
    std::vector<std::pair<std::string, T>> rows_;
};

using marks_by_name = first_seen<std::vector<double>>;

void list_futures(marks_by_name const& futures, assembler& into) {
    for (auto const& [name, marks] : futures) {
        if (into.lists(name)) continue;
        auto const [terms, fault] = parse_instrument_name(name);
        if (fault != name_fault::none || terms.kind != instrument_kind::future) continue;
        if (!(into.out().time < terms.expiry)) continue;
        into.list(name, terms, mark_only(into.out().time, lower_median(marks)));
    }
}

void list_perpetuals(first_seen<instrument_terms> const& pairs,
                     std::vector<perpetual_mark> const& given, assembler& into) {
    for (auto const& [name, terms] : pairs) {
        if (into.lists(name)) continue;
        auto const at = std::ranges::find(given, name, &perpetual_mark::name);
        double mark = not_quoted;
        if (at != given.end())
            mark = at->mark;
        else
            mark = into.out().underlyings[into.underlying(terms.underlying).value].index;
        if (!std::isnan(mark)) into.list(name, terms, mark_only(into.out().time, mark));
    }
}

}  // namespace

market market_of(std::string const& source, utc_ns time, std::vector<listing>&& listings,
                 std::vector<perpetual_mark> const& perpetuals, exception_log& exceptions) {
    assembler into(source);
    market& out = into.out();
    out.time = time;
    reject_expired(listings, out, exceptions);

    std::vector<std::vector<double>> indexes;
    marks_by_name futures;
    first_seen<instrument_terms> pairs;
    for (auto& row : listings) {
        auto const id = into.underlying(row.terms.underlying).value;
        if (indexes.size() <= id) indexes.resize(id + 1);
        if (!std::isnan(row.index)) indexes[id].push_back(row.index);
        if (!row.future.empty() && !std::isnan(row.future_mark))
            futures[row.future].push_back(row.future_mark);
        instrument_terms perpetual = row.terms;
        perpetual.kind = instrument_kind::perpetual;
        perpetual.type = option_type::call;
        perpetual.strike = {};
        perpetual.expiry = {};
        pairs[print_instrument_name(perpetual)] = perpetual;
        into.list(std::move(row.name), row.terms, row.seen);
    }
    out.rows_used = listings.size();
    set_indexes(indexes, out);
    list_futures(futures, into);
    list_perpetuals(pairs, perpetuals, into);
    return std::move(out);
}

}  // namespace lockstep
