#include "host/generate/exchange.h"

#include <fmt/format.h>

#include <stdexcept>
#include <string>

#include "host/base/error.h"
#include "host/generate/chain.h"
#include "host/io/json_text.h"
#include "host/io/output_file.h"
#include "host/io/timestamp.h"
#include "host/market/load.h"

namespace lockstep {
namespace fs = std::filesystem;
namespace {

void write_text(fs::path const& path, std::string_view text) {
    output_file file(path);
    file.write(text);
    file.close();
}

/// The chain as its readers will see it, with the futures and perpetuals that it implies.
market write_and_load_chain(exchange_plan const& plan, fs::path const& path) {
    output_file file(path);
    write_chain({plan.seed, plan.options_per_underlying, plan.time},
                [&](std::string_view text) { file.write(text); });
    file.close();
    exception_log exceptions;
    auto loaded = load_market(path.string(), exceptions);
    if (!exceptions.empty())
        throw std::logic_error("the generated chain is rejected in line " +
                               std::to_string(exceptions.front().line) + ": " +
                               exceptions.front().field + " " + exceptions.front().reason);
    return loaded;
}

market load_chain(std::string const& path) {
    exception_log rejected;
    return load_market(path, rejected);
}

std::string in_json(std::string_view text) {
    json_text json(false);
    json.text(text);
    return json.take();
}

std::string command_of(exchange_plan const& plan) {
    if (!plan.market.empty())
        return fmt::format(
            "lockstep generate --seed {} --accounts {} --positions-per-account {} --chain {} "
            "--out DIR",
            plan.seed, plan.accounts, plan.positions_per_account, plan.market);
    return fmt::format(
        "lockstep generate --seed {} --accounts {} --positions-per-account {} --options {} "
        "--time {} --out DIR",
        plan.seed, plan.accounts, plan.positions_per_account, plan.options_per_underlying,
        time_text(plan.time));
}

constexpr char const* readme = R"(# A synthetic exchange

Every file in this folder was written by

    {}

and is the same to the last byte wherever that is run. Nothing here was traded by anyone.

- `chain.csv`: {} options on BTC and ETH (settled in the coin) and on SOL and XRP (settled in USDC),
  with the futures that stand behind their forwards.
- `portfolio/`: {} accounts, {} positions in {} instruments, {} amounts of cash. Account sizes and
  leverage have the shape of a real cascade of liquidations (host/generate/account_shape.h); the
  account HOUSE holds the other side of all others.

data/FORMATS.md in the source tree describes the formats.
)";

constexpr char const* readme_of_accounts = R"(# Synthetic accounts for a chain of others

Every file in this folder was written by

    {}

and is the same to the last byte wherever that is run over the same chain ({} options). Nobody ever
had these positions.

- `portfolio/`: {} accounts, {} positions in {} instruments, {} amounts of cash. Account sizes and
  leverage have the shape of a real cascade of liquidations (host/generate/account_shape.h); the
  account HOUSE holds the other side of all others.

data/FORMATS.md in the source tree describes the formats.
)";

constexpr char const* manifest = R"({{
  "kind": "synthetic exchange",
  "command": {},
  "options": {},
  "instruments": {},
  "accounts": {},
  "cash_rows": {},
  "positions": {}
}}
)";

book_counts write_portfolio(exchange_plan const& plan, market const& market, fs::path const& folder,
                            std::function<void(std::uint64_t)> const& progress) {
    fs::create_directory(folder);
    output_file accounts(folder / "accounts.csv");
    output_file cash(folder / "cash.csv");
    output_file positions(folder / "positions.csv");
    book_sink const to{[&](std::string_view text) { accounts.write(text); },
                       [&](std::string_view text) { cash.write(text); },
                       [&](std::string_view text) { positions.write(text); }, progress};
    auto const counts =
        write_book({plan.seed, plan.accounts, plan.positions_per_account}, market, to);
    accounts.close();
    cash.close();
    positions.close();
    return counts;
}

}  // namespace

exchange_counts write_exchange(exchange_plan const& plan, fs::path const& folder,
                               std::function<void(std::uint64_t)> const& progress) {
    bool const own_chain = plan.market.empty();
    auto const market =
        own_chain ? write_and_load_chain(plan, folder / "chain.csv") : load_chain(plan.market);
    auto const book = write_portfolio(plan, market, folder / "portfolio", progress);
    auto const command = command_of(plan);
    auto const listed = market.instruments.size();
    write_text(folder / "README.md",
               fmt::format(fmt::runtime(own_chain ? readme : readme_of_accounts), command,
                           market.rows_used, book.accounts, book.positions, listed, book.cash));
    write_text(folder / "manifest.json",
               fmt::format(manifest, in_json(command), market.rows_used, listed, book.accounts,
                           book.cash, book.positions));
    return {listed, book};
}

exchange_counts generate_exchange(exchange_plan const& plan, fs::path const& target,
                                  std::function<void(std::uint64_t)> const& progress) {
    atomic_directory out(target);
    exchange_counts const counts = write_exchange(plan, out.path(), progress);
    out.commit();
    return counts;
}

}  // namespace lockstep
