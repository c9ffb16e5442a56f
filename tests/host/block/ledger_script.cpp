// How a ledger script is run: its events go into blocks, its facts are asked of the rows.
#include "tests/host/block/ledger_script.h"

#include <fmt/format.h>

#include <cstring>
#include <map>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "host/block/engine.h"
#include "host/log/kind_words.h"
#include "host/log/names.h"
#include "tests/host/block/ledger_script_words.h"

namespace lockstep {

namespace {

using words = std::vector<std::string>;

class script_run {
  public:
    std::string run(std::string const& script) {
        std::istringstream lines(script);
        for (std::string line; std::getline(lines, line); ++number_) {
            std::istringstream in(line.substr(0, line.find("//")));
            words w;
            for (std::string word; in >> word;) w.push_back(word);
            try {
                if (!w.empty()) one_line(w);
            } catch (std::exception const& error) {
                note(number_, error.what());
            }
        }
        run_block();
        return complaints_;
    }

  private:
    struct expectation {
        int line;
        std::string name, status;
    };

    void note(int line, std::string const& what) {
        complaints_ += fmt::format("line {}: {}\n", line, what);
    }
    void one_line(words const& w) {
        if (w[0] == "block") {
            run_block();
            block_.time = std::stoll(w.at(1));
        } else if (w[0] == "=") {
            run_block();
            facts(w);
        } else {
            event(w);
        }
    }

    std::uint32_t row(std::map<std::string, std::uint32_t> const& of, std::string const& name) {
        auto const found = of.find(name);
        return found == of.end() ? 999 : found->second;  // a name that was never made
    }
    client_id id(std::string const& name) {
        auto const [at, made] = ids_.try_emplace(name, ids_.size() + 1);
        return {at->second, 7};
    }

    void event(words const& w) {
        script::verb_form const& verb = script::verb_named(w[0]);
        transaction_row t{};
        t.kind = verb.kind;
        std::string own = fmt::format("#line{}", number_);
        std::size_t at = 1;
        for (char const* a = verb.arguments; *a != '\0'; ++a) argument(t, *a, w.at(at++));
        for (; at + 1 < w.size(); ++at) {
            if (w[at][0] == '#')
                own = w[at];
            else if (w[at].starts_with("only="))
                argument(t, 'X', w[at].substr(5));
            else if (w[at].starts_with("on="))
                argument(t, 'W', w[at].substr(3));
            else
                script::set_option(t, w[at]);
        }
        if (own != "#zero") t.id = id(own);
        block_.commands.edit().push_back(t);
        expected_.push_back({number_, own, w.back()});
    }
    void argument(transaction_row& t, char what, std::string const& word) {
        switch (what) {
            case 'A': t.account = row(accounts_, word); break;
            case 'B': t.counterparty = row(accounts_, word); break;
            case 'X': t.instrument = row(instruments_, word); break;
            case 'U': t.asset = row(assets_, word); break;
            case 'O': t.counterparty = static_cast<std::uint32_t>(std::stoul(word)); break;
            case 'S': t.side = side_named(word).value(); break;
            case 'Q': t.amount = script::nanos(word); break;
            case 'P': t.price = script::nanos(word); break;
            case 'T': t.target = id(word); break;
            case 'W':
                if (instruments_.contains(word)) {
                    t.flags |= transaction_flag::on_instrument;
                    t.instrument = instruments_[word];
                } else {
                    t.account = row(accounts_, word);
                }
                break;
            default: named(t, word); break;
        }
    }
    /// A creation takes the next number of its table at once, so that the same block may use it.
    void named(transaction_row& t, std::string const& word) {
        auto const next = [&](auto& of) {
            of.emplace(word, static_cast<std::uint32_t>(of.size()));
        };
        if (t.kind == transaction_kind::create_asset) {
            t.target = asset_id_of(word).value();
            next(assets_);
        } else if (t.kind == transaction_kind::create_account) {
            next(accounts_);
        } else {
            next(instruments_);
        }
    }

