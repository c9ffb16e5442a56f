// Proves, for most of the accounts that a tick reaches, that it changes no decision about them.
//
// Every netting set has room: its share of what its pool had left to the nearest decision (initial
// margin, maintenance margin, the same at each move of the bands) when the rule was last asked.
// A tick takes from it, for each position that moved, the most that the move can have done
// (margin/portfolio_bound.h). A set whose room is used up is due: the rule is asked, and the room
// is new.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "host/base/big_memory.h"
#include "host/risk/netting_sets.h"
#include "host/watch/marked_market.h"
#include "margin/portfolio_bound.h"

namespace lockstep {

class movement_screen {
  public:
    /// No set has room yet. The sets must outlive the screen or its next take().
    void take(netting_sets const& sets, std::size_t instruments);

    /// Takes from the rooms; marks[s] = 1 for each set that is due. Gives how many positions are in
    /// instruments that have moved, or whose rule has.
    std::uint64_t spend(market_change const& moved, std::vector<std::uint8_t>& marks);

    /// A set without positions has come in at `set`, as the sets say already.
    void open(std::uint32_t set);

    /// The set holds another size of the instrument now, as the sets say already: it has come into
    /// the set (1 more), has left it (1 fewer), or neither (0). The set has no room then.
    void change(std::uint32_t set, std::uint32_t instrument, int more);

    /// Instruments have no holders any more (1, by instrument); those sets held one of them, have
    /// other lots, and no room.
    void drop(std::vector<std::uint8_t> const& instruments, std::vector<std::uint32_t> const& sets);

    /// Nanos that a set may lose, or gain, before a decision could change, of which rounding takes
    /// `allowance` and its part for each contract.
    void give_room(std::uint32_t set, double nanos, double allowance) {
        double const left = nanos - allowance - rounding_per_contract * contracts_[set];
        room_[set] = given_[set] = left > 0 ? std::min(left, room_max) : 0;
    }
    /// Whether anything of the set has moved since it was given room.
    bool has_moved(std::uint32_t set) const { return room_[set] != given_[set]; }
    /// Calls take(set) for each position in the instrument.
    template <class Take>
    void each_holder(std::uint32_t instrument, Take&& take) const {
        for (std::uint32_t h = begin_[instrument]; h < begin_[instrument + 1]; ++h)
            take(holders_[h].set);
    }
    std::uint64_t positions_of(std::uint32_t instrument) const {
        return begin_[instrument + 1] - begin_[instrument];
    }
    /// Holders of the instrument in the blocks of sets before one: whose rooms other threads spend.
    std::uint32_t holders_before(std::uint32_t block, std::uint32_t instrument) const {
        return block_begin_[block * largest_.size() + instrument] - begin_[instrument];
    }
    static constexpr std::uint32_t block_sets = 1u << 14;  // whose rooms a core keeps at hand

  private:
    /// Below it a double counts nanos exactly; each position takes one more than its bound, which
    /// covers the rounding of the subtraction.
    static constexpr double room_max = 0x1p52;

    struct holder {
        std::uint32_t set;
        float size;  // nano-contracts, rounded up
    };

    double contracts_at(std::uint32_t p, double lot) const;
    void weigh(std::uint32_t set);
    void shift(std::uint32_t set, std::uint32_t instrument, std::uint32_t from, int more);
    holder holder_of(std::uint32_t set, std::uint32_t p) const;
    double bound_of(std::uint32_t instrument, row_movement const& movement) const;
    void spend_by_holder(std::vector<std::uint32_t> const& instruments,
                         std::vector<double> const& bounds, std::size_t block);
    void spend_by_set(market_change const& moved, std::vector<double> const& bounds,
                      std::uint32_t first, std::uint32_t last);

    netting_sets const* sets_ = nullptr;
    std::vector<std::uint32_t> begin_;  // by instrument: its holders, in order of the sets
    big_vector<holder> holders_;
    std::vector<std::uint32_t> block_begin_;  // by block of sets, by instrument: its first holder
    std::vector<float> largest_;              // by instrument: size of a position
    std::vector<double> contracts_, lot_;     // by set: all of its contracts, nanos of a lot
    big_vector<double> room_, given_;         // by set: what is left of what was given
    double positions_most_ = 0;               // of a set
};

}  // namespace lockstep
