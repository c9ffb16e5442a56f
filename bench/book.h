// A synthetic exchange for the benches, from a seed: one coin-settled underlying, a scenario set of
// the usual shape (9 price moves x 3 vol moves, and 8 far moves that are dampened), an option
// chain, and accounts that hold positions in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/views.h"

namespace lockstep::bench {

/// USD for the coin of the benches' chains.
inline constexpr double coin_forward = 65'000;

inline constexpr std::uint32_t scenario_count = 35;

scenario_set usual_scenarios();
margin_rules usual_rules();

/// Options of 16 expiries, strikes from 0.4 to 2.5 forwards.
std::vector<risk_inputs> option_chain(std::size_t count, std::uint64_t seed);

/// Owner of a risk matrix; the cells stand on a 64-byte boundary.
class matrix_owner {
  public:
    explicit matrix_owner(std::size_t instruments);
    risk_matrix all() const { return matrix_; }
    void wipe() const;
    /// Digest over cells, largest magnitudes, buckets and statuses.
    std::string digest() const;

  private:
    struct released {
        void operator()(void* memory) const { std::free(memory); }
    };
    std::unique_ptr<std::int64_t, released> cells_;
    std::vector<std::int64_t> row_max_;
    std::vector<std::uint8_t> buckets_, status_;
    risk_matrix matrix_;
};

/// How the positions are spread over the accounts.
enum class book_shape {
    even,   // every account has the same number
    skewed  // half of all positions in accounts of one, half in accounts of 10,000, mixed
};

/// Accounts and positions, owned; one netting set for each account.
struct book {
    std::vector<std::uint32_t> begin, instrument, rule;
    std::vector<std::int64_t> lots;
    std::vector<std::uint8_t> lot_exponent;

    /// About `positions` of them in all; a skewed book has as many accounts as that gives.
    book(std::size_t accounts, std::size_t positions, std::size_t instruments, book_shape shape,
         std::uint64_t seed);
    std::size_t accounts() const { return rule.size(); }
    std::size_t positions() const { return lots.size(); }
    position_batch all() const;
};

}  // namespace lockstep::bench
