#include "host/block/settle.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "host/state/prefetch.h"

namespace lockstep {

namespace {

/// Slots, each once and in ascending order: one bit for each that there is says it sooner than a
/// sort of those that are named.
class slot_set {
  public:
    explicit slot_set(std::size_t slots) : bits_(slots / 64 + 1) {}
    void add(std::uint32_t slot) { bits_[slot / 64] |= std::uint64_t{1} << slot % 64; }
    template <class Visit>
    void each(Visit&& visit) const {
        for (std::size_t word = 0; word < bits_.size(); ++word)
            for (std::uint64_t left = bits_[word]; left != 0; left &= left - 1)
                visit(static_cast<std::uint32_t>(64 * word) +
                      static_cast<std::uint32_t>(std::countr_zero(left)));
    }

  private:
    std::vector<std::uint64_t> bits_;
};

slot_set closed_slots(engine_state const& state, std::vector<match_output> const& outputs) {
    slot_set closed(state.open_orders.rows().size());
    for (match_output const& out : outputs)
        for (std::uint32_t const slot : out.closed_slots) closed.add(slot);
    return closed;
}

void give_back(engine_state& state, slot_set const& closed) {
    closed.each([&](std::uint32_t slot) { prefetch(&state.open_orders[slot]); });
    closed.each([&](std::uint32_t slot) { state.open_orders.give_back(slot); });
}

}  // namespace

void settle_step::note(engine_state& state, match_output const& out, dirty_tables& dirty) {
    for (std::uint32_t const slot : out.changed_slots) dirty.open_orders.add(slot);
    for (std::uint32_t const book : out.changed_books) dirty.books.add(book);
    for (auto const& [asset, nanos] : out.fees) {
        state.assets[asset].fee_pool.nanos += nanos;
        dirty.assets.add(asset);
    }
}

void settle_step::take(engine_state& state, match_output& out, dirty_tables& dirty) {
    note(state, out, dirty);
    post(state, view_of(std::as_const(out.entries)), dirty);
    out.entries.clear();
    out.fees.clear();
    out.changed_slots.clear();
    out.changed_books.clear();
}

void settle_step::run(engine_state& state, std::vector<match_output> const& outputs,
                      dirty_tables& dirty) {
    for (match_output const& out : outputs) note(state, out, dirty);
    std::size_t const at_once = portion();
    if (at_once == SIZE_MAX && outputs.size() > 1) {
        entries_.clear();
        for (match_output const& out : outputs)
            entries_.insert(entries_.end(), out.entries.begin(), out.entries.end());
        return post(state, view_of(std::as_const(entries_)), dirty);
    }
    for (match_output const& out : outputs)
        for (std::size_t i = 0; i < out.entries.size(); i += at_once)
            post(state, {out.entries.data() + i, std::min(at_once, out.entries.size() - i)}, dirty);
}

void settle_step::post(engine_state& state, view<settle_entry const> entries, dirty_tables& dirty) {
    open_interest_.resize(entries.size());
    device_.settle(
        {entries, view_of(state.accounts), view_of(state.positions), view_of(open_interest_)});
    for (std::size_t i = 0; i < entries.size(); ++i) {
        settle_entry const& e = entries[i];
        dirty.accounts.add(e.account.value);
        if (e.position == no_position) continue;
        dirty.positions.add(e.position);
        if (open_interest_[i] == 0) continue;
        std::uint32_t const instrument = state.positions[e.position].instrument.value;
        state.listings[instrument].open_interest_nanos += open_interest_[i];
        dirty.listings.add(instrument);
    }
}

void free_slots(engine_state& state, prepared_block const& prepared,
                std::vector<match_output> const& outputs, dirty_rows& changed) {
    slot_set closed = closed_slots(state, outputs);
    for (prepared_command const& p : prepared.commands) {
        if (p.slot == no_row) continue;
        changed.add(p.slot);
        if (p.target == no_row && !p.opened) closed.add(p.slot);
    }
    give_back(state, closed);
}

void free_slots(engine_state& state, std::vector<match_output> const& outputs) {
    bool const none = std::all_of(outputs.begin(), outputs.end(),
                                  [](match_output const& out) { return out.closed_slots.empty(); });
    if (!none) give_back(state, closed_slots(state, outputs));
}

}  // namespace lockstep
