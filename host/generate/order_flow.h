// Orders of a generated log, and what is later done to them. Of the orders that may be open a
// bounded number is remembered, whether or not they have been filled in the meantime.
#pragma once

#include <cstdint>
#include <vector>

#include "host/generate/draws.h"
#include "host/generate/listed_market.h"
#include "margin/state/transaction.h"

namespace lockstep {

class order_flow {
  public:
    explicit order_flow(listed_market const& market) : market_(market) {}

    /// A limit order: two of three rest near the mark, the others take what is there and leave
    /// nothing.
    transaction_row plain(std::uint32_t seat, std::uint32_t account, draws& d) const;
    /// Any type and force: half plain ones, then market, FOK, post-only, reduce-only, dated, stops,
    /// icebergs; one in twenty is large.
    transaction_row any(std::uint32_t seat, std::uint32_t account, std::int64_t now,
                        draws& d) const;
    /// A leg that crosses the market by about a hundredth.
    transaction_row leg(std::uint32_t seat, std::uint32_t account, draws& d) const;
    /// A trade at the mark that both have agreed on.
    transaction_row trade(std::uint32_t seat, std::uint32_t account, std::uint32_t counterparty,
                          draws& d);

    /// Notice of exercise for a few lots of an option, or advice on its expiry: mostly by somebody
    /// who has lately asked for options, else by this account of what is on this seat.
    transaction_row instruct(transaction_kind kind, std::uint32_t seat, std::uint32_t account,
                             draws& d) const;

    /// Remembers an order that was sent, when it may rest.
    void sent(std::uint32_t seat, transaction_row const& order, draws& d);
    bool knows_any() const { return !open_.empty(); }
    /// Mostly a young one; forgotten with this.
    transaction_row cancel(draws& d);
    /// Down, up, or to another price.
    transaction_row amend(draws& d) const;

  private:
    transaction_row order(std::uint32_t seat, std::uint32_t account, draws& d) const;
    void vary(transaction_row& t, market_seat const& seat, std::int64_t now, draws& d) const;
    std::size_t pick(draws& d) const;

    struct open_order {
        client_id id;
        std::uint32_t account;
        std::int64_t amount, price;
        std::int64_t lot, tick;  // of its instrument
    };
    struct option_buyer {
        std::uint32_t account, instrument;
        std::int64_t lot;
    };
    void remember_buyer(std::uint32_t seat, std::uint32_t account);

    listed_market const& market_;
    std::vector<open_order> open_;
    std::vector<option_buyer> buyers_;
    std::size_t bought_ = 0;  // so often
};

}  // namespace lockstep
