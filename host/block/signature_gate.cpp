#include "host/block/signature_gate.h"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>

#include "host/keys/command_signature.h"

namespace lockstep {

namespace {

bool has_flag(transaction_row const& t) { return (t.flags & transaction_flag::operator_key) != 0; }

}  // namespace

signature_gate::signature_gate(engine_state& state, block const& b, int threads)
    : state_(state), block_(b), bound_before_(state.keys.size()) {
    if (b.signatures.size() != b.commands.size() || b.commands.empty()) return;
    look_ahead();
    if (state.requires_signatures() || !coming_.empty()) check_all(threads);
}

/// The first operator key signs its own binding: nobody else could.
bool signature_gate::opens_the_exchange(transaction_row const& t) const {
    return state_.exchange[0].operator_keys == 0 && t.kind == transaction_kind::set_key &&
           has_flag(t);
}

void signature_gate::look_ahead() {
    for (std::size_t i = 0; i < block_.commands.size(); ++i) {
        transaction_row const& t = block_.commands[i];
        if (!carries_key(t.kind)) continue;
        coming_.push_back(carried_key(t));
        if (opening_ != SIZE_MAX || !opens_the_exchange(t)) continue;
        opening_ = i;
        opened_id_ = exchange_id_of(t);
    }
}

signature_gate::terms signature_gate::guess(std::size_t i) const {
    if (i == opening_) return {carried_key(block_.commands[i]), sha256_digest{}};
    std::size_t const key = block_.signatures[i].key;
    sha256_digest const id =
        opening_ != SIZE_MAX && i > opening_ ? opened_id_ : state_.exchange[0].id;
    if (key < bound_before_) return {state_.keys[key].key, id};
    if (key - bound_before_ < coming_.size()) return {coming_[key - bound_before_], id};
    return {public_key{}, id};
}

void signature_gate::check_all(int threads) {
    holds_.assign(block_.commands.size(), 0);
    tbb::task_arena(std::max(threads, 1)).execute([this] {
        tbb::parallel_for(tbb::blocked_range<std::size_t>(0, holds_.size(), 16),
                          [this](tbb::blocked_range<std::size_t> const& some) {
                              for (std::size_t i = some.begin(); i < some.end(); ++i) {
                                  signature_row const& s = block_.signatures[i];
                                  if (s.is_missing()) continue;
                                  terms const under = guess(i);
                                  holds_[i] =
                                      holds(s, block_.commands[i], under.exchange, under.key);
                              }
                          });
    });
}

bool signature_gate::is_good(std::size_t i, terms const& actual) const {
    if (!holds_.empty() && guess(i) == actual) return holds_[i] != 0;
    return holds(block_.signatures[i], block_.commands[i], actual.exchange, actual.key);
}

apply_status signature_gate::admit(std::size_t i) {
    signer_ = nobody;
    if (i >= block_.signatures.size() || block_.signatures[i].is_missing())
        return apply_status::signature_is_missing;
    transaction_row const& t = block_.commands[i];
    signature_row const& s = block_.signatures[i];
    nonce_ = s.nonce;
    if (opens_the_exchange(t)) {
        if (s.key != state_.keys.size() || !is_good(i, {carried_key(t), sha256_digest{}}))
            return apply_status::signature_is_not_valid;
        return s.nonce > 0 ? apply_status::applied : apply_status::nonce_was_used;
    }
    if (s.key >= state_.keys.size() || !is_good(i, {state_.keys[s.key].key, state_.exchange[0].id}))
        return apply_status::signature_is_not_valid;
    apply_status const status = refuse_signer(t, s.nonce, state_.keys[s.key]);
    if (status != apply_status::applied) return status;
    signer_ = s.key;
    state_.keys[s.key].last_nonce = s.nonce;
    changed_keys_.push_back(s.key);
    return status;
}

apply_status signature_gate::apply_key_command(std::size_t i, std::uint32_t place,
                                               std::uint32_t& row) {
    transaction_row const& t = block_.commands[i];
    // Named rows stand before values. An account that rotates its key has signed, so it is there.
    if (t.kind != transaction_kind::rotate_key && !has_flag(t) &&
        t.account >= state_.accounts.size())
        return apply_status::account_not_found;
    if (t.kind == transaction_kind::revoke_key) return revoke_key(t, place);
    if (!is_sound(carried_key(t))) return apply_status::public_key_is_not_valid;
    return t.kind == transaction_kind::set_key ? set_key(t, place, row) : rotate_key(t, place, row);
}

apply_status signature_gate::set_key(transaction_row const& t, std::uint32_t place,
                                     std::uint32_t& row) {
    bool const first = opens_the_exchange(t);
    row = bind(carried_key(t), has_flag(t) ? 0 : t.account, has_flag(t) ? key_flag::of_operator : 0,
               place + 1);
    if (!first) return apply_status::applied;
    exchange_row& exchange = state_.exchange[0];
    exchange.id = exchange_id_of(t);
    exchange.flags |= exchange_flag::signatures_required;
    exchange.sequence = place + 1;
    state_.keys[row].last_nonce = nonce_;
    return apply_status::applied;
}

apply_status signature_gate::rotate_key(transaction_row const& t, std::uint32_t place,
                                        std::uint32_t& row) {
    key_row const old = state_.keys[signer_];
    row = bind(carried_key(t), old.account, old.flags, place + 1);
    revoke(signer_, place + 1);
    return apply_status::applied;
}

apply_status signature_gate::revoke_key(transaction_row const& t, std::uint32_t place) {
    std::uint32_t const target = state_.find_place(t.target);
    if (target == hash_index::absent) return apply_status::target_not_found;
    if (!carries_key(state_.history[target].kind)) return apply_status::target_is_of_another_kind;
    std::uint32_t const row = state_.outcomes[target].row;
    if (row >= state_.keys.size()) return apply_status::target_not_found;
    key_row const& key = state_.keys[row];
    bool const operators = (key.flags & key_flag::of_operator) != 0;
    if (operators != has_flag(t) || (!operators && key.account != t.account))
        return apply_status::target_belongs_to_another_account;
    if (key.flags & key_flag::revoked) return apply_status::key_is_revoked_already;
    if (operators && state_.exchange[0].operator_keys == 1)
        return apply_status::last_operator_key_must_stay;
    revoke(row, place + 1);
    return apply_status::applied;
}

std::uint32_t signature_gate::bind(public_key const& key, std::uint32_t account,
                                   std::uint32_t flags, std::uint64_t sequence) {
    auto const row = static_cast<std::uint32_t>(state_.keys.size());
    state_.keys.push_back({.key = key,
                           .account = account,
                           .flags = flags,
                           .last_nonce = 0,
                           .sequence = sequence,
                           .reserved_word = 0});
    changed_keys_.push_back(row);
    if ((flags & key_flag::of_operator) == 0) return row;
    state_.exchange[0].operator_keys += 1;
    changed_exchange_ = true;
    return row;
}

void signature_gate::revoke(std::uint32_t row, std::uint64_t sequence) {
    key_row& key = state_.keys[row];
    key.flags |= key_flag::revoked;
    key.sequence = sequence;
    changed_keys_.push_back(row);
    if ((key.flags & key_flag::of_operator) == 0) return;
    state_.exchange[0].operator_keys -= 1;
    changed_exchange_ = true;
}

}  // namespace lockstep
