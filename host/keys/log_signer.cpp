#include "host/keys/log_signer.h"

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>

#include "host/base/error.h"
#include "host/keys/command_signature.h"
#include "margin/ledger/signer.h"

namespace lockstep {

namespace {

std::array<std::uint8_t, 32> array_of(public_key const& key) {
    std::array<std::uint8_t, 32> bytes;
    std::copy(std::begin(key.bytes), std::end(key.bytes), bytes.begin());
    return bytes;
}

bool of_operator(transaction_row const& t) {
    return (t.flags & transaction_flag::operator_key) != 0;
}

struct order_to_sign {
    std::size_t command;
    private_key const* secret;
    sha256_digest exchange;
};

}  // namespace

std::size_t log_signer::add_to(private_key secret) {
    std::size_t const at = keys_.size();
    by_bytes_.emplace(array_of(secret.public_part()), at);
    keys_.push_back({.secret = std::move(secret), .nonce = start_.nonce});
    return at;
}

void log_signer::add_bound(private_key secret, std::uint32_t number, std::uint32_t account,
                           bool operators) {
    std::size_t const at = add_to(std::move(secret));
    has_bound_one_ = true;
    (operators ? of_operator_ : by_account_[account]).push_back({at, number});
}

std::size_t log_signer::key_with(public_key const& key) const {
    auto const found = by_bytes_.find(array_of(key));
    return found == by_bytes_.end() ? none : found->second;
}

log_signer::bound_key log_signer::key_for(transaction_row const& t) const {
    if (next_number_ == 0)  // what opens the exchange signs itself
        return {
            t.kind == transaction_kind::set_key && of_operator(t) ? key_with(carried_key(t)) : none,
            0};
    auto const last = [](bound_keys const& keys) {
        return keys.empty() ? bound_key{none, 0} : keys.back();
    };
    if (needs_operator(t)) return last(of_operator_);
    auto const found = by_account_.find(t.account);
    return found == by_account_.end() ? bound_key{none, 0} : last(found->second);
}

log_signer::bound_keys& log_signer::keys_of(transaction_row const& t) {
    return of_operator(t) ? of_operator_ : by_account_[t.account];
}

void log_signer::unbind(bound_keys& keys, std::uint32_t number) {
    std::erase_if(keys, [number](bound_key const& k) { return k.number == number; });
}

/// What the command means for who signs the ones after it.
void log_signer::follow(transaction_row const& t, signature_row const& s) {
    if (carries_key(t.kind)) return bind(t, s);
    if (t.kind != transaction_kind::revoke_key) return;
    auto const revoked = numbers_.find({t.target.low, t.target.high});
    if (revoked != numbers_.end()) unbind(keys_of(t), revoked->second);
}

void log_signer::bind(transaction_row const& t, signature_row const& s) {
    if (next_number_ == 0) {
        if (t.kind != transaction_kind::set_key || !of_operator(t)) return;
        start_.exchange = exchange_id_of(t);
    }
    if (!numbers_.emplace(std::pair(t.id.low, t.id.high), next_number_).second) return;  // a repeat
    std::uint32_t const number = next_number_++;
    bound_keys& keys = keys_of(t);
    if (t.kind == transaction_kind::rotate_key) {
        // The key that signs goes; it is one of these unless the signature names another.
        if (s.is_empty())
            keys.clear();
        else
            unbind(keys, s.key);
    }
    std::size_t const at = key_with(carried_key(t));
    if (at == none) return;
    has_bound_one_ = true;
    keys.push_back({at, number});
}

std::uint64_t log_signer::sign(block& b, int threads) {
    b.signatures.resize(b.commands.size());
    std::vector<order_to_sign> orders;
    for (std::size_t i = 0; i < b.commands.size(); ++i) {
        transaction_row const& t = b.commands[i];
        auto const [at, number] = b.signatures[i].is_missing() ? key_for(t) : bound_key{none, 0};
        if (at != none) {
            if (keys_[at].nonce == 0)
                throw input_error("--nonce: the nonces of a key end with 18446744073709551615");
            b.signatures[i].key = number;
            b.signatures[i].nonce = keys_[at].nonce++;
            orders.push_back({i, &keys_[at].secret, start_.exchange});
        }
        follow(t, b.signatures[i]);
    }
    tbb::task_arena(std::max(threads, 1)).execute([&] {
        tbb::parallel_for(std::size_t{0}, orders.size(), [&](std::size_t n) {
            order_to_sign const& o = orders[n];
            signature_row& row = b.signatures[o.command];
            row = sign_command(*o.secret, b.commands[o.command], o.exchange, row.key, row.nonce);
        });
    });
    if (std::all_of(b.signatures.begin(), b.signatures.end(),
                    [](signature_row const& s) { return s.is_empty(); }))
        b.signatures.clear();
    return orders.size();
}

}  // namespace lockstep
