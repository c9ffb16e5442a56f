#include "host/surface/write.h"
#include "host/io/timestamp.h"

#include <algorithm>
#include <cmath>

#include "host/io/json_text.h"
#include "host/report/table_cells.h"
#include "host/surface/page.h"

namespace lockstep {

namespace {

template <class RowsT, class RowT>
file_record table(std::filesystem::path const& folder, char const* name, char const* header,
                  RowsT const& rows, RowT const& append_row) {
    result_file file(folder, name);
    file.write(header);
    write_rows(file, rows, append_row);
    return file.finish();
}

file_record write_text(std::filesystem::path const& folder, char const* name,
                       std::string const& text) {
    result_file file(folder, name);
    file.write(text);
    file.count_rows(static_cast<std::uint64_t>(std::ranges::count(text, '\n')));
    return file.finish();
}

void slice_line(std::string& out, surface_run const& run, surface_slice const& s) {
    row_text line(out);
    line.text(run.table.books[s.book].name).time(s.expiry).number(s.time).text(word(s.status));
    line.number(s.forward).number(s.discount).text(s.by_parity ? "parity" : "chain");
    if (s.has_curve()) {
        svi_raw const& c = s.curve;
        line.number(c.a).number(c.b).number(c.rho).number(c.m).number(c.sigma);
        svi_jump_wings const j = jump_wings_of(c, s.time);
        line.number(square_root(j.variance)).number(j.skew).number(j.put_slope);
        line.number(j.call_slope).number(square_root(j.minimum));
    } else {
        for (int i = 0; i < 10; ++i) line.none();
    }
    line.number(s.theta).integer(s.used).integer(s.inside).number(s.rmse).number(s.worst);
}

void arbitrage_line(std::string& out, surface_run const& run, surface_slice const& s) {
    row_text line(out);
    line.text(run.table.books[s.book].name).time(s.expiry).text(word(s.status));
    line.text(words_of_arbitrage(s.found));
    if (!s.has_curve()) {
        for (int i = 0; i < 7; ++i) line.none();
        return;
    }
    line.text(words_of_arbitrage(s.remaining));
    line.number(s.butterfly.value).number(s.butterfly.at);
    line.number(svi_put_slope(s.curve)).number(svi_call_slope(s.curve));
    bool const last = s.calendar.value == infinity;
    line.number(last ? not_quoted : s.calendar.value).number(last ? not_quoted : s.calendar.at);
}

/// A quote and the slice it belongs to.
struct placed_quote {
    surface_slice const* slice;
    surface_quote const* quote;
};

std::vector<placed_quote> all_quotes(surface_fit const& fit) {
    std::vector<placed_quote> all;
    for (surface_slice const& s : fit.slices)
        for (surface_quote const& q : s.quotes) all.push_back({&s, &q});
    return all;
}

void quote_line(std::string& out, surface_run const& run, placed_quote const& placed) {
    surface_quote const& q = *placed.quote;
    option_quote const& quoted = run.table.quotes[q.row];
    row_text line(out);
    line.text(run.table.books[quoted.book].name).time(quoted.expiry).text(quoted.name);
    line.text(quoted.type == option_type::put ? "P" : "C").number(quoted.strike).number(q.k);
    line.number(quoted.bid).number(quoted.ask).number(quoted.mark);
    line.number(q.vol_bid).number(q.vol).number(q.vol_ask).number(q.fitted);
    line.number(q.fitted - q.vol).text(word(q.use));
}

void book_json(json_text& json, surface_run const& run, std::size_t b) {
    book_surface const& book = run.fit.books[b];
    json.open_object();
    json.text("book", run.table.books[b].name);
    json.number("spot", run.table.books[b].spot);
    json.open_object("ssvi");
    bool const fitted = book.ssvi.status == ssvi_fit_status::fitted;
    json.text("status", fitted ? "fitted" : "no_quotes");
    if (fitted) {
        json.number("rho", book.ssvi.parameters.rho);
        json.number("eta", book.ssvi.parameters.phi.eta);
        json.number("gamma", book.ssvi.parameters.phi.gamma);
    }
    json.close_object();
    json.open_array("expiries");
    for (std::uint32_t i = book.first; i < book.last; ++i) {
        surface_slice const& s = run.fit.slices[i];
        json.open_object();
        std::string const time = time_text(s.expiry);
        json.text("expiry", time);
        json.number("years", s.time);
        json.text("status", word(s.status));
        json.number("forward", s.forward);
        json.number("discount", s.discount);
        if (s.has_curve()) {
            json.number("a", s.curve.a);
            json.number("b", s.curve.b);
            json.number("rho", s.curve.rho);
            json.number("m", s.curve.m);
            json.number("sigma", s.curve.sigma);
            json.number("theta", s.theta);
            json.integer("quotes", s.used);
            json.number("rmse", s.rmse);
            json.text("arbitrage_found", words_of_arbitrage(s.found));
            json.text("arbitrage_remaining", words_of_arbitrage(s.remaining));
        }
        json.close_object();
    }
    json.close_array();
    json.close_object();
}

}  // namespace

std::string words_of_arbitrage(std::uint8_t bits) {
    if (bits == 0) return "none";
    std::string words;
    auto const add = [&](std::uint8_t bit, char const* word) {
        if ((bits & bit) != 0) words += (words.empty() ? "" : " ") + std::string(word);
    };
    add(svi_arbitrage::invalid, "invalid");
    add(svi_arbitrage::butterfly, "butterfly");
    add(svi_arbitrage::wing, "wing");
    add(svi_arbitrage::calendar, "calendar");
    return words;
}

std::string surface_json(surface_run const& run) {
    json_text json;
    std::string const time = time_text(run.table.time);
    json.open_object();
    json.text("market", run.table.source);
    json.text("time", time);
    json.text("variance", "w(k) = a + b (rho (k - m) + sqrt((k - m)^2 + sigma^2)), k = ln(K / F)");
    json.open_array("books");
    for (std::size_t b = 0; b < run.fit.books.size(); ++b) book_json(json, run, b);
    json.close_array();
    json.close_object();
    return json.take();
}

std::vector<file_record> write_surface(std::filesystem::path const& folder,
                                       surface_run const& run) {
    auto const& slices = run.fit.slices;
    auto const quotes = all_quotes(run.fit);
    return {
        table(folder, "arbitrage.csv",
              "book,expiry,status,found,remaining,least_g,least_g_at,put_wing_slope,"
              "call_wing_slope,calendar_gap,calendar_gap_at\n",
              slices.size(),
              [&](std::string& out, std::size_t i) { arbitrage_line(out, run, slices[i]); }),
        table(folder, "exceptions.csv", "file,line,field,reason\n", run.rejected,
              [](std::string& out, exception_row const& row) {
                  row_text(out)
                      .text(row.file)
                      .integer(static_cast<std::int64_t>(row.line))
                      .text(row.field)
                      .text(row.reason);
              }),
        table(folder, "quotes.csv",
              "book,expiry,instrument,type,strike,k,bid,ask,mark,vol_bid,vol,vol_ask,fitted_vol,"
              "residual,use\n",
              quotes.size(),
              [&](std::string& out, std::size_t i) { quote_line(out, run, quotes[i]); }),
        table(folder, "slices.csv",
              "book,expiry,years,status,forward,discount,forward_from,a,b,rho,m,sigma,atm_vol,skew,"
              "put_slope,call_slope,least_vol,theta,quotes,inside,rmse,worst\n",
              slices.size(),
              [&](std::string& out, std::size_t i) { slice_line(out, run, slices[i]); }),
        write_text(folder, "surface.html", surface_html(run)),
        write_text(folder, "surface.json", surface_json(run)),
    };
}

}  // namespace lockstep
