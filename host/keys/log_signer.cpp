#include "host/keys/log_signer.h"

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>

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
    keys_.push_back({.secret = std::move(secret), .number = 0, .nonce = start_.nonce});
    return at;
}

void log_signer::add_bound(private_key secret, std::uint32_t number, std::uint32_t account,
                           bool operators) {
    std::size_t const at = add_to(std::move(secret));
    keys_[at].number = number;
    if (operators)
        operator_ = at;
    else
        by_account_[account] = at;
}

std::size_t log_signer::key_with(public_key const& key) const {
    auto const found = by_bytes_.find(array_of(key));
    return found == by_bytes_.end() ? none : found->second;
}

std::size_t log_signer::key_for(transaction_row const& t) const {
    if (next_number_ == 0)  // what opens the exchange signs itself
        return t.kind == transaction_kind::set_key && of_operator(t) ? key_with(carried_key(t))
                                                                     : none;
    if (needs_operator(t)) return operator_;
    auto const found = by_account_.find(t.account);
    return found == by_account_.end() ? none : found->second;
}

/// What the command means for who signs the ones after it.
void log_signer::follow(transaction_row const& t) {
    if (!carries_key(t.kind)) return;
    if (next_number_ == 0) {
        if (t.kind != transaction_kind::set_key || !of_operator(t)) return;
        start_.exchange = exchange_id_of(t);
    }
    std::uint32_t const number = next_number_++;
    std::size_t const at = key_with(carried_key(t));
    if (at != none) keys_[at].number = number;
    if (of_operator(t)) {
        if (at != none) operator_ = at;
    } else if (at != none) {
        by_account_[t.account] = at;
    } else if (t.kind == transaction_kind::rotate_key) {
        by_account_.erase(t.account);
    }
}

std::uint64_t log_signer::sign(block& b, int threads) {
    b.signatures.resize(b.commands.size());
    std::vector<order_to_sign> orders;
    for (std::size_t i = 0; i < b.commands.size(); ++i) {
        transaction_row const& t = b.commands[i];
        std::size_t const at = b.signatures[i].is_missing() ? key_for(t) : none;
        if (at != none) {
            if (keys_[at].nonce == 0)
                throw input_error("--nonce: the nonces of a key end with 18446744073709551615");
            b.signatures[i].key = keys_[at].number;
            b.signatures[i].nonce = keys_[at].nonce++;
            orders.push_back({i, &keys_[at].secret, start_.exchange});
        }
        follow(t);
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
