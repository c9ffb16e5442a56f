#include "tests/workload/command_mix.h"

namespace lockstep::workload {

namespace {

constexpr std::uint32_t instruments = 4;
constexpr std::uint32_t inverse_option = 2;
constexpr std::int64_t cent = nanos_per_unit / 100;
constexpr std::int64_t tenth = nanos_per_unit / 10;

std::int64_t usual_price(std::uint32_t instrument) {
    return instrument == inverse_option ? 10 : 10'000;
}

}  // namespace

transaction_row command_mix::make(transaction_kind kind) {
    transaction_row t{};
    t.id = {next_id_++, 7};
    t.kind = kind;
    return t;
}

block command_mix::genesis() {
    block b{.time = time_, .commands = {}};
    transaction_row asset = make(transaction_kind::create_asset);
    asset.target = {'U' | 'S' << 8 | 'D' << 16, 0};
    b.commands.push_back(asset);
    for (int i = 0; i < options_.accounts; ++i) {
        transaction_row t = make(transaction_kind::create_account);
        t.counterparty = static_cast<std::uint32_t>(i % options_.owners + 1);
        b.commands.push_back(t);
    }
    for (int i = 0; i < options_.accounts; ++i) {
        transaction_row t = make(transaction_kind::deposit);
        t.account = static_cast<std::uint32_t>(i);
        t.amount = static_cast<std::int64_t>(1'000 + dice_.roll(100'000)) * nanos_per_unit;
        b.commands.push_back(t);
    }
    struct listed {
        instrument_kind kind;
        settlement settle;
    };
    constexpr listed list[instruments] = {{instrument_kind::perpetual, settlement::linear},
                                          {instrument_kind::perpetual, settlement::inverse},
                                          {instrument_kind::option, settlement::inverse},
                                          {instrument_kind::future, settlement::linear}};
    for (std::uint32_t i = 0; i < instruments; ++i) {
        transaction_row t = make(transaction_kind::create_instrument);
        t.contract = static_cast<std::uint8_t>(static_cast<int>(list[i].kind) |
                                               static_cast<int>(list[i].settle) << 3);
        if (list[i].kind == instrument_kind::option) t.trigger = 100 * nanos_per_unit;
        if (list[i].kind != instrument_kind::perpetual) t.until = 400;
        t.price = cent;
        t.amount = tenth;
        t.aux[0] = 500 | 250 << 16;
        t.aux[1] = 200 | 500 << 16;
        t.user_data = 300'000;
        b.commands.push_back(t);
        transaction_row mark = make(transaction_kind::mark_update);
        mark.instrument = i;
        mark.price = usual_price(i) * cent;
        b.commands.push_back(mark);
    }
    return b;
}

block command_mix::next() {
    time_ += 20;
    block b{.time = time_, .commands = {}};
    for (std::uint64_t left = dice_.roll(static_cast<std::uint64_t>(options_.commands_max));
         left > 0; --left) {
        std::uint64_t const r = dice_.roll(100);
        if (r >= 91 && r < 96) {
            combo(b.commands);
            continue;
        }
        transaction_row t;
        if (r < 45)
            t = order(b.time);
        else if (r < 55)
            t = on_order(transaction_kind::cancel_order);
        else if (r < 63)
            t = on_order(transaction_kind::amend_order);
        else if (r < 72)
            t = transfer(b.time);
        else if (r < 75)
            t = on_pending();
        else if (r < 80)
            t = block_trade();
        else if (r < 89)
            t = operators(r);
        else if (r < 91)
            t = again();
        else {
            t = make(static_cast<transaction_kind>(dice_.roll(40)));
            t.account = static_cast<std::uint32_t>(
                dice_.roll(static_cast<std::uint64_t>(options_.accounts)));
        }
        b.commands.push_back(t);
        all_.push_back(t);
    }
    return b;
}

std::int64_t command_mix::price_near(std::uint32_t instrument) {
    std::int64_t const usual = usual_price(instrument);
    auto const spread = static_cast<std::uint64_t>(usual / 5 + 1);
    return (usual + static_cast<std::int64_t>(dice_.roll(spread)) - usual / 10) * cent;
}

