// Who may say what. All signatures of a block are checked at once, on every core, under the keys
// that their numbers will name if every key command before them succeeds; then, command by command
// in log order, the gate compares with what really happened, and checks again what was guessed
// wrong. So keys may be bound and rotated anywhere in a block, and the answer depends on the log
// alone.
#pragma once

#include <cstdint>
#include <vector>

#include "host/state/engine_state.h"
#include "margin/ledger/signer.h"

namespace lockstep {

class signature_gate {
  public:
    static constexpr std::uint32_t nobody = UINT32_MAX;

    /// Checks the block's signatures, when they matter. State and block must outlive the gate.
    signature_gate(engine_state& state, block const& b, int threads);

    /// Whether the command has to pass.
    bool guards(transaction_row const& t) const {
        return state_.requires_signatures() || is_key_command(t.kind);
    }
    /// The refusal of command i of the block, or `applied`, which uses its nonce up. In log order.
    apply_status admit(std::size_t i);

    /// Carries out the key command that was admitted last; `row` becomes the key that it made.
    apply_status apply_key_command(std::size_t i, std::uint32_t place, std::uint32_t& row);

    /// Rows of keys that were bound, used or revoked; a row may stand here more than once.
    std::vector<std::uint32_t> const& changed_keys() const { return changed_keys_; }
    bool changed_exchange() const { return changed_exchange_; }

  private:
    struct terms {  // under which a signature is checked
        public_key key;
        sha256_digest exchange;
        friend bool operator==(terms const&, terms const&) = default;
    };

    void look_ahead();
    terms guess(std::size_t i) const;
    void check_all(int threads);
    bool is_good(std::size_t i, terms const& actual) const;
    bool opens_the_exchange(transaction_row const& t) const;

    apply_status set_key(transaction_row const& t, std::uint32_t place, std::uint32_t& row);
    apply_status rotate_key(transaction_row const& t, std::uint32_t place, std::uint32_t& row);
    apply_status revoke_key(transaction_row const& t, std::uint32_t place);
    std::uint32_t bind(public_key const& key, std::uint32_t account, std::uint32_t flags,
                       std::uint64_t sequence);
    void revoke(std::uint32_t row, std::uint64_t sequence);

    engine_state& state_;
    block const& block_;
    std::size_t const bound_before_;  // key rows when the block began
    std::vector<public_key> coming_;  // rows from there on, if every key command succeeds
    std::size_t opening_ = SIZE_MAX;  // the command that binds the first operator key, likewise
    sha256_digest opened_id_{};
    std::vector<std::uint8_t> holds_;  // by command; empty: nothing was checked
    std::uint32_t signer_ = nobody;    // of the command that was admitted last
    std::uint64_t nonce_ = 0;
    std::vector<std::uint32_t> changed_keys_;
    bool changed_exchange_ = false;
};

}  // namespace lockstep
