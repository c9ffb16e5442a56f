// The log for people: JSON lines, one command or one block boundary each. data/FORMATS.md lists the
// fields of every kind.
//
//     {"block": 1766000000000000000}
//     {"id": "7", "kind": "transfer", "account": 1, "counterparty": 2, "amount": "12.5"}
#pragma once

#include <memory>
#include <string>

#include "host/io/line_reader.h"
#include "host/log/block_source.h"
#include "host/log/json_line.h"

namespace lockstep {

class json_log_reader final : public block_source {
  public:
    json_log_reader(std::string name, std::unique_ptr<byte_source> source);
    bool next(block& b) override;

  private:
    line_reader lines_;
    json_line_parser parser_;
    std::int64_t next_time_ = 0;
    bool started_ = false;
    bool ended_ = false;
};

/// The line for a command; reading it gives the same bytes.
std::string json_of(transaction_row const& t);
/// The lines of a block: its boundary, then its commands with their signatures.
std::string json_of(block const& b);

/// Ids are shown as hexadecimal digits without leading zeros.
std::string text_of(client_id id);
/// Nothing when the text is no id: 1 to 32 hexadecimal digits.
bool read_id(std::string_view text, client_id& id);

}  // namespace lockstep
