// The desk between the ledger and one segment of books: it words commands for a book, listens to
// what the book reports, and turns each report into postings for the accounts concerned.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "host/block/match.h"
#include "host/block/position_margins.h"
#include "host/book/order_book.h"
#include "host/state/engine_state.h"

namespace lockstep {

class book_desk {
  public:
    book_desk(engine_state& state, prepared_block& prepared, big_vector<fill_summary>& fills,
              match_output& out)
        : state_(state),
          prepared_(prepared),
          fills_(fills),
          out_(out),
          margins_(state, prepared.found) {}

    /// Carries out one command of the block; its final status stands in `prepared` afterwards.
    void place(std::uint32_t i);
    void amend(std::uint32_t i);
    void cancel(std::uint32_t i);
    /// Of command i: the orders of one account on one book.
    void mass_cancel(std::uint32_t i, std::uint32_t account, std::uint32_t instrument);
    void block_trade(std::uint32_t i);
    /// A takeover or deleveraging: for as much as both still hold.
    void close_against(std::uint32_t i);
    /// Commands first to last of one chain, each on a book of its own: all of them, or none. The
    /// legs of a combo are filled at once and whole. Books that stand here are asked, and when
    /// every book of the chain has answered they carry out their part or give it back.
    chain_answer ask_chain(std::uint32_t first, std::uint32_t last);
    void end_chain(std::uint32_t first, std::uint32_t last, chain_answer const& answer);
    /// Takes every order of an account off one book: it can no longer carry them.
    void cancel_account(std::uint32_t account, std::uint32_t instrument);
    /// Tells the book of an instrument what accounts hold where it has not seen it change.
    void take_positions(std::uint32_t instrument);
    /// Empties the book of an instrument that has expired.
    void close_book(std::uint32_t instrument);
    /// Time passes for a book: orders that have expired leave it, and it learns whether trade in
    /// its instrument is suspended.
    void advance_time(std::uint32_t instrument, std::int64_t now);

  private:
    static constexpr unsigned place_bits = 24;  // of open_order_row::queued

    transaction_row const& command_at(std::uint32_t i) const { return prepared_.rows[i]; }
    std::uint64_t sequence_of(std::uint32_t i) const { return prepared_.first_place + i + 1; }

    void begin(std::uint32_t i);
    /// Blocks are moments as well: what time lets in stands behind what the block before let in,
    /// also where either has no command.
    void at_sequence(std::uint64_t sequence) {
        current_sequence_ = sequence;
        moment_ = sequence + state_.blocks + 1;
    }
    void begin_upkeep(std::uint64_t sequence);
    void carry_out(std::uint32_t i);
    void give_back(std::uint32_t i);
    void trade(std::uint32_t i, std::int64_t size);
    std::int64_t still_to_close(std::uint32_t i, apply_status& refused) const;
    book_status answer_to(std::uint32_t i);
    /// Whether the book of command i does.
    bool stands_here(std::uint32_t i) const {
        return state_.share.has(prepared_.commands[i].instrument);
    }
    book_command word_order(std::uint32_t i) const;
    book_command word_verb(book_verb verb, std::uint32_t i) const;
    void set_position(std::uint32_t instrument, std::uint32_t account, std::int64_t lots,
                      std::uint8_t flags = 0);
    listing_row const& attend(std::uint32_t instrument);
    book_status tell(std::uint32_t instrument, book_command const& c);
    void note_change();
    void tell_alone(std::uint32_t instrument, book_verb verb);
    void end_trade(std::uint32_t instrument);
    void hear(book_report const& r);
    void open_slot(std::uint32_t i);
    void refuse_order(std::uint32_t i, book_status status);

    /// What an order asks of its position's margin.
    struct asked_margin {
        open_reserve bears;  // what of it may be filled, and has been set aside for that
        int128* left;        // of the position's margin
        int128 most;         // of that, by this order
    };
    enum class extent : std::uint8_t { as_it_rests, as_it_enters };
    asked_margin asks(open_order_row const& order, bool reduces, extent which);
    int128 beyond(asked_margin const& asked, order_side side, std::int64_t ticks) const;
    void take_margin(std::uint32_t slot, asked_margin const& asked, int128 lost);
    void give_margin_back(std::uint32_t slot, std::int64_t size, int128 lost);
    void lend_margin_back(std::uint32_t slot);
    void return_margin(std::uint32_t slot);
    void follow_mark(std::uint32_t instrument);
    std::int64_t borne(asked_margin const& asked, order_side side, std::int64_t limit) const;
    open_order_row own_order(std::uint32_t i) const;
    std::int64_t worst_price_of(std::uint32_t i);
    std::int64_t worst_price(entering_order const& o);

    void fill(book_report const& r);
    void keep_trade(fill_value const& value, std::int64_t at, std::uint32_t ordinal,
                    trade_side const& taker, trade_side const& maker);
    money fill_one(std::uint32_t slot, fill_value const& value, bool maker);
    void reduce(std::uint32_t slot, std::int64_t size);
    void lose(std::uint32_t slot, std::int64_t size, book_reason reason);
    void close(std::uint32_t slot, book_reason reason);
    void amended(book_report const& r);
    settle_entry& post(std::uint32_t account, std::uint32_t position);
    void post_reduction(order_side side, std::int64_t size, open_reserve& left,
                        std::uint32_t account, std::uint32_t position);
    void collect(money fee);
    void queue(std::uint32_t slot);
    open_order_row& change(std::uint32_t slot);
    std::uint32_t slot_of_taker(std::uint64_t order) const;

    engine_state& state_;
    prepared_block& prepared_;
    big_vector<fill_summary>& fills_;
    match_output& out_;
    position_margins margins_;
    struct taken_margin {
        int128* left;  // of the position's
        int128 amount;
        std::int64_t size;  // of the order, that it is for
    };
    std::unordered_map<std::uint32_t, taken_margin> taken_;  // by slot of the order
    taken_margin lent_back_ = {};                            // of the order that the command amends
    bool asked_anew_ = false;  // whether it may enter with its new terms

    // The command at work.
    std::uint32_t current_ = no_row;
    std::uint64_t current_sequence_ = 0;
    std::uint64_t moment_ = 0;         // commands and blocks that have begun
    std::uint64_t own_order_ = 0;      // that it places or means; 0: no command's
    std::uint32_t own_slot_ = no_row;  // which counts as changed anyway
    fill_summary own_fills_;
    std::uint32_t ordinal_ = 0;
    std::uint32_t queued_ = 1;      // places in queues so far; its own order has the first
    std::uint64_t counted_at_ = 0;  // the moment at which
    bool new_terms_taken_ = false;  // of the order that it amends
    bool book_changed_ = false;
    listing_row const* listing_ = nullptr;
    std::uint32_t instrument_ = no_row;
};

/// The ledger's word for a book's refusal.
apply_status status_of(book_status status);

}  // namespace lockstep
