// A run of consecutive tasks of a program, as a program.
#pragma once

#include <cstddef>
#include <span>

#include "host/exec/program.h"

namespace lockstep::exec {

template <class Program>
class slice_program {
  public:
    slice_program(Program& whole, std::size_t first, std::size_t count)
        : whole_(whole), first_(first), count_(count) {}

    std::size_t tasks() const { return count_; }
    std::span<row_key const> keys(std::size_t task) const { return whole_.keys(first_ + task); }
    row_store const& rows() const { return whole_.rows(); }
    template <class Rows>
    void execute(std::size_t task, Rows& rows) {
        whole_.execute(first_ + task, rows);
    }

  private:
    Program& whole_;
    std::size_t first_;
    std::size_t count_;
};

}  // namespace lockstep::exec
