// One line of a JSON log.
#pragma once

#include <memory>
#include <string>

#include "host/io/line_reader.h"
#include "margin/state/signature.h"
#include "margin/state/transaction.h"

namespace lockstep {

class json_line_parser {
  public:
    json_line_parser();
    ~json_line_parser();

    /// True for a command, which is then in `t` and `s`; false for a block boundary, whose time is
    /// then in `time`. Throws input_error with the file, the line and the field at fault.
    bool read(std::string const& file, text_line const& text, transaction_row& t, signature_row& s,
              std::int64_t& time);

  private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace lockstep
