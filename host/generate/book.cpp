#include "host/generate/book.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "host/generate/account_shape.h"
#include "host/generate/contracts.h"
#include "host/generate/draws.h"
#include "host/io/number_text.h"
#include "pricing/base/quantise.h"

namespace lockstep {
namespace {

// What stands in no data we have and is a choice: how accounts spread over what there is to trade.
constexpr std::array<double, 3> group_ends{0.5, 0.8, 1};  // half in the first asset, ...
constexpr double trades_in_two_assets = 0.2;
constexpr double prefers_an_option = 0.75;
constexpr double prefers_the_perpetual = 0.7;
// One account in two hundred is a desk with twenty times as many positions.
constexpr double desk_share = 0.005, desk_factor = 20;
// No position above this in USD: all that the HOUSE takes over must fit in 64 bits of billionths.
constexpr double largest_position_usd = 5e8;
// What the HOUSE has in each asset: half of what it holds there, up to this in USD.
constexpr double house_share = 0.5, house_usd_most = 4e9;
constexpr double cash_most = 9e9;  // units of an asset, that they fit too

struct holding {
    std::uint32_t instrument;
    std::int64_t size;   // nanos
    std::int64_t entry;  // nanos; zero for options
};

/// What an account has in one settlement asset.
struct pocket {
    contract_group const* group = nullptr;
    std::vector<holding> held;
    double notional_usd = 0;
};

class dealer {
  public:
    dealer(book_plan const& plan, market const& market, book_sink const& to)
        : plan_(plan),
          names_(market.names),
          all_(contracts_of(market)),
          to_(to),
          open_(names_.size(), 0),
          used_by_(names_.size(), 0) {}

    book_counts deal() {
        to_.accounts("account\n");
        to_.cash("account,asset,amount\n");
        to_.positions("account,instrument,quantity,entry_price\n");
        for (std::uint64_t at = 0; at < plan_.accounts; ++at) {
            deal_account(at);
            to_.progress(at + 1);
        }
        std::uint64_t const of_others = counts_.positions;
        close_the_house();
        counts_.of_house = counts_.positions - of_others;
        return counts_;
    }

  private:
    void deal_account(std::uint64_t at) {
        draws from(plan_.seed, draw_stream::account, at);
        auto const shape = draw_account_shape(from);
        name_of(at);
        std::size_t const first = pick_group(from);
        bool const two = from.happens(trades_in_two_assets) && all_.groups.size() > 1;
        std::size_t const pockets = two ? 2 : 1;
        std::uint32_t const count = draw_count(from, shape.rank);
        double const notional = shape.equity * shape.leverage;
        double total = 0;
        for (std::size_t p = 0; p < pockets; ++p) {
            auto& into = pockets_[p];
            into.group = &all_.groups[(first + p) % all_.groups.size()];
            into.held.clear();
            into.notional_usd = 0;
            std::uint32_t const here = p == 0 ? count - count / 2 * (two ? 1 : 0) : count / 2;
            fill(into, static_cast<std::uint32_t>(at + 1), here,
                 notional / static_cast<double>(pockets), from);
            total += into.notional_usd;
        }
        double const equity = shape.deficit > 0 ? -shape.deficit : total / shape.leverage;
        write_account();
        for (std::size_t p = 0; p < pockets; ++p) {
            auto const& from_here = pockets_[p];
            write_pocket(from_here, equity * (from_here.notional_usd / total));
        }
    }

    std::size_t pick_group(draws& from) const {
        double const u = from.uniform();
        for (std::size_t at = 0; at + 1 < std::min(all_.groups.size(), group_ends.size()); ++at)
            if (u < group_ends[at]) return at;
        return std::min(all_.groups.size(), group_ends.size()) - 1;
    }