transaction_row command_mix::order(std::int64_t now) {
    transaction_row t = make(transaction_kind::place_order);
    auto const accounts = static_cast<std::uint64_t>(options_.accounts);
    t.account = static_cast<std::uint32_t>(dice_.one_in(40) ? accounts : dice_.roll(accounts));
    t.instrument =
        static_cast<std::uint32_t>(dice_.one_in(40) ? instruments : dice_.roll(instruments));
    t.side = static_cast<order_side>(dice_.roll(2));
    t.amount = static_cast<std::int64_t>(1 + dice_.roll(30)) * tenth;
    t.price = price_near(t.instrument);
    t.prevention = static_cast<self_trade>(dice_.roll(4));
    vary(t, now);
    orders_.push_back(t);
    return t;
}

void command_mix::vary(transaction_row& t, std::int64_t now) {
    switch (dice_.roll(13)) {
        case 0:
            t.type = order_type::market;
            t.price = 0;
            t.force = time_in_force::immediate_or_cancel;
            break;
        case 1: t.force = time_in_force::immediate_or_cancel; break;
        case 2: t.force = time_in_force::fill_or_kill; break;
        case 3: t.flags |= transaction_flag::post_only; break;
        case 4: t.flags |= transaction_flag::reduce_only; break;
        case 5:
            t.force = time_in_force::good_til_date;
            t.until = now + static_cast<std::int64_t>(dice_.roll(100));
            break;
        case 6:
            t.type = order_type::stop_limit;
            t.trigger = t.price;
            break;
        case 7:
            t.type = order_type::stop;
            t.trigger = t.price;
            t.price = 0;
            t.force = time_in_force::immediate_or_cancel;
            break;
        case 8: t.display = tenth; break;
        case 9:
            t.type = order_type::trailing_stop;
            t.price = 0;
            t.trigger = tenth;
            t.force = time_in_force::immediate_or_cancel;
            break;
        case 10: t.flags |= transaction_flag::linked; break;
        case 11: t.price += dice_.one_in(2) ? 1 : 1'000 * nanos_per_unit; break;
        default: break;
    }
}

transaction_row const* command_mix::sent(client_id id) const {
    for (transaction_row const& t : all_)
        if (t.id == id) return &t;
    return nullptr;
}

transaction_row command_mix::on_order(transaction_kind kind) {
    transaction_row t = make(kind);
    if (orders_.empty()) return t;
    transaction_row const& first = orders_[dice_.roll(orders_.size())];
    t.target = first.id;
    t.account = dice_.one_in(10) ? 0 : first.account;
    if (kind == transaction_kind::cancel_order) {
        if (dice_.one_in(5)) t.kind = transaction_kind::mass_cancel, t.target = {};
        return t;
    }
    t.price = first.price + static_cast<std::int64_t>(dice_.roll(3)) * cent;
    t.amount = static_cast<std::int64_t>(1 + dice_.roll(30)) * tenth;
    return t;
}