    void run_block() {
        if (block_.commands.empty()) return;
        big_vector<receipt_row> receipts;
        try {
            receipts = serial_.run(block_);
            big_vector<receipt_row> const& others = parallel_.run(block_);
            if (std::memcmp(receipts.data(), others.data(), receipts.size() * sizeof others[0]) ||
                !same(serial_.state().accounts, parallel_.state().accounts) ||
                !same(serial_.state().positions, parallel_.state().positions))
                note(number_, "the executors differ");
        } catch (std::exception const& error) {
            note(number_, error.what());
        }
        for (std::size_t i = 0; i < receipts.size(); ++i) {
            expectation const& e = expected_[i];
            receipts_[e.name] = receipts[i];
            if (name_of(receipts[i].status) != e.status)
                note(e.line, fmt::format("{}, not {}", name_of(receipts[i].status), e.status));
        }
        block_.commands.clear();
        expected_.clear();
    }
    template <class Rows>
    static bool same(Rows const& a, Rows const& b) {
        return a.size() == b.size() &&
               (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(a[0])) == 0);
    }

    /// `= A cash 100`, `= A X size 2`, `= X open_interest 2`, `= USD fee_pool 1`, `= #o filled 2`.
    void facts(words const& w) {
        std::size_t at = 2;
        std::map<std::string, std::int64_t> have;
        if (w[1][0] == '#')
            have = of_receipt(receipts_.at(w[1]));
        else if (accounts_.contains(w[1]) && instruments_.contains(w[2]))
            have = of_position(w[1], w[at++]);
        else if (accounts_.contains(w[1]))
            have = of_account(serial_.state().accounts.at(accounts_[w[1]]));
        else if (instruments_.contains(w[1]))
            have = of_listing(serial_.state().listings.at(instruments_[w[1]]));
        else
            have = of_asset(serial_.state().assets.at(row(assets_, w[1])));
        for (; at + 1 < w.size(); at += 2) {
            std::int64_t const is = have.at(w[at]);
            if (is != script::nanos(w[at + 1]))
                note(number_, fmt::format("{} is {} nanos, not {}", w[at], is, w[at + 1]));
        }
        if (at != w.size()) throw std::runtime_error("a fact without a number");
    }
    static std::int64_t count(std::uint64_t n) {
        return static_cast<std::int64_t>(n) * nanos_per_unit;
    }
    using values = std::map<std::string, std::int64_t>;
    static values of_receipt(receipt_row const& r) {
        return {{"filled", r.value}, {"fills", count(r.fills)}, {"reserved", r.reserved_nanos}};
    }
    static values of_account(account_row const& a) {
        return {{"cash", a.cash.nanos},
                {"reserved", a.reserved.nanos},
                {"pending_out", a.pending_out.nanos},
                {"pending_in", a.pending_in.nanos},
                {"requirement", a.requirement.nanos},
                {"maintenance", a.maintenance.nanos},
                {"unrealised", a.unrealised.nanos},
                {"flags", count(a.flags)},
                {"orders", count(a.open_orders)},
                {"positions", count(a.open_positions)}};
    }
    values of_position(std::string const& account, std::string const& instrument) {
        engine_state const& state = serial_.state();
        std::uint32_t const at =
            state.find_position(row(accounts_, account), row(instruments_, instrument));
        position_row const p = at == hash_index::absent ? position_row{} : state.positions[at];
        return {{"size", p.size.nanos},
                {"cost", p.cost.nanos},
                {"open_buy", p.open_buy.nanos},
                {"open_sell", p.open_sell.nanos},
                {"gained", p.gained.nanos},
                {"noticed", p.exercise.noticed()},
                {"advice", count(static_cast<std::uint64_t>(p.exercise.advice()))}};
    }
    static values of_listing(listing_row const& l) {
        return {{"open_interest", l.open_interest_nanos},
                {"cost_sum", l.cost_sum.nanos},
                {"mark", l.mark.nanos},
                {"flags", count(l.flags)}};
    }
    static values of_asset(asset_row const& a) {
        return {{"external", a.external.nanos},
                {"fee_pool", a.fee_pool.nanos},
                {"insurance", a.insurance_fund.nanos},
                {"remainder", a.remainder.nanos},
                {"deficit", a.deficit.nanos}};
    }

    engine serial_{{.executor = executor_kind::serial, .check = true}};
    engine parallel_{{.executor = executor_kind::deterministic, .threads = 2, .check = true}};
    block block_{.time = 1, .commands = {}};
    std::vector<expectation> expected_;
    std::map<std::string, std::uint32_t> assets_, accounts_, instruments_;
    std::map<std::string, std::uint64_t> ids_;
    std::map<std::string, receipt_row> receipts_;
    std::string complaints_;
    int number_ = 1;
};

}  // namespace

std::string run_ledger_script(std::string const& script) { return script_run().run(script); }

}  // namespace lockstep
