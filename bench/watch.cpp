// `lockstep bench watch`: a tick through the whole watch (marks, risk arrays, who is reached, sums
// and rule, verdicts), without the bands; and with the totals that come after the verdicts.
#include <fmt/core.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>

#include <cstring>
#include <map>
#include <utility>

#include "bench/benches.h"
#include "bench/book.h"
#include "bench/inputs.h"
#include "host/watch/watcher.h"

namespace lockstep::bench {

namespace {

constexpr std::size_t positions_per_account = 10;
constexpr std::uint32_t expiries = 16;

/// Coin-settled options of one underlying: as the chain of the margin bench, with names and days.
market chain_market(std::size_t instruments, std::uint64_t seed) {
    market listed;
    listed.time = {1'777'626'300'000'000'000};
    listed.source = "bench";
    listed.assets = {"BTC"};
    listed.underlyings = {{"BTC", coin_forward}};
    draws const draw(seed, 2);
    for (std::size_t i = 0; i < instruments; ++i) {
        auto const day = static_cast<std::int64_t>(draw.one_of(i, 0, expiries));
        instrument_row row{};
        row.strike.nanos =
            static_cast<std::int64_t>(coin_forward * draw.between(i, 1, 0.4, 2.5)) * nanos_per_unit;
        row.expiry = {listed.time.value + (1 + 5 * day * day / 2) * ns_per_day};
        row.type = draw.one_of(i, 3, 2) == 0 ? option_type::call : option_type::put;
        row.settle = settlement::inverse;
        listed.instruments.push_back(row);
        listed.names.push_back("option " + std::to_string(i));
        quote seen;
        seen.time = listed.time;
        seen.underlying = coin_forward * (1.0 + 0.005 * static_cast<double>(day));
        seen.vol = draw.between(i, 2, 0.3, 1.1);
        listed.quotes.push_back(seen);
    }
    return listed;
}

/// What accounts own in coins, beside positions that are as likely short as long.
struct wealth {
    char const* name;
    double coins_from, coins_to;
};
constexpr wealth stressed{"stressed", 0, 4};
constexpr wealth calm{"calm", 10, 60};

portfolio accounts_in(std::size_t accounts, std::size_t held, std::size_t instruments,
                      wealth const& owned, std::uint64_t seed) {
    portfolio all;
    draws const draw(seed, 3);
    for (std::uint32_t a = 0; a < accounts; ++a) {
        all.accounts.push_back(std::to_string(a));
        all.cash.push_back({{a},
                            {0},
                            {static_cast<std::int64_t>(
                                draw.between(a, 0, owned.coins_from, owned.coins_to) * 1e9)}});
        for (std::size_t p = 0; p < held; ++p) {
            auto const column = static_cast<std::uint32_t>(1 + 2 * p);
            auto const tenths = static_cast<std::int64_t>(draw.one_of(a, column, 100)) - 50;
            auto const id = static_cast<std::uint32_t>(draw.one_of(a, column + 1, instruments));
            all.positions.push_back(
                {{a}, {id}, {(tenths < 0 ? tenths : tenths + 1) * 100'000'000}, {0}});
        }
    }
    return all;
}

/// One watch for each contender, and a tick that takes it away and another that brings it back.
class watched_book {
  public:
    watched_book(market const& listed, portfolio const& held, backend_options const& options,
                 bool bounds)
        : device_(make_backend(options)),
          watch_(listed, held, load_preset("deribit_pm"), {.bands = false, .bounds = bounds},
                 *device_) {
        for (std::uint32_t i = 0; i < listed.instruments.size(); ++i) {
            quote const& q = listed.quotes[i];
            back_.marks.push_back({{i}, q.underlying, q.vol});
            away_.marks.push_back({{i}, q.underlying * 0.99, q.vol * 1.02});
        }
        away_.indexes.push_back({{0}, coin_forward * 0.99});
        back_.indexes.push_back({{0}, coin_forward});
        away_.time = back_.time = listed.time;
    }
    /// Seconds of the tick back, in which `share` of the instruments move, and if asked of the
    /// totals after it; with a device the host's share of the work has all cores.
    double run(double share, bool totals, int cores) {
        auto const cut = [&](tick t) {
            if (share == 1.0) return t;
            t.indexes.clear();
            t.marks.resize(static_cast<std::size_t>(share * static_cast<double>(t.marks.size())));
            return t;
        };
        int const host_cores = cores > 0 ? cores : oneapi::tbb::info::default_concurrency();
        tbb::global_control const limit(tbb::global_control::max_allowed_parallelism,
                                        static_cast<std::size_t>(host_cores));
        watch_.apply(cut(away_));
        tick const back = cut(back_);
        if (totals) watch_.count();  // that those of the tick back are all it has to bring up
        return clocked(cores, [&] {
            report_ = watch_.apply(back);
            if (totals) watch_.count();
        });
    }
    std::string digest() { return digest_text(watch_.digest()); }
    watcher& watch() { return watch_; }
    tick_report const& report() const { return report_; }

