#include "host/portfolio/load.h"

#include <tbb/concurrent_vector.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

#include "host/base/error.h"
#include "host/base/name_index.h"
#include "host/io/parallel_table.h"
#include "host/margin/query/model.h"
#include "host/portfolio/repeats.h"

namespace lockstep {
namespace fs = std::filesystem;
namespace {

constexpr std::array<csv_column, 2> account_columns{{{"account"}, {"model", false}}};
constexpr std::array<csv_column, 3> cash_columns{{{"account"}, {"asset"}, {"amount"}}};
constexpr std::array<csv_column, 4> position_columns{
    {{"account"}, {"instrument"}, {"quantity"}, {"entry_price", false}}};

/// The file as it is there: plain or .gz, and not both.
std::string file_in(fs::path const& folder, char const* name) {
    auto const plain = folder / name;
    auto const packed = folder / (std::string(name) + ".gz");
    bool const has_packed = fs::exists(packed);
    if (fs::exists(plain) && has_packed)
        throw input_error(plain.string() + ": stands beside " + packed.string() +
                          ", and which one counts is unclear; remove one");
    return (has_packed ? packed : plain).string();
}

struct tables {
    portfolio& out;
    market const& listed;
    exception_log& exceptions;

    void count(std::uint64_t read, std::uint64_t used) const {
        out.rows_read += read;
        out.rows_used += used;
        out.rows_rejected += read - used;
    }
};

constexpr std::size_t account_column = 0;  // of every table
constexpr std::size_t model_column = 1;    // of accounts

/// Accounts of rejected records, noted by any thread and put in order at the end.
using account_notes = tbb::concurrent_vector<account_id>;

/// What accounts.csv says of models. A name that is not known costs the name alone: without its
/// account, cash and positions would fall out of the run.
class model_reader {
  public:
    model_reader(tables const& to, account_notes& notes) : to_(to), notes_(notes) {}

    void read(csv_reader const& table, account_id account) {
        std::string_view const name = table[model_column];
        std::uint8_t model = model_of_the_run;
        if (!name.empty() && !find(name, model)) {
            to_.exceptions.push_back({table.file(), table.line(), "model",
                                      "is no margin model: " + in_quotes(name) +
                                          "; the account is margined by the model of the run",
                                      std::string(table[account_column])});
            notes_.push_back(account);
        }
        if (model != model_of_the_run) named_ = true;
        to_.out.models.push_back(model);
    }
    void finish() {
        if (!named_) to_.out.models.clear();
    }

  private:
    bool find(std::string_view name, std::uint8_t& model) const {
        for (std::size_t m = 0; m < known_.size(); ++m)
            if (name == known_[m].name) return model = static_cast<std::uint8_t>(m), true;
        return false;
    }

    tables const& to_;
    account_notes& notes_;
    std::vector<model_description> const known_ = margin_models();
    bool named_ = false;
};

void load_accounts(std::string const& path, tables const& to, account_notes& notes,
                   name_index& accounts) {
    csv_reader table(path, to.exceptions);
    table.choose(account_columns);
    line_runs lines;
    auto& names = to.out.accounts;
    model_reader models(to, notes);
    while (table.next()) {
        auto const name = table[0];
        if (name.empty()) {
            table.reject(0, "is empty");
        } else if (auto const first = accounts.find(name); first != name_index::none) {
            table.reject(0, "is named already in line " + std::to_string(lines.line_of(first)));
            notes.push_back({first});  // which of the models is meant is not known
        } else if (names.size() == name_index::none) {
            throw input_error(table.file(), table.line(), "more accounts than 32 bits can name");
        } else {
            lines.add(names.size(), table.line());
            names.emplace_back(name);
            accounts.add_last();
            models.read(table, {static_cast<std::uint32_t>(names.size() - 1)});
        }
    }
    models.finish();
    to.count(table.records_read(), names.size());
}

field_fault take_id(name_index const& index, csv_layout const& layout, csv_record const& record,
                    std::size_t column, char const* otherwise, std::uint32_t& id) {
    auto const name = layout.field(record, column);
    id = index.find(name);
    if (id != name_index::none) return {};
    return {column, name.empty() ? "is empty" : otherwise + in_quotes(name)};
}

field_fault take_nanos(csv_layout const& layout, csv_record const& record, std::size_t column,
                       std::int64_t& nanos) {
    auto const text = layout.field(record, column);
    auto const parsed = parse_nanos(text);
    nanos = parsed.nanos;
    if (parsed.fault == number_fault::none) return {};
    return {column, reason_for(parsed.fault, text)};
}

constexpr char const* not_an_account = "is no account of accounts.csv: ";
/// Parses with `Parse` and notes the account of a record that is rejected for another reason.
template <class Row, class Parse>
class noting_parser {
  public:
    noting_parser(Parse const& parse, name_index const& accounts, account_notes& notes)
        : parse_(parse), accounts_(accounts), notes_(notes) {}

    field_fault operator()(csv_layout const& layout, csv_record const& record, Row& row) const {
        field_fault fault = parse_(layout, record, row);
        if (fault && fault.column != account_column) notes_.push_back(row.account);
        return fault;
    }
    void misfit(csv_layout const& layout, csv_record const& record) const {
        auto const id = accounts_.find(layout.field_if_there(record, account_column));
        if (id != name_index::none) notes_.push_back({id});
    }

