#include "host/block/match.h"

#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <numeric>
#include <tuple>

#include "host/block/book_desk.h"
#include "host/block/book_ranks.h"
#include "host/block/kinds.h"
#include "host/exec/arena.h"
#include "host/state/prefetch.h"

namespace lockstep {

namespace {

/// Which books a chain has joined: union-find over instruments, the smallest number leads.
class joined_books {
  public:
    explicit joined_books(std::size_t books) : leader_(books) {
        std::iota(leader_.begin(), leader_.end(), 0u);
    }
    std::uint32_t find(std::uint32_t book) {
        while (leader_[book] != book) book = leader_[book] = leader_[leader_[book]];
        return book;
    }
    void join(std::uint32_t a, std::uint32_t b) {
        a = find(a);
        b = find(b);
        if (a < b) leader_[b] = a;
        if (b < a) leader_[a] = b;
    }

  private:
    std::vector<std::uint32_t> leader_;
};

}  // namespace

big_vector<trade_row> trades_of(std::vector<match_output> const& outputs) {
    big_vector<trade_row> trades;
    for (match_output const& out : outputs)
        trades.insert(trades.end(), out.trades.begin(), out.trades.end());
    std::sort(trades.begin(), trades.end(), [](trade_row const& a, trade_row const& b) {
        return std::tie(a.sequence, a.instrument, a.ordinal) <
               std::tie(b.sequence, b.instrument, b.ordinal);
    });
    return trades;
}

bool match_step::is_at_work(std::size_t i) const {
    prepared_command const& p = prepared_.commands[i];
    return p.status == apply_status::applied && p.repeat_of == no_row &&
           has_trait(p.kind, kind_trait::in_books);
}

std::uint32_t match_step::chain_last(std::uint32_t i) const {
    while (prepared_.commands[i].linked) ++i;
    return i;
}

std::uint32_t match_step::instrument_of(std::uint32_t i) const {
    prepared_command const* p = &prepared_.commands[i];
    return p->kind == transaction_kind::combo_order ? p[1].instrument : p->instrument;
}

/// A mass cancel on all books.
bool match_step::reaches_everywhere(std::uint32_t i) const {
    return prepared_.commands[i].kind == transaction_kind::mass_cancel &&
           !(command_at(i).flags & transaction_flag::on_instrument);
}

/// Calls visit(first, last) for each command, or chain of them, that goes to a book.
template <class Visit>
void match_step::each_at_work(Visit&& visit) const {
    if (!prepared_.has_orders) return;
    auto const count = static_cast<std::uint32_t>(prepared_.commands.size());
    for (std::uint32_t i = 0; i < count; ++i) {
        if (!is_at_work(i)) continue;
        std::uint32_t const first = i;
        i = chain_last(i);
        visit(first, i);
    }
}

/// All books in one.
void match_step::find_one_segment() {
    segments_.resize(state_.books.empty() ? 0 : 1);
    if (segments_.empty()) return;
    segment& all = segments_.front();
    all.books.resize(state_.books.size());
    std::iota(all.books.begin(), all.books.end(), 0u);
    all.commands.clear();
    each_at_work([&](std::uint32_t first, std::uint32_t) { all.commands.push_back(first); });
}

void match_step::find_segments() {
    std::size_t const books = state_.books.size();
    joined_books joined(books);
    each_at_work([&](std::uint32_t first, std::uint32_t last) {
        for (std::uint32_t i = first + 1; i <= last; ++i)
            if (prepared_.commands[i].kind != transaction_kind::combo_order)
                joined.join(instrument_of(first), instrument_of(i));
    });
    std::vector<std::uint32_t> segment_of(books, no_row);
    segments_.clear();
    for (std::uint32_t b = 0; b < books; ++b)
        if (joined.find(b) == b) {
            segment_of[b] = static_cast<std::uint32_t>(segments_.size());
            segments_.emplace_back();
        }
    for (std::uint32_t b = 0; b < books; ++b) {
        segment_of[b] = segment_of[joined.find(b)];
        segments_[segment_of[b]].books.push_back(b);
    }
    each_at_work([&](std::uint32_t first, std::uint32_t) {
        if (reaches_everywhere(first))
            for (segment& s : segments_) s.commands.push_back(first);
        else
            segments_[segment_of[instrument_of(first)]].commands.push_back(first);
    });
}

/// Whether there are several.
bool match_step::find_parties(std::uint32_t first, std::uint32_t last) {
    parties_.clear();
    for (std::uint32_t i = first; i <= last; ++i)
        parties_.push_back(state_.share.owner(instrument_of(i)));
    return std::any_of(parties_.begin(), parties_.end(),
                       [&](std::uint32_t rank) { return rank != parties_.front(); });
}

/// The books of this rank, and every command that one of them has a part in.
void match_step::find_own_segment() {
    segments_.assign(1, {});
    segment& own = segments_.front();
    for (std::uint32_t b = 0; b < state_.books.size(); ++b)
        if (state_.share.has(b)) own.books.push_back(b);
    own_commands_.clear();
    any_spans_ranks_ = false;
    each_at_work([&](std::uint32_t first, std::uint32_t last) {
        if (reaches_everywhere(first)) return own.commands.push_back(first);
        if (find_parties(first, last)) any_spans_ranks_ = true;
        bool here = false;
        for (std::uint32_t i = first; i <= last; ++i) {
            if (parties_[i - first] != state_.share.rank) continue;
            own_commands_.push_back(i);
            here = true;
        }
        if (here) own.commands.push_back(first);
    });
}

/// Asks for the memory of commands to come, step by step: what hangs on the first comes after it.
LOCKSTEP_PREFETCHES inline void match_step::look_ahead(segment const& s, std::size_t k) const {
    constexpr std::size_t farthest = 32, far = 20, soon = 12, next = 6, now = 2;
    auto const order = [&](std::size_t ahead) -> prepared_command const* {
        if (k + ahead >= s.commands.size()) return nullptr;
        prepared_command const& p = prepared_.commands[s.commands[k + ahead]];
        return p.slot != no_row ? &p : nullptr;
    };
    if (k + farthest < s.commands.size()) prefetch(&prepared_.commands[s.commands[k + farthest]]);
    if (auto const* p = order(far)) {
        prefetch(&command_at(s.commands[k + far]));
        prefetch(&state_.accounts[p->first_account].owner);
        prefetch(&state_.open_orders[p->slot]);
    }
    if (auto const* p = order(soon)) {
        order_book const& book = *state_.books[p->instrument];
        if (p->target == no_row)
            book.expect_soon(p->first_account, prepared_.first_place + s.commands[k + soon] + 1);
        else
            book.expect_find_soon(p->target + 1);
    }
    if (auto const* p = order(next)) {
        order_book const& book = *state_.books[p->instrument];
        if (p->target == no_row)
            book.expect_next(p->first_account);
        else
            book.expect_find_next(p->target + 1);
    }
    if (auto const* p = order(now); p != nullptr && p->target == no_row)
        state_.books[p->instrument]->expect_now(p->first_account,
                                                command_at(s.commands[k + now]).side);
}

void match_step::run_segment(segment const& s, match_output& out, std::int64_t now,
                             portions const& to) {
    book_desk desk(state_, prepared_, fills_, out);
    for (std::uint32_t const book : s.books) desk.advance_time(book, now);
    for (std::size_t k = 0; k < s.commands.size(); ++k) {
        look_ahead(s, k);
        std::uint32_t const i = s.commands[k];
        std::uint32_t const last = chain_last(i);
        if (last != i)
            chain(i, last, desk);
        else
            carry_out(s, i, desk);
        if (out.entries.size() >= to.entries) to.take(out);
    }
}

void match_step::chain(std::uint32_t first, std::uint32_t last, book_desk& desk) {
    chain_answer answer = desk.ask_chain(first, last);
    if (ranks_ != nullptr && find_parties(first, last))
        answer = ranks_->agree(parties_, first, answer);
    desk.end_chain(first, last, answer);
}

/// A command that stands alone.
void match_step::carry_out(segment const& s, std::uint32_t i, book_desk& desk) {
    switch (command_at(i).kind) {
        case transaction_kind::liquidate:
        case transaction_kind::place_order: desk.place(i); break;
        case transaction_kind::amend_order: desk.amend(i); break;
        case transaction_kind::cancel_order: desk.cancel(i); break;
        case transaction_kind::take_over:
        case transaction_kind::deleverage: desk.close_against(i); break;
        case transaction_kind::block_trade: desk.block_trade(i); break;
        case transaction_kind::mass_cancel: mass_cancel(s, i, desk); break;
        default: break;
    }
}

/// Book by book, and account by account where the whole owner is meant. An account without an open
/// order before or in this block is passed over.
void match_step::mass_cancel(segment const& s, std::uint32_t i, book_desk& desk) {
    transaction_row const& t = command_at(i);
    std::uint32_t const owner = state_.accounts[t.account].owner;
    owner_index::entry const alone{owner, t.account};
    std::span<owner_index::entry const> whose(&alone, 1);
    if ((t.flags & transaction_flag::whole_owner) && owner != no_owner)
        whose = state_.accounts_of_owner.of(owner);
    for (std::uint32_t const book : s.books) {
        if ((t.flags & transaction_flag::on_instrument) && book != t.instrument) continue;
        for (auto const& [of, account] : whose)
            if (state_.accounts[account].open_orders > 0) desk.mass_cancel(i, account, book);
    }
}

void match_step::make_room(std::size_t outputs) {
    outputs_.resize(outputs);
    for (match_output& out : outputs_) {
        out.clear();
        out.keeps = keeps_;
    }
}

std::vector<match_output> const& match_step::run(int threads, std::int64_t now,
                                                 portions const& to) {
    if (ranks_ != nullptr) return run_own_books(now);
    if (threads <= 1)
        find_one_segment();
    else
        find_segments();
    make_room(segments_.size());
    if (threads <= 1) {
        for (std::size_t s = 0; s < segments_.size(); ++s)
            run_segment(segments_[s], outputs_[s], now, to);
        return outputs_;
    }
    exec::arena(threads).execute([&] {
        tbb::parallel_for(std::size_t{0}, segments_.size(),
                          [&](std::size_t s) { run_segment(segments_[s], outputs_[s], now, {}); });
    });
    return outputs_;
}

std::vector<match_output> const& match_step::run_own_books(std::int64_t now) {
    find_own_segment();
    make_room(state_.share.ranks);
    run_segment(segments_.front(), outputs_[state_.share.rank], now, {});
    if (any_spans_ranks_) ranks_->agree_no_more();
    ranks_->share(own_commands_, outputs_);
    return outputs_;
}

}  // namespace lockstep
