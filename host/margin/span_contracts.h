// The contracts of a SPAN file: of records P and B, what prices and deltas are counted in, and of
// each pair of records 81 and 82, a risk array.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "host/margin/span_file.h"
#include "host/margin/span_record.h"

namespace lockstep {

class span_contract_reading {
  public:
    void product(span_record const& r);
    void scaling(span_record const& r);
    /// `unit` is what one unit of an array is in nanos, of the commodity at hand; zero before any.
    void first_half(span_record const& r, std::int64_t unit);
    void second_half(span_record const& r);

    /// A record 81 waits for its 82.
    bool is_open() const { return open_; }
    std::vector<span_contract> take() { return std::move(contracts_); }

  private:
    struct listed_product {
        int settlement_decimals = 0, strike_decimals = 0;
        char fractions = ' ';  // alignment code of settlement prices: blank are decimals
        double value_factor = 0;
    };
    using product_key = std::tuple<std::string, std::string, std::string>;
    using month_key = std::tuple<std::string, std::string, std::string, span_month, span_month>;

    void array_value(span_record const& r, std::size_t s, std::size_t first);
    /// A contract that stood twice would be two, and which of its arrays holds nobody could say.
    void expect_new(span_record const& r);

    std::map<product_key, listed_product> products_;
    std::map<month_key, double> delta_scale_;
    std::int64_t unit_ = 0;
    bool open_ = false;
    std::string identity_;
    span_contract contract_;
    std::map<std::pair<std::string, bool>, std::uint64_t> line_of_contract_;  // and strike below 0
    std::vector<span_contract> contracts_;
};

}  // namespace lockstep
