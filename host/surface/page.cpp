#include "host/surface/page.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "host/io/embedded.h"
#include "host/io/json_text.h"
#include "host/io/timestamp.h"
#include "host/surface/write.h"

namespace lockstep {

namespace {

/// Digits that a picture can show.
void drawn(json_text& json, double value) {
    double const scale = 1e6;
    json.number(std::isnan(value) ? value : std::round(value * scale) / scale);
}

void drawn(json_text& json, char const* name, double value) {
    json.key(name);
    drawn(json, value);
}

/// [k, bid, vol, ask, used]: everything of the expiry that has a vol.
void write_points(json_text& json, surface_slice const& s) {
    json.open_array("points");
    for (surface_quote const& q : s.quotes) {
        if (std::isnan(q.vol) || q.use == quote_use::other_side_is_used) continue;
        json.open_array();
        for (double const value : {q.k, q.vol_bid, q.vol, q.vol_ask}) drawn(json, value);
        json.integer(q.use == quote_use::used);
        json.close_array();
    }
    json.close_array();
}

/// [k, vol] along the curve, over the quotes and a little further.
void write_curve(json_text& json, surface_slice const& s) {
    json.open_array("curve");
    double const root = square_root(svi_at(s.curve, 0).variance);
    double low = -root, high = root;
    for (variance_quote const& p : s.points) {
        low = std::min(low, p.k);
        high = std::max(high, p.k);
    }
    double const margin = 0.06 * (high - low);
    low -= margin, high += margin;
    constexpr int steps = 80;
    for (int i = 0; i <= steps; ++i) {
        double const k = low + (high - low) * i / steps;
        json.open_array();
        drawn(json, k);
        drawn(json, square_root(svi_at(s.curve, k).variance / s.time));
        json.close_array();
    }
    json.close_array();
}

/// Vols at whole standard deviations of the money's variance: columns of the map.
void write_map(json_text& json, surface_slice const& s) {
    json.open_array("map");
    double const root = square_root(svi_at(s.curve, 0).variance);
    for (int half = -6; half <= 6; ++half)
        drawn(json, square_root(svi_at(s.curve, 0.5 * half * root).variance / s.time));
    json.close_array();
}

void write_slice(json_text& json, surface_slice const& s) {
    std::string const time = time_text(s.expiry);
    json.open_object();
    json.text("expiry", time);
    json.number("days", std::round(s.time * 365 * 1e4) / 1e4);
    json.text("status", word(s.status));
    json.text("says", sentence(s.status));
    json.number("forward", s.forward);
    if (s.by_parity) drawn(json, "discount", s.discount);
    json.integer("quotes", static_cast<std::int64_t>(s.quotes.size()));
    json.integer("used", s.used);
    json.integer("inside", s.inside);
    if (s.has_curve()) {
        drawn(json, "rmse", s.rmse);
        drawn(json, "worst", s.worst);
        drawn(json, "g", s.butterfly.value);
        json.text("found", words_of_arbitrage(s.found));
        json.text("remaining", words_of_arbitrage(s.remaining));
        svi_raw const& c = s.curve;
        json.open_array("raw");
        for (double const value : {c.a, c.b, c.rho, c.m, c.sigma}) json.number(value);
        json.close_array();
        write_curve(json, s);
        write_map(json, s);
    }
    write_points(json, s);
    json.close_object();
}

void write_uses(json_text& json, surface_fit const& fit) {
    std::int64_t counts[quote_use_count] = {};
    for (surface_slice const& s : fit.slices)
        for (surface_quote const& q : s.quotes) ++counts[static_cast<unsigned>(q.use)];
    json.open_array("uses");
    for (unsigned i = 0; i < quote_use_count; ++i) {
        if (counts[i] == 0) continue;
        json.open_object();
        json.text("use", word(static_cast<quote_use>(i)));
        json.integer("count", counts[i]);
        json.close_object();
    }
    json.close_array();
}

std::string page_data(surface_run const& run) {
    json_text json(false);
    std::string const time = time_text(run.table.time);
    json.open_object();
    json.text("market", run.table.source);
    json.text("time", time);
    json.integer("rejected", static_cast<std::int64_t>(run.rejected.size()));
    write_uses(json, run.fit);
    json.open_array("books");
    for (std::size_t b = 0; b < run.fit.books.size(); ++b) {
        book_surface const& book = run.fit.books[b];
        if (book.first == book.last) continue;
        json.open_object();
        json.text("name", run.table.books[b].name);
        if (book.ssvi.status == ssvi_fit_status::fitted) {
            json.open_array("ssvi");
            for (double const value : {book.ssvi.parameters.rho, book.ssvi.parameters.phi.eta,
                                       book.ssvi.parameters.phi.gamma})
                drawn(json, value);
            json.close_array();
        }
        json.open_array("slices");
        for (std::uint32_t i = book.first; i < book.last; ++i) write_slice(json, run.fit.slices[i]);
        json.close_array();
        json.close_object();
    }
    json.close_array();
    json.close_object();
    return json.take();
}

/// Puts `value` where the template says {{name}}.
void fill(std::string& page, std::string_view name, std::string_view value) {
    std::string const place = "{{" + std::string(name) + "}}";
    std::size_t const at = page.find(place);
    if (at != std::string::npos) page.replace(at, place.size(), value);
}

}  // namespace

std::string surface_html(surface_run const& run) {
    std::string page(embedded_surface_html());
    // The data goes in last, so that nothing in it can be taken for a place to fill.
    fill(page, "css", embedded_report_css());
    fill(page, "chart", embedded_chart_library());
    fill(page, "script", embedded_surface_script());
    fill(page, "data", page_data(run));
    return page;
}

}  // namespace lockstep