  private:
    std::unique_ptr<backend> device_;
    watcher watch_;
    tick away_, back_;
    tick_report report_;
};

/// Every set against the whole rule of the plainest backend.
std::string check_book(watched_book& book) {
    watcher& watch = book.watch();
    tick_report const& report = book.report();
    watch.catch_up();
    std::vector<margin_row> rows(watch.sets().sets.size());
    make_backend({backend_kind::cpu, 0, "base"})
        ->margin({watch.sets().batch(), watch.market_now().matrix(0),
                  view_of(watch.market_now().rules(0).rules), view_of(rows)});
    for (std::size_t s = 0; s < rows.size(); ++s) {
        check_row const wanted = check_of(rows[s]);
        if (std::memcmp(&wanted, &watch.checks()[s], sizeof wanted) != 0)
            throw check_failed(fmt::format(
                "watch: set {} has maintenance margin {}, the whole "
                "rule says {}",
                s, watch.checks()[s].maintenance_margin.nanos, wanted.maintenance_margin.nanos));
    }
    if (!watch.check_all().changes.empty())
        throw check_failed("watch: a check of everything says something else than the tick did");
    watch_counts const counts = watch.count();
    return fmt::format(
        "all {} sets against the whole rule, all verdicts against a full check; the tick's bounds "
        "answered for {} positions, {} sets were checked; {} accounts are liquidatable",
        rows.size(), report.positions_bounded, report.sets_checked,
        counts.by_verdict[static_cast<std::size_t>(verdict::liquidatable)]);
}

struct book_of_contenders {
    std::vector<std::pair<cpu_choice, std::shared_ptr<watched_book>>> all;
    std::size_t accounts, positions;

    book_of_contenders(settings const& chosen, std::size_t instruments, std::size_t count,
                       std::size_t held, wealth const& owned)
        : accounts(count), positions(count * held) {
        market const listed = chain_market(instruments, chosen.seed);
        portfolio const held_by = accounts_in(count, held, instruments, owned, chosen.seed);
        std::vector<cpu_choice> choices = cpu_choices(chosen);
        add_device(choices, chosen);
        // The peer: everyone who holds what moved is checked, as fast as this machine can.
        cpu_choice every = choices.back();
        every.name += ", no bounds";
        choices.insert(choices.begin(), every);
        for (cpu_choice const& choice : choices)
            all.emplace_back(choice, std::make_shared<watched_book>(listed, held_by, choice.options,
                                                                    &choice != &choices.front()));
    }
    bench_case tick(std::string const& name, double share, bool totals = false) const {
        bench_case work;
        work.name = name;
        work.size = accounts;
        work.size_of_what = "accounts";
        work.items = static_cast<double>(positions) * scenario_count;
        work.item = "position-scenario of the book";
        work.wipe = [] {};
        work.check = [book = all.back().second] { return check_book(*book); };
        for (auto const& [choice, book] : all)
            work.contenders.push_back({choice.name, choice.cores,
                                       [book = book, share, totals, cores = choice.cores] {
                                           return book->run(share, totals, cores);
                                       },
                                       [book = book] { return book->digest(); }});
        work.peer = work.contenders.front().name;
        return work;
    }
};

}  // namespace

void bench_watch(settings const& chosen, case_sink const& sink) {
    auto const sizes =
        chosen.sizes.empty() ? std::vector<std::size_t>{10'000, 100'000, 1'000'000} : chosen.sizes;
    auto const instruments =
        chosen.instruments.empty() ? std::vector<std::size_t>{2'000} : chosen.instruments;
    for (std::size_t const count : instruments)
        for (std::size_t const size : sizes) {
            for (wealth const& owned : {stressed, calm}) {
                book_of_contenders const books(chosen, count, size, positions_per_account, owned);
                std::string const what =
                    fmt::format("tick, {} accounts, {} instruments, ", owned.name, count);
                sink(books.tick(what + "all of them move", 1.0));
                sink(books.tick(what + "5 % of them move", 0.05));
                sink(books.tick(what + "5 % of them move, and the totals", 0.05, true));
            }
        }
    book_of_contenders const one(chosen, 100, 1, 100, stressed);
    sink(one.tick("tick, one portfolio of 100 options, all of them move", 1.0));
}

}  // namespace lockstep::bench
