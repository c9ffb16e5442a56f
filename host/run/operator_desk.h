// Says in each block what a liquidator has to say, signed where that is required, and may keep the
// log that so comes about.
#pragma once

#include <filesystem>
#include <memory>

#include "host/block/engine.h"
#include "host/block/liquidator.h"
#include "host/keys/ed25519.h"
#include "host/log/log_writer.h"

namespace lockstep {

/// Whether somebody words what is to be done about accounts under water, and with which key.
struct run_liquidation {
    bool on = false;
    private_key const* operator_key = nullptr;  // where the exchange requires signatures
};

class operator_desk {
  public:
    /// `executed`: the file to keep the log in; empty: none. The key, where there is one, must
    /// outlive the desk.
    operator_desk(run_liquidation const& liquidation, std::filesystem::path const& executed,
                  engine_state const& state);

    /// Throws input_error when its commands must be signed and the key cannot, and when the log
    /// signs with the same key under a nonce that was used here: it would be refused, and the
    /// exchange would go on without what its operator says.
    void append_to(block& b, engine_state const& state);
    /// After a block. Throws input_error as soon as the exchange has an operator and the key is not
    /// one of the operator's: else nobody would know before the first liquidation.
    void look_at(engine const& ledger);
    void close();
    std::size_t accounts_under_water() const { return liquidator_.accounts_under_water(); }

  private:
    std::vector<signature_row> signatures_of(std::vector<transaction_row> const& words,
                                             block const& b, engine_state const& state);
    std::uint32_t number_of_key(engine_state const& state) const;
    void hear_of_key(block const& b, engine_state const& state);
    void demand_right_key(engine_state const& state);

    run_liquidation const liquidation_;
    std::unique_ptr<log_writer> log_;
    liquidator liquidator_;
    bool key_is_right_ = false;
    std::uint32_t key_ = UINT32_MAX;  // that signed here last
    std::uint64_t nonce_here_ = 0;    // its last
    std::uint64_t nonce_of_log_ = 0;  // the highest under which the log has signed with it
};

}  // namespace lockstep
