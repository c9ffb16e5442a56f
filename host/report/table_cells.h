// Cells of a row in the making: each appends its value and the comma before it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "host/io/csv_cell.h"
#include "host/io/number_text.h"
#include "host/io/timestamp.h"
#include "host/risk/pools.h"
#include "pricing/base/money.h"

namespace lockstep {

class row_text {
  public:
    explicit row_text(std::string& out) : out_(out) {}
    row_text(row_text const&) = delete;
    row_text& operator=(row_text const&) = delete;
    ~row_text() { out_ += '\n'; }

    row_text& text(std::string_view value) { return next(), append_cell(out_, value), *this; }
    row_text& integer(std::int64_t value) { return next(), append_integer(out_, value), *this; }
    row_text& number(double value) { return next(), append_double(out_, value), *this; }
    row_text& amount(money value) { return next(), append_money(out_, value), *this; }
    row_text& nanos(int128 value) { return next(), append_nanos(out_, value), *this; }
    row_text& scaled(int128 value, int places) {
        return next(), append_scaled(out_, value, places), *this;
    }
    row_text& time(utc_ns value) {
        next();
        if (value.value != 0) append_time(out_, value);
        return *this;
    }
    /// A move as a fraction; empty when there is none.
    row_text& distance(std::int32_t ppm) {
        next();
        if (ppm != no_distance) append_scaled(out_, ppm, 6);
        return *this;
    }
    row_text& flags(std::uint32_t bits) { return next(), append_flags(out_, bits), *this; }
    row_text& none() { return next(), *this; }

  private:
    void next() {
        if (!first_) out_ += ',';
        first_ = false;
    }

    std::string& out_;
    bool first_ = true;
};

}  // namespace lockstep
