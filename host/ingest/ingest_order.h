// What waits to be put into a block, and in which order it leaves. Arrival order, until more waits
// than the next block holds: then what can only make the exchange safer goes first. A function of
// the calls alone: no clock, no thread.
//
// Urgent are cancels, mass cancels, and orders that may only reduce; a chain is when each of its
// commands is, and leaves whole. In its class everything keeps its order of arrival. An urgent
// command passes the others, but not
//   - the very order that it cancels, nor, a mass cancel, any order of its account;
//   - a command signed by the same key: nonces rise, and the one that was passed would be refused;
//   - an order, any urgent command of its account that must wait so itself, nor a cancel of a whole
//     owner's orders: it was sent after them.
// So whoever wants to pull quotes from behind his own new orders signs cancels with a key of their
// own, and names the orders. No other command ever passes an urgent one of its account or key.
// Urgent commands take at most three quarters of a block while others may go, so that no flood of
// cancels stops the rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

#include "host/block/form.h"
#include "host/state/engine_state.h"
#include "margin/state/id.h"

namespace lockstep {

/// A command, or a chain of linked ones, as somebody sent it.
struct ingest_unit {
    std::vector<transaction_row> commands;
    std::vector<signature_row> signatures;  // as many
};

enum class ingest_answer { accepted, busy, too_long };

struct ingest_reply {
    ingest_answer answer;
    std::size_t depth;  // commands that wait now
};

struct ingest_limits {
    std::size_t commands = 100'000;   // that may wait
    std::size_t for_urgent = 10'000;  // beyond that, for urgent ones alone
    std::size_t longest_unit = chain_max;  // commands
};

class ingest_order {
  public:
    explicit ingest_order(ingest_limits const& limits) : limits_(limits) {}

    /// What is accepted leaves by take(), once. What is not was not touched: busy when there is no
    /// room for it, too_long when there never will be.
    ingest_reply offer(ingest_unit unit);

    /// Adds the next commands to the block until it holds `most`, which must be no less than the
    /// longest unit, or nothing that may go fits.
    void take(std::size_t most, block& into);

    std::size_t depth() const { return depth_; }

  private:
    struct waiting_unit {
        ingest_unit unit;
        std::uint64_t arrival;
    };
    using queue = std::deque<waiting_unit>;

    struct order_name {
        client_id id;
        std::uint32_t account;
        friend bool operator==(order_name const&, order_name const&) = default;
    };
    struct order_hash {
        std::size_t operator()(order_name const& o) const { return hash_of(o.id); }
    };
    /// When what waits under a name arrived, the earliest first. Looked up, never iterated.
    template <class Name, class Hash = std::hash<Name>>
    using arrivals = std::unordered_map<Name, std::deque<std::uint64_t>, Hash>;

    /// Whose commands wait in a class.
    struct presence {
        using order = order_name;
        arrivals<order_name, order_hash> orders;
        arrivals<std::uint32_t> traders;   // accounts with orders
        arrivals<std::uint32_t> accounts;  // accounts with anything
        arrivals<std::uint32_t> urgent;    // accounts with what no order of theirs may pass
        arrivals<std::uint32_t> keys;

        void enter(waiting_unit const& waiting);
        void leave(waiting_unit const& waiting);
    };

    bool must_wait(ingest_unit const& unit) const;
    bool is_held(waiting_unit const& ordinary) const;
    void move_front(queue& from, presence& known, block& into);

    ingest_limits const limits_;
    queue urgent_, ordinary_;
    presence urgent_known_, ordinary_known_;
    std::size_t depth_ = 0;
    std::uint64_t arrivals_ = 0;
};

}  // namespace lockstep
