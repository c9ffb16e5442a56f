// A stored exchange, and the file that it is exported into.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "host/store/packed_store.h"
#include "tests/host/store/stored_exchange.h"

namespace lockstep {

inline void nobody_waits(std::uint64_t, std::uint64_t) {}

class packed_exchange : public ::testing::Test {
  protected:
    stored_exchange exchange;
    std::vector<block> blocks = stored_exchange::made_blocks(11, 30);
    sha256_digest root = exchange.store_blocks(blocks);
    std::filesystem::path file = exchange.scratch.path() / "exchange.packed";

    static export_report exported(stored_exchange const& from, std::filesystem::path const& to) {
        ledger_store store(from.options(open_mode::read_only));
        return export_store(store, to, *from.device, nobody_waits);
    }
    static import_report imported(std::filesystem::path const& from, stored_exchange const& to) {
        return import_store(from.string(), to.options(open_mode::create).files, {}, *to.device,
                            nobody_waits);
    }
    std::string findings(std::optional<sha256_digest> const& expected = {}) {
        std::string text;
        for (std::string const& finding :
             verify_packed(file.string(), expected, *exchange.device).findings)
            text += finding + "\n";
        return text;
    }
};

}  // namespace lockstep
