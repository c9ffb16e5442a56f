// The trades of a run as a table: what each side pays and who it is, in the order of the log.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "host/block/engine.h"
#include "host/io/output_file.h"

namespace lockstep {

class trade_tape {
  public:
    /// Throws machine_error when the file cannot be made.
    explicit trade_tape(std::filesystem::path const& file);

    /// The trades of the last block, which the engine must keep.
    void write(engine const& ledger);
    void close() { file_.close(); }

  private:
    output_file file_;
    std::string text_;
};

}  // namespace lockstep
