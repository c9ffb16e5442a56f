// Signs a log: knows which of its keys a command needs, numbers keys as the ledger will if their
// commands succeed, and counts nonces up.
#pragma once

#include <cstdint>
#include <map>
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

  private:
    static constexpr std::size_t none = SIZE_MAX;

    struct kept_key {
        private_key secret;
        std::uint32_t number = 0;
        std::uint64_t nonce = 0;  // of its next signature
    };

    std::size_t add_to(private_key secret);
    std::size_t key_with(public_key const& key) const;
    std::size_t key_for(transaction_row const& t) const;
    void follow(transaction_row const& t);

    signing_start start_;
    std::uint32_t next_number_;
    std::vector<kept_key> keys_;
    std::map<std::array<std::uint8_t, 32>, std::size_t> by_bytes_;
    std::map<std::uint32_t, std::size_t> by_account_;
    std::size_t operator_ = none;
};

}  // namespace lockstep