  private:
    Parse const& parse_;
    name_index const& accounts_;
    account_notes& notes_;
};

std::vector<account_id> in_order(account_notes const& notes) {
    std::vector<account_id> accounts(notes.begin(), notes.end());
    std::sort(accounts.begin(), accounts.end());
    accounts.erase(std::unique(accounts.begin(), accounts.end()), accounts.end());
    return accounts;
}

class cash_parser {
  public:
    cash_parser(name_index const& accounts, name_index const& assets)
        : accounts_(accounts), assets_(assets) {}

    field_fault operator()(csv_layout const& layout, csv_record const& record,
                           cash_row& row) const {
        enum column : std::size_t { account, asset, amount };
        if (auto fault =
                take_id(accounts_, layout, record, account, not_an_account, row.account.value))
            return fault;
        if (auto fault = take_id(assets_, layout, record, asset,
                                 "is no settlement asset of the market: ", row.asset.value))
            return fault;
        return take_nanos(layout, record, amount, row.amount.nanos);
    }

  private:
    name_index const& accounts_;
    name_index const& assets_;
};

class position_parser {
  public:
    position_parser(name_index const& accounts, name_index const& instruments,
                    std::vector<instrument_row> const& rows)
        : accounts_(accounts), instruments_(instruments), rows_(rows) {}

    field_fault operator()(csv_layout const& layout, csv_record const& record,
                           holding_row& row) const {
        enum column : std::size_t { account, instrument, size, entry };
        if (auto fault =
                take_id(accounts_, layout, record, account, not_an_account, row.account.value))
            return fault;
        if (auto fault = take_id(instruments_, layout, record, instrument,
                                 "is not listed in the market: ", row.instrument.value))
            return fault;
        if (auto fault = take_nanos(layout, record, size, row.size.nanos)) return fault;
        if (row.size.nanos == 0) return {size, "is zero"};
        // What an option was bought at is in the cash already.
        if (rows_[row.instrument.value].kind == instrument_kind::option) return {};
        if (auto fault = take_nanos(layout, record, entry, row.entry.nanos)) return fault;
        if (row.entry.nanos <= 0) return {entry, "is not above zero"};
        return {};
    }

  private:
    name_index const& accounts_;
    name_index const& instruments_;
    std::vector<instrument_row> const& rows_;
};

std::string instrument_of(cash_row const&, market const&) { return {}; }
std::string instrument_of(holding_row const& row, market const& listed) {
    return listed.names[row.instrument.value];
}

/// Takes the repeated rows out again, each with a word about the first.
template <class Row>
void reject_repeats(loaded_rows<Row>& loaded, std::vector<std::string> const& accounts,
                    market const& listed, char const* what, exception_log& rejected,
                    account_notes& notes) {
    if (loaded.rows.size() > std::numeric_limits<std::uint32_t>::max())
        throw input_error(loaded.file + ": has more rows than 32 bits can count");
    auto const again = repeats(std::span<Row const>(loaded.rows), accounts.size());
    if (again.empty()) return;
    for (auto const& [row, first] : again) {
        Row const& again_there = loaded.rows[row];
        notes.push_back(again_there.account);
        rejected.push_back({loaded.file, loaded.lines.line_of(row), "",
                            what + std::to_string(loaded.lines.line_of(first)),
                            accounts[again_there.account.value],
                            instrument_of(again_there, listed)});
    }
    std::size_t kept = again.front().row;
    auto next = again.begin();
    for (std::size_t at = kept; at < loaded.rows.size(); ++at) {
        if (next != again.end() && at == next->row)
            ++next;
        else
            loaded.rows[kept++] = loaded.rows[at];
    }
    loaded.rows.resize(kept);
}

template <class Row, class Parse>
std::vector<Row> load_table(std::string const& path, std::span<csv_column const> columns,
                            Parse const& parse, char const* repeated, name_index const& accounts,
                            tables const& to, account_notes& notes) {
    exception_log rejected;
    noting_parser<Row, Parse> const noting(parse, accounts, notes);
    auto loaded = load_rows<Row>(path, columns, noting, rejected);
    reject_repeats(loaded, to.out.accounts, to.listed, repeated, rejected, notes);
    rejected.sort_by_line();
    to.exceptions.append(rejected);
    to.count(loaded.records_read, loaded.rows.size());
    return std::move(loaded.rows);
}

}  // namespace

portfolio load_portfolio(fs::path const& folder, market const& market, exception_log& exceptions) {
    portfolio out;
    tables const to{out, market, exceptions};
    account_notes notes;
    name_index accounts(out.accounts);
    load_accounts(file_in(folder, "accounts.csv"), to, notes, accounts);
    name_index const assets(market.assets);
    out.cash = load_table<cash_row>(
        file_in(folder, "cash.csv"), cash_columns, cash_parser(accounts, assets),
        "gives the account's cash in this asset again after line ", accounts, to, notes);
    name_index const instruments(market.names);
    out.positions = load_table<holding_row>(
        file_in(folder, "positions.csv"), position_columns,
        position_parser(accounts, instruments, market.instruments),
        "gives the account's position in this instrument again after line ", accounts, to, notes);
    out.incomplete = in_order(notes);
    return out;
}

}  // namespace lockstep
