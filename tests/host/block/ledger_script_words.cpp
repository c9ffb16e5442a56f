#include "tests/host/block/ledger_script_words.h"

#include <map>
#include <stdexcept>

#include "host/io/number.h"
#include "host/log/names.h"
#include "pricing/instrument.h"

namespace lockstep::script {

namespace {

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

}  // namespace

std::int64_t nanos(std::string const& text) {
    parsed_nanos const number = parse_nanos(text);
    if (number.fault != number_fault::none) throw std::runtime_error("no number: " + text);
    return number.nanos;
}

verb_form const& verb_named(std::string const& word) {
    auto const verb = verbs.find(word);
    if (verb == verbs.end()) throw std::runtime_error("unknown verb: " + word);
    return verb->second;
}

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

}  // namespace lockstep::script
