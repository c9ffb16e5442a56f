// Owns a risk matrix: cells on a 64-byte boundary, and the columns beside them.
#pragma once

#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

#include "kernels/views.h"

namespace lockstep {

class risk_table {
  public:
    risk_table(std::size_t instruments, std::uint32_t scenarios)
        : scenarios_(scenarios),
          columns_(padded_scenarios(scenarios)),
          cells_(allocate(instruments * (columns_ + sensitivity_count))),
          row_max_(instruments),
          expiry_bucket_(instruments),
          status_(instruments) {}

    /// What backends fill and read.
    risk_matrix matrix() {
        return {cells_.get(),   row_max_.data(), expiry_bucket_.data(),
                status_.data(), row_max_.size(), scenarios_,
                columns_};
    }

  private:
    struct deleter {
        void operator()(std::int64_t* cells) const { std::free(cells); }
    };
    using cell_owner = std::unique_ptr<std::int64_t[], deleter>;

    static cell_owner allocate(std::size_t count) {
        std::size_t const bytes = (count * sizeof(std::int64_t) + 63) / 64 * 64;
        void* memory = std::aligned_alloc(64, bytes == 0 ? 64 : bytes);
        if (memory == nullptr) throw std::bad_alloc();
        return cell_owner(static_cast<std::int64_t*>(memory));
    }

    std::uint32_t scenarios_, columns_;
    cell_owner cells_;
    std::vector<std::int64_t> row_max_;
    std::vector<std::uint8_t> expiry_bucket_, status_;
};

}  // namespace lockstep
