#include "host/run/operator_desk.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/base/error.h"
#include "host/keys/command_signature.h"
#include "host/log/format.h"

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
    if (nonce_here_ > 0) hear_of_key(b, state);
    auto const place = static_cast<std::ptrdiff_t>(liquidator::place_among(b.commands));
    std::vector<transaction_row> words = liquidator_.commands(state, b.commands);
    // Who finds no room in the block is still under water after it.
    words.resize(std::min<std::size_t>(words.size(), block_commands_max - b.commands.size()));
    if (!words.empty()) {
        if (state.requires_signatures() || !b.signatures.empty()) {
            b.signatures.resize(b.commands.size());
            auto const signatures = signatures_of(words, b, state);
            b.signatures.insert(b.signatures.begin() + place, signatures.begin(), signatures.end());
        }
        auto& commands = b.commands.edit();
        commands.insert(commands.begin() + place, words.begin(), words.end());
    }
    if (log_ != nullptr) log_->write(b);
}

/// Empty ones where none are required.
std::vector<signature_row> operator_desk::signatures_of(std::vector<transaction_row> const& words,
                                                        block const& b, engine_state const& state) {
    std::vector<signature_row> signatures(words.size());
    if (!state.requires_signatures()) return signatures;
    std::uint32_t const key = number_of_key(state);
    if (key != key_) {
        key_ = key;
        nonce_here_ = 0;
        nonce_of_log_ = state.keys[key].last_nonce;
        hear_of_key(b, state);
    }
    nonce_here_ = std::max(state.keys[key].last_nonce, nonce_of_log_);
    for (std::size_t i = 0; i < words.size(); ++i)
        signatures[i] = sign_command(*liquidation_.operator_key, words[i], state.exchange[0].id,
                                     key, ++nonce_here_);
    return signatures;
}

/// Only what the key has really signed counts: numbers of keys and nonces anybody can write.
void operator_desk::hear_of_key(block const& b, engine_state const& state) {
    if (state.keys[key_].flags & key_flag::revoked) return;
    for (std::size_t i = 0; i < b.signatures.size(); ++i) {
        signature_row const& s = b.signatures[i];
        if (s.key != key_ || s.nonce <= nonce_of_log_ ||
            !holds(s, b.commands[i], state.exchange[0].id, state.keys[key_].key))
            continue;
        if (s.nonce <= nonce_here_)
            throw input_error(fmt::format(
                "--operator-key: the log signs with the same key: command {} of block {} under "
                "nonce {}, which a liquidation has used; give a key of the operator's that the log "
                "does not use",
                i + 1, state.blocks + 1, s.nonce));
        nonce_of_log_ = s.nonce;
    }
}

namespace {

/// The number of the operator's key, or as many as there are when it is none of them.
std::uint32_t find_key(engine_state const& state, private_key const& key) {
    std::uint32_t k = 0;
    while (k < state.keys.size() && !(state.keys[k].key == key.public_part() &&
                                      state.keys[k].flags == key_flag::of_operator))
        ++k;
    return k;
}

}  // namespace

std::uint32_t operator_desk::number_of_key(engine_state const& state) const {
    if (liquidation_.operator_key == nullptr)
        throw input_error(
            "liquidations of an exchange that requires signatures must be signed by its "
            "operator: give --operator-key, or let them stand in the log");
    std::uint32_t const k = find_key(state, *liquidation_.operator_key);
    if (k == state.keys.size())
        throw input_error(
            "--operator-key: is no key of the exchange's operator, or was revoked, and accounts "
            "are "
            "to be liquidated");
    return k;
}

/// Once it has been right, only its being revoked can make it wrong, which the log says.
void operator_desk::demand_right_key(engine_state const& state) {
    if (key_is_right_ || liquidation_.operator_key == nullptr) return;
    if (state.exchange[0].operator_keys == 0) return;
    key_is_right_ = find_key(state, *liquidation_.operator_key) < state.keys.size();
    if (!key_is_right_)
        throw input_error(fmt::format(
            "--operator-key: is no key of the exchange's operator as of block {}", state.blocks));
}

void operator_desk::look_at(engine const& ledger) {
    if (!liquidation_.on) return;
    liquidator_.look_at(ledger.state(), ledger.dirty());
    demand_right_key(ledger.state());
}

void operator_desk::close() {
    if (log_ != nullptr) log_->commit();
}

}  // namespace lockstep
