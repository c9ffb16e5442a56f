// Signs a log: knows which of its keys a command needs, numbers keys as the ledger will if their
// commands succeed, and counts nonces up.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "host/keys/ed25519.h"
#include "host/state/engine_state.h"

namespace lockstep {

/// What a signer cannot learn from a log that does not begin with the exchange.
struct signing_start {
    sha256_digest exchange{};
    std::uint32_t keys = 0;  // bound so far; 0: the log binds the first operator key
    std::uint64_t nonce = 1;
};

class log_signer {
  public:
    explicit log_signer(signing_start const& start) : start_(start), next_number_(start.keys) {}

    /// A key whose binding the log will show.
    void add(private_key secret) { add_to(std::move(secret)); }
    /// A key that is bound already.
    void add_bound(private_key secret, std::uint32_t number, std::uint32_t account,
                   bool of_operator);

    /// Signs every command that one of the keys may sign and nobody has signed; returns how many.
    std::uint64_t sign(block& b, int threads);

    sha256_digest const& exchange() const { return start_.exchange; }
    /// Whether a key was bound, by the log or before it.
    bool has_bound_one() const { return has_bound_one_; }

  private:
    static constexpr std::size_t none = SIZE_MAX;

    struct kept_key {
        private_key secret;
        std::uint64_t nonce = 0;  // of its next signature
    };
    /// A key of ours under the number that one of its bindings gave it.
    struct bound_key {
        std::size_t key;
        std::uint32_t number;
    };
    using bound_keys = std::vector<bound_key>;  // of one holder; the last one signs

    std::size_t add_to(private_key secret);
    std::size_t key_with(public_key const& key) const;
    bound_key key_for(transaction_row const& t) const;
    bound_keys& keys_of(transaction_row const& t);
    void follow(transaction_row const& t, signature_row const& s);
    void bind(transaction_row const& t, signature_row const& s);
    static void unbind(bound_keys& keys, std::uint32_t number);

    signing_start start_;
    bool has_bound_one_ = false;
    std::uint32_t next_number_;
    std::vector<kept_key> keys_;
    std::map<std::array<std::uint8_t, 32>, std::size_t> by_bytes_;
    std::map<std::uint32_t, bound_keys> by_account_;
    bound_keys of_operator_;
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint32_t> numbers_;  // by id of binding
};

}  // namespace lockstep