transaction_row command_mix::transfer(std::int64_t now) {
    transaction_row t = make(transaction_kind::transfer);
    auto const accounts = static_cast<std::uint64_t>(options_.accounts);
    t.account = static_cast<std::uint32_t>(dice_.roll(accounts));
    t.counterparty = static_cast<std::uint32_t>(dice_.roll(accounts));
    t.amount = static_cast<std::int64_t>(dice_.roll(3'000 * nanos_per_unit));
    if (dice_.one_in(8)) t.kind = transaction_kind::withdraw, t.counterparty = 0;
    if (dice_.one_in(20)) t.kind = transaction_kind::fund_insurance, t.counterparty = 0;
    if (t.kind == transaction_kind::transfer && dice_.one_in(3)) {
        t.flags |= transaction_flag::pending;
        if (dice_.one_in(2)) t.until = now + static_cast<std::int64_t>(dice_.roll(100));
        pendings_.push_back(t);
    }
    if (dice_.one_in(4)) t.flags |= transaction_flag::linked;
    return t;
}

transaction_row command_mix::on_pending() {
    transaction_row t =
        make(dice_.one_in(2) ? transaction_kind::post_pending : transaction_kind::void_pending);
    if (pendings_.empty()) return t;
    transaction_row const& first = pendings_[dice_.roll(pendings_.size())];
    t.target = first.id;
    t.account = first.account;
    if (t.kind == transaction_kind::post_pending && dice_.one_in(2))
        t.amount = static_cast<std::int64_t>(dice_.roll(3'000 * nanos_per_unit));
    return t;
}

transaction_row command_mix::block_trade() {
    transaction_row t = make(transaction_kind::block_trade);
    auto const accounts = static_cast<std::uint64_t>(options_.accounts);
    t.account = static_cast<std::uint32_t>(dice_.roll(accounts));
    t.counterparty = static_cast<std::uint32_t>(dice_.roll(accounts));
    t.instrument = static_cast<std::uint32_t>(dice_.roll(instruments));
    t.side = static_cast<order_side>(dice_.roll(2));
    t.amount = nanos_per_unit;
    t.price = usual_price(t.instrument) * cent;
    t.flags = transaction_flag::consent_first | transaction_flag::consent_second;
    if (dice_.one_in(10)) t.flags = transaction_flag::consent_first;
    return t;
}

transaction_row command_mix::operators(std::uint64_t which) {
    if (which < 84) {
        transaction_row t = make(transaction_kind::mark_update);
        t.instrument = static_cast<std::uint32_t>(dice_.roll(instruments));
        t.price = t.instrument == inverse_option
                      ? nanos_per_unit / 20 + static_cast<std::int64_t>(dice_.roll(tenth))
                      : static_cast<std::int64_t>(60 + dice_.roll(80)) * nanos_per_unit;
        return t;
    }
    if (which < 86) {
        transaction_row t = make(transaction_kind::funding);
        t.instrument = static_cast<std::uint32_t>(dice_.roll(2));
        t.amount = static_cast<std::int64_t>(dice_.roll(20'000'000)) - 10'000'000;
        return t;
    }
    if (which == 86) {
        transaction_row t = make(transaction_kind::session_settle);
        t.instrument = static_cast<std::uint32_t>(dice_.roll(instruments));
        return t;
    }
    if (which == 87) {
        transaction_row t = make(transaction_kind::expiry);
        t.instrument = 2 + static_cast<std::uint32_t>(dice_.roll(2));
        t.price = static_cast<std::int64_t>(80 + dice_.roll(50)) * nanos_per_unit;
        return t;
    }
    transaction_row t =
        make(dice_.one_in(4) ? transaction_kind::suspend : transaction_kind::resume);
    t.account =
        static_cast<std::uint32_t>(dice_.roll(static_cast<std::uint64_t>(options_.accounts)));
    if (dice_.one_in(2)) {
        t.flags = transaction_flag::on_instrument;
        t.instrument = static_cast<std::uint32_t>(dice_.roll(instruments));
    }
    return t;
}

void command_mix::combo(std::vector<transaction_row>& out) {
    auto const legs = static_cast<std::uint8_t>(2 + dice_.roll(2));
    transaction_row head = make(transaction_kind::combo_order);
    head.account =
        static_cast<std::uint32_t>(dice_.roll(static_cast<std::uint64_t>(options_.accounts)));
    head.leg_count = legs;
    head.flags = transaction_flag::linked;
    out.push_back(head);
    for (std::uint8_t leg = 0; leg < legs; ++leg) {
        transaction_row t = make(transaction_kind::combo_leg);
        t.account = head.account;
        t.instrument = static_cast<std::uint32_t>((leg + dice_.roll(2)) % instruments);
        t.side = static_cast<order_side>(dice_.roll(2));
        t.amount = static_cast<std::int64_t>(1 + dice_.roll(3)) * tenth;
        std::int64_t const usual = usual_price(t.instrument);
        t.price = (usual + (t.side == order_side::buy ? usual / 10 : -usual / 10)) * cent;
        if (leg + 1 < legs) t.flags = transaction_flag::linked;
        out.push_back(t);
    }
}

transaction_row command_mix::again() {
    if (all_.empty()) return make(transaction_kind::none);
    transaction_row t = all_[dice_.roll(all_.size())];
    if (dice_.one_in(2)) t.amount += 1;
    return t;
}

}  // namespace lockstep::workload
