// Tables of an explained profit or loss. Pure formatting.
#include <iterator>

#include "host/io/json_text.h"
#include "host/io/timestamp.h"
#include "host/pnl/explain_pnl.h"
#include "host/report/exception_table.h"
#include "host/report/manifest.h"
#include "host/report/table_cells.h"

namespace lockstep {

namespace {

constexpr char const* amounts_header =
    "value_from,value_to,change,delta,gamma,vega,theta,rho,vanna,volga,residual,funding";
constexpr char const* term_names[] = {"delta", "gamma", "vega", "theta", "rho", "vanna", "volga"};
static_assert(std::size(term_names) == pnl_term_count);

void sum_cells(row_text& line, pnl_sum const& sum) {
    line.nanos(sum.value_from).nanos(sum.value_to).nanos(sum.value_to - sum.value_from);
    for (int128 const term : sum.terms) line.nanos(term);
    line.nanos(sum.residual()).nanos(sum.funding);
}

void instrument_line(std::string& out, pnl_result const& all, std::size_t i) {
    instrument_row const& contract = all.from.instruments[i];
    int const places = risk_places_of(contract.settle);
    bool const explained = all.status[i] == pnl_status::explained;
    row_text line(out);
    line.text(all.from.names[i])
        .text(all.from.assets[contract.settle_asset.value])
        .text(word(all.status[i]))
        .number(all.from.quotes[i].underlying)
        .number(explained ? all.to.quotes[all.place_in_to[i]].underlying : not_quoted)
        .number(all.from.quotes[i].vol)
        .number(explained ? all.to.quotes[all.place_in_to[i]].vol : not_quoted);
    pnl_row const& row = all.rows[i];
    auto const cell = [&](std::int64_t amount) {
        explained ? line.scaled(amount, places) : line.none();
    };
    cell(row.value_from);
    cell(row.value_to);
    cell(row.value_to - row.value_from);
    for (std::int64_t const term : row.terms) cell(term);
    cell(row.residual());
    cell(all.funding[i]);
}

void exception_line(std::string& out, pnl_result const& all, std::size_t i) {
    excluded_position const& row = all.sets.excluded[i];
    bool const instrument = row.fault == position_fault::instrument_cannot_be_valued;
    row_text(out)
        .none()
        .none()
        .text(all.account_names[row.account.value])
        .text(all.from.names[row.instrument.value])
        .none()
        .text(std::string("is left out: ") +
              (instrument ? word(all.status[row.instrument.value]) : sentence(row.fault)));
}

template <class LineT>
file_record table(std::string const& folder, char const* name, char const* header, std::size_t rows,
                  LineT const& line) {
    result_file file(folder, name);
    file.write(header);
    file.write(amounts_header);
    file.write("\n");
    write_rows(file, rows, line);
    return file.finish();
}

std::vector<file_record> write_tables(std::string const& folder, pnl_result const& all) {
    return {
        table(folder, "accounts.csv", "account,asset,", all.pools.size(),
              [&](std::string& out, std::size_t i) {
                  row_text line(out);
                  line.text(all.account_names[all.pools[i].account.value])
                      .text(all.from.assets[all.pools[i].asset.value]);
                  sum_cells(line, all.pools[i].sum);
              }),
        table(folder, "books.csv", "book,asset,", all.by_book.size(),
              [&](std::string& out, std::size_t i) {
                  row_text line(out);
                  line.text(name_of_book(all.from, all.books.rows[i]))
                      .text(all.from.assets[all.books.rows[i].asset.value]);
                  sum_cells(line, all.by_book[i]);
              }),
        write_exceptions(folder, all.rejected, all.sets.excluded.size(),
                         [&](std::string& out, std::size_t i) { exception_line(out, all, i); }),
        table(folder, "instruments.csv",
              "instrument,asset,status,underlying_from,underlying_to,vol_from,vol_to,",
              all.rows.size(),
              [&](std::string& out, std::size_t i) { instrument_line(out, all, i); }),
    };
}

file_record write_text(std::string const& folder, char const* name, std::string const& text) {
    result_file file(folder, name);
    file.write(text);
    return file.finish();
}

void list(json_text& json, char const* name, std::vector<file_record> const& files) {
    json.open_array(name);
    for (file_record const& file : files) {
        json.open_object();
        json.text("file", file.name);
        json.text("sha256", file.sha256);
        json.close_object();
    }
    json.close_array();
}

void write_time(json_text& json, char const* name, utc_ns time) {
    json.text(name, time_text(time));
}

}  // namespace

std::string pnl_json(pnl_result const& all) {
    json_text json;
    json.open_object();
    write_time(json, "from", all.from.time);
    write_time(json, "to", all.to.time);
    json.integer("accounts", static_cast<std::int64_t>(all.account_names.size()));
    json.integer("exceptions",
                 static_cast<std::int64_t>(all.rejected.size() + all.sets.excluded.size()));
    json.open_array("books");
    for (std::size_t b = 0; b < all.by_book.size(); ++b) {
        pnl_sum const& sum = all.by_book[b];
        json.open_object();
        json.text("book", name_of_book(all.from, all.books.rows[b]));
        json.nanos("value_from", sum.value_from);
        json.nanos("value_to", sum.value_to);
        json.nanos("change", sum.value_to - sum.value_from);
        for (std::uint32_t t = 0; t < pnl_term_count; ++t) json.nanos(term_names[t], sum.terms[t]);
        json.nanos("residual", sum.residual());
        json.nanos("funding", sum.funding);
        json.close_object();
    }
    json.close_array();
    json.close_object();
    return json.take();
}

void write_pnl(std::string const& folder, pnl_paths const& paths, pnl_result const& all) {
    std::vector<file_record> outputs = write_tables(folder, all);
    outputs.push_back(write_text(folder, "summary.json", pnl_json(all)));
    json_text json;
    json.open_object();
    list(json, "inputs",
         digest_inputs({paths.from, paths.perpetuals_from, paths.to, paths.perpetuals_to,
                        paths.portfolio, paths.funding}));
    list(json, "outputs", outputs);
    json.close_object();
    write_text(folder, "manifest.json", json.take());
}

}  // namespace lockstep
