#include "host/run/operator_desk.h"

#include <algorithm>

#include "host/base/error.h"
#include "host/keys/command_signature.h"

namespace lockstep {

operator_desk::operator_desk(run_liquidation const& liquidation,
                             std::filesystem::path const& executed, engine_state const& state)
    : liquidation_(liquidation) {
    if (!liquidation.on) return;
    if (!executed.empty()) log_ = make_log_writer(executed);
    liquidator_.look_at_all(state);
}

void operator_desk::append_to(block& b, engine_state const& state) {
    if (!liquidation_.on) return;
    std::size_t const first = b.commands.size();
    std::vector<transaction_row> const words = liquidator_.commands(state);
    if (!words.empty()) {
        auto& commands = b.commands.edit();
        commands.insert(commands.end(), words.begin(), words.end());
    }
    if (!words.empty() && state.requires_signatures())
        sign(b, first, state);
    else if (!b.signatures.empty())
        b.signatures.resize(b.commands.size());
    if (log_ != nullptr) log_->write(b);
}

void operator_desk::sign(block& b, std::size_t first, engine_state const& state) {
    std::uint32_t const key = number_of_key(state);
    std::uint64_t nonce = state.keys[key].last_nonce;
    for (signature_row const& s : b.signatures)
        if (s.key == key) nonce = std::max(nonce, s.nonce);
    b.signatures.resize(b.commands.size());
    for (std::size_t i = first; i < b.commands.size(); ++i)
        b.signatures[i] = sign_command(*liquidation_.operator_key, b.commands[i],
                                       state.exchange[0].id, key, ++nonce);
}

std::uint32_t operator_desk::number_of_key(engine_state const& state) const {
    if (liquidation_.operator_key == nullptr)
        throw input_error(
            "liquidations of an exchange that requires signatures must be signed by its "
            "operator: give --operator-key, or let them stand in the log");
    for (std::uint32_t k = 0; k < state.keys.size(); ++k)
        if (state.keys[k].key == liquidation_.operator_key->public_part() &&
            state.keys[k].flags == key_flag::of_operator)
            return k;
    throw input_error(
        "--operator-key: is no key of the exchange's operator, or was revoked, and accounts are "
        "to be liquidated");
}

void operator_desk::look_at(engine const& ledger) {
    if (liquidation_.on) liquidator_.look_at(ledger.state(), ledger.dirty());
}

void operator_desk::close() {
    if (log_ != nullptr) log_->commit();
}

}  // namespace lockstep