    /// At least one; more for who has more, so that the average is the plan's.
    std::uint32_t draw_count(draws& from, double rank) const {
        double const mean =
            plan_.positions_per_account / (1 + desk_share * (desk_factor - 1)) * 2 * rank - 1;
        bool const desk = from.happens(desk_share);
        double const wanted = desk ? (mean + 1) * desk_factor - 1 : mean;
        return 1 + from.count_with_mean(wanted, 100'000);
    }

    void fill(pocket& into, std::uint32_t stamp, std::uint32_t count, double notional,
              draws& from) {
        count = std::min(count, static_cast<std::uint32_t>(into.group->size()));
        for (std::uint32_t left = count; left > 0; --left) {
            // The rest of the notional is broken at a random place, its parts are alike on average.
            double const rest = std::max(notional - into.notional_usd, 0.0);
            double const part = left == 1 ? rest : rest * 2 / left * from.uniform();
            auto const instrument = pick(*into.group, stamp, part, from);
            used_by_[instrument] = stamp;
            auto const& terms = all_.by_instrument[instrument];
            double const usd = std::min(part, largest_position_usd);
            double const lots = usd / terms.lot_usd();
            std::int64_t const whole = std::max<std::int64_t>(quantise_nearest(lots, 1).value, 1);
            holding h{instrument, whole * terms.lot, 0};
            into.notional_usd += static_cast<double>(whole) * terms.lot_usd();
            if (!terms.is_option) h.entry = draw_entry(terms, from);
            h.size *= sign_for(instrument, h.size, from);
            into.held.push_back(h);
        }
    }

    /// An instrument that the account does not hold yet and, if there is one, can afford.
    std::uint32_t pick(contract_group const& group, std::uint32_t stamp, double usd, draws& from) {
        auto held = [&](std::uint32_t instrument) { return used_by_[instrument] == stamp; };
        if (!group.options.empty() && from.happens(prefers_an_option)) {
            for (int tries = 0; tries < 4; ++tries) {
                auto const a = one_of(group.options, from), b = one_of(group.options, from);
                // Of two, the one nearer to the money is what people trade.
                bool const nearer =
                    all_.by_instrument[a].distance <= all_.by_instrument[b].distance;
                auto const option = nearer ? a : b;
                if (!held(option) && all_.by_instrument[option].lot_usd() <= 2 * usd) return option;
            }
        }
        bool const perpetual = from.happens(prefers_the_perpetual);
        for (auto const* list : perpetual ? std::array{&group.perpetuals, &group.futures}
                                          : std::array{&group.futures, &group.perpetuals})
            if (auto const found = first_free(*list, held, from); found != none) return found;
        return first_free(group.options, held, from);
    }

    static constexpr std::uint32_t none = ~std::uint32_t{0};

    static std::uint32_t one_of(std::vector<std::uint32_t> const& list, draws& from) {
        return list[from.below(static_cast<std::uint32_t>(list.size()))];
    }
    template <class Held>
    static std::uint32_t first_free(std::vector<std::uint32_t> const& list, Held const& held,
                                    draws& from) {
        if (list.empty()) return none;
        std::size_t const start = from.below(static_cast<std::uint32_t>(list.size()));
        for (std::size_t step = 0; step < list.size(); ++step)
            if (auto const at = list[(start + step) % list.size()]; !held(at)) return at;
        return none;
    }

    /// Two per cent around the mark, on a tick.
    static std::int64_t draw_entry(contract const& terms, draws& from) {
        double const price = terms.mark * (1 + 0.02 * from.normal());
        double const ticks = price * 1e9 / static_cast<double>(terms.price_tick);
        return std::max<std::int64_t>(quantise_nearest(ticks, 1).value, 1) * terms.price_tick;
    }

    std::int64_t sign_for(std::uint32_t instrument, std::int64_t size, draws& from) {
        std::int64_t& open = open_[instrument];
        bool const buys = from.happens(0.5);
        std::int64_t sign = buys ? 1 : -1;
        if (open >= size) sign = -1;
        if (open <= -size) sign = 1;
        open += sign * size;
        return sign;
    }

    /// Takes the other side of what all accounts hold in sum, with cash for all of it.
    void close_the_house() {
        name_ = "HOUSE";
        write_account();
        for (auto const& group : all_.groups) {
            pocket house{&group, {}, 0};
            for (auto const* list : {&group.options, &group.futures, &group.perpetuals})
                for (auto const instrument : *list) {
                    if (open_[instrument] == 0) continue;
                    auto const& terms = all_.by_instrument[instrument];
                    auto const ticks = quantise_nearest(
                        terms.mark * 1e9 / static_cast<double>(terms.price_tick), 1);
                    house.held.push_back({instrument, -open_[instrument],
                                          terms.is_option ? 0 : ticks.value * terms.price_tick});
                    double const size = static_cast<double>(open_[instrument]) * 1e-9;
                    house.notional_usd += terms.unit_usd * (size < 0 ? -size : size);
                }
            write_pocket(house, std::min(house.notional_usd * house_share, house_usd_most));
        }
    }

    void name_of(std::uint64_t at) {
        auto const digits = std::to_string(at + 1);
        auto const width = std::to_string(plan_.accounts).size();
        name_.assign(1, 'A');
        name_.append(width - digits.size(), '0');
        name_ += digits;
    }
    void write_account() {
        line_ = name_;
        line_ += '\n';
        to_.accounts(line_);
        ++counts_.accounts;
    }
    void write_pocket(pocket const& of, double equity_usd) {
        double value = 0;
        for (auto const& h : of.held) {
            auto const& terms = all_.by_instrument[h.instrument];
            value += terms.value(h.size, h.entry);
            line_ = name_;
            line_ += ',';
            line_ += names_[h.instrument];
            line_ += ',';
            append_scaled(line_, h.size, 9);
            line_ += ',';
            if (!terms.is_option) append_scaled(line_, h.entry, 9);
            line_ += '\n';
            to_.positions(line_);
        }
        counts_.positions += of.held.size();
        auto const& group = *of.group;
        double const scale = group.cash_decimals == 8 ? 1e8 : 1e6;
        double const cash = equity_usd / group.asset_usd - value;
        auto const amount = quantise_nearest(std::clamp(cash, -cash_most, cash_most), scale);
        line_ = name_;
        line_ += ',';
        line_ += group.asset;
        line_ += ',';
        append_scaled(line_, amount.value, group.cash_decimals);
        line_ += '\n';
        to_.cash(line_);
        ++counts_.cash;
    }

    book_plan const& plan_;
    std::vector<std::string> const& names_;
    contracts all_;
    book_sink const& to_;
    std::vector<std::int64_t> open_;      // sum over accounts so far, by instrument
    std::vector<std::uint32_t> used_by_;  // the last account that took the instrument, + 1
    std::array<pocket, 2> pockets_;
    std::string name_, line_;
    book_counts counts_;
};

}  // namespace

book_counts write_book(book_plan const& plan, market const& market, book_sink const& to) {
    return dealer(plan, market, to).deal();
}

}  // namespace lockstep
