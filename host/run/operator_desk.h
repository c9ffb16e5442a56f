// Says in each block what a liquidator has to say, signed where that is required, and keeps the log
// that so comes about.
#pragma once

#include <filesystem>
#include <memory>

#include "host/block/engine.h"
#include "host/block/liquidator.h"
#include "host/keys/ed25519.h"
#include "host/log/log_writer.h"

namespace lockstep {

class operator_desk {
  public:
    /// Without a file to keep the log in there is no liquidator. The key, where there is one, must
    /// outlive the desk.
    operator_desk(std::filesystem::path const& executed, private_key const* key,
                  engine_state const& state);

    /// Throws input_error when its commands must be signed and the key cannot.
    void append_to(block& b, engine_state const& state);
    /// After a block.
    void look_at(engine const& ledger);
    void close();
    std::size_t accounts_under_water() const { return liquidator_.accounts_under_water(); }

  private:
    void sign(block& b, std::size_t first, engine_state const& state);
    std::uint32_t number_of_key(engine_state const& state) const;

    std::unique_ptr<log_writer> log_;
    private_key const* key_;
    liquidator liquidator_;
};

}  // namespace lockstep
