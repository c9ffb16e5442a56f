#include "tests/host/block/ledger_script.h"

#include <fmt/format.h>

#include <cstring>
#include <map>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "host/block/engine.h"
#include "host/io/number.h"
#include "host/log/names.h"

namespace lockstep {

namespace {

using words = std::vector<std::string>;

std::int64_t nanos(std::string const& text) {
    parsed_nanos const number = parse_nanos(text);
    if (number.fault != number_fault::none) throw std::runtime_error("no number: " + text);
    return number.nanos;
}

/// What each verb's words mean, in order. Lower case: a name in the script.
struct verb_form {
    transaction_kind kind;
    char const* arguments;  // A account, B counterparty, X instrument, S side, Q amount, P price,
};                          // T target, W account or instrument, U asset, O owner, N its own name

std::map<std::string, verb_form> const verbs{
    {"asset", {transaction_kind::create_asset, "N"}},
    {"account", {transaction_kind::create_account, "NOU"}},
    {"instrument", {transaction_kind::create_instrument, "NU"}},
    {"deposit", {transaction_kind::deposit, "AQ"}},
    {"withdraw", {transaction_kind::withdraw, "AQ"}},
    {"insure", {transaction_kind::fund_insurance, "AQ"}},
    {"transfer", {transaction_kind::transfer, "ABQ"}},
    {"post", {transaction_kind::post_pending, "ATQ"}},
    {"void", {transaction_kind::void_pending, "AT"}},
    {"place", {transaction_kind::place_order, "AXSQP"}},
    {"amend", {transaction_kind::amend_order, "ATQP"}},
    {"cancel", {transaction_kind::cancel_order, "AT"}},
    {"cancel_all", {transaction_kind::mass_cancel, "A"}},
    {"combo", {transaction_kind::combo_order, "A"}},
    {"leg", {transaction_kind::combo_leg, "AXSQP"}},
    {"trade", {transaction_kind::block_trade, "ABXSQP"}},
    {"backstop", {transaction_kind::set_backstop, "A"}},
    {"liquidate", {transaction_kind::liquidate, "AXSQP"}},
    {"take_over", {transaction_kind::take_over, "ABXSQP"}},
    {"deleverage", {transaction_kind::deleverage, "ABXSQP"}},
    {"socialise", {transaction_kind::socialise, "UQ"}},
    {"interest", {transaction_kind::interest, "UQ"}},
    {"mark", {transaction_kind::mark_update, "XP"}},
    {"funding", {transaction_kind::funding, "XQ"}},
    {"session", {transaction_kind::session_settle, "X"}},
    {"expiry", {transaction_kind::expiry, "XP"}},
    {"fees", {transaction_kind::fee_change, "X"}},
    {"tier", {transaction_kind::set_tier, "XQ"}},
    {"exercise", {transaction_kind::exercise, "AXQ"}},
    {"advise", {transaction_kind::advise_exercise, "AX"}},
    {"assign", {transaction_kind::assign, "XP"}},
    {"suspend", {transaction_kind::suspend, "W"}},
    {"resume", {transaction_kind::resume, "W"}},
};

/// `word` or `word=value` after the arguments.
void set_option(transaction_row& t, std::string const& word) {
    std::size_t const equals = word.find('=');
    std::string const name = word.substr(0, equals);
    std::string const value = equals == std::string::npos ? "" : word.substr(equals + 1);
    auto const number = [&] { return static_cast<std::uint32_t>(std::stoul(value)); };
    if (auto const flag = flag_named(name)) return void(t.flags |= *flag);
    if (auto const type = type_named(name)) return void(t.type = *type);
    if (auto const force = force_named(name)) return void(t.force = *force);
    if (auto const prevention = prevention_named(name)) return void(t.prevention = *prevention);
    if (name == "consent")
        t.flags |= transaction_flag::consent_first | transaction_flag::consent_second;
    else if (name == "until")
        t.until = std::stoll(value);
    else if (name == "trigger" || name == "strike")
        t.trigger = nanos(value);
    else if (name == "display")
        t.display = nanos(value);
    else if (name == "legs")
        t.leg_count = static_cast<std::uint8_t>(number());
    else if (name == "user")
        t.user_data = number();
    else if (name == "tick")
        t.price = nanos(value);
    else if (name == "lot")
        t.amount = nanos(value);
    else if (name == "band")
        t.user_data = number();
    else if (name == "initial")
        t.kind == transaction_kind::set_tier ? t.aux[0] = number() : t.aux[0] |= number() / 100;
    else if (name == "maintenance")
        t.kind == transaction_kind::set_tier ? t.aux[1] = number()
                                             : t.aux[0] |= number() / 100 << 16;
    else if (name == "maker")  // of a listing these two are packed, see margin/ledger/create.h
        t.kind == transaction_kind::fee_change ? t.aux[0] = number() : t.aux[1] |= number();
    else if (name == "taker")
        t.kind == transaction_kind::fee_change ? t.aux[1] = number() : t.aux[1] |= number() << 16;
    else if (name == "perpetual" || name == "future" || name == "option")
        t.contract |= static_cast<std::uint8_t>(name == "perpetual" ? instrument_kind::perpetual
                                                : name == "future"  ? instrument_kind::future
                                                                    : instrument_kind::option);
    else if (name == "put")
        t.contract |= static_cast<std::uint8_t>(static_cast<int>(option_type::put) << 2);
    else if (name == "inverse")
        t.contract |= static_cast<std::uint8_t>(static_cast<int>(settlement::inverse) << 3);
    else if (name == "american")
        t.contract |= 1 << 4;
    else if (name == "advice")
        t.aux[0] = number();
    else if (name == "leverage")
        t.aux[0] = number();
    else if (name == "exception")
        t.amount = nanos(value);
    else if (name == "reserved")
        t.reserved[0] = 1;
    else
        throw std::runtime_error("unknown word: " + word);
}

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
        auto const verb = verbs.find(w[0]);
        if (verb == verbs.end()) throw std::runtime_error("unknown verb: " + w[0]);
        transaction_row t{};
        t.kind = verb->second.kind;
        std::string own = fmt::format("#line{}", number_);
        std::size_t at = 1;
        for (char const* a = verb->second.arguments; *a != '\0'; ++a) argument(t, *a, w.at(at++));
        for (; at + 1 < w.size(); ++at) {
            if (w[at][0] == '#')
                own = w[at];
            else if (w[at].starts_with("only="))
                argument(t, 'X', w[at].substr(5));
            else if (w[at].starts_with("on="))
                argument(t, 'W', w[at].substr(3));
            else
                set_option(t, w[at]);
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
            case 'Q': t.amount = nanos(word); break;
            case 'P': t.price = nanos(word); break;
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
            for (std::size_t i = 0; i < word.size(); ++i)
                t.target.low |= static_cast<std::uint64_t>(word[i]) << (8 * i);
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
            if (is != nanos(w[at + 1]))
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
