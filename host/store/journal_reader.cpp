#include "host/store/journal_reader.h"

#include <algorithm>

#include "host/base/error.h"

namespace lockstep {

std::vector<outcome_row> outcomes_of(ledger_store const& store, journal_entry const& entry) {
    if (entry.is_folded())
        return rows_of<outcome_row>(store.section(entry, section_kind::outcomes));
    std::vector<outcome_row> outcomes;
    for (receipt_row const& r : rows_of<receipt_row>(store.section(entry, section_kind::receipts)))
        outcomes.push_back({.status = r.status, .reserved = 0, .row = r.result});
    return outcomes;
}

bool journal_reader::next(block& b) {
    if (next_ >= end_) return false;
    if (blocks_.empty() || next_ > entry_.head.block) {
        entry_ = store_.entry(next_);
        from_ = entry_.head.first_block;
        blocks_ = entry_.is_folded()
                      ? rows_of<block_summary_row>(store_.section(entry_, section_kind::blocks))
                      : std::vector{entry_.summary()};
        commands_ = rows_of<transaction_row>(store_.section(entry_, section_kind::commands));
        signatures_ =
            entry_.section(section_kind::signatures) == nullptr
                ? std::vector<signature_row>()
                : rows_of<signature_row>(store_.section(entry_, section_kind::signatures));
        if (!signatures_.empty() && signatures_.size() != commands_.size())
            throw input_error(store_.name_of(entry_) + ": has not as many signatures as commands");
        if (blocks_.size() != entry_.head.block - from_ + 1)
            throw input_error(store_.name_of(entry_) + ": has not as many blocks as it claims");
    }
    block_summary_row const& summary = blocks_[next_ - from_];
    std::uint64_t const begin = summary.first_sequence - entry_.head.first_sequence;
    if (begin > commands_.size() || summary.commands > commands_.size() - begin)
        throw input_error(store_.name_of(entry_) + ": has not as many commands as it claims");
    b.time = summary.time;
    auto const first = commands_.begin() + static_cast<std::ptrdiff_t>(begin);
    b.commands =
        big_vector<transaction_row>(first, first + static_cast<std::ptrdiff_t>(summary.commands));
    b.signatures.clear();
    if (!signatures_.empty()) {
        auto const from = signatures_.begin() + static_cast<std::ptrdiff_t>(begin);
        b.signatures.assign(from, from + static_cast<std::ptrdiff_t>(summary.commands));
        if (std::all_of(b.signatures.begin(), b.signatures.end(),
                        [](signature_row const& s) { return s.is_empty(); }))
            b.signatures.clear();  // it had none; its neighbours in a folded entry had
    }
    ++next_;
    return true;
}

}  // namespace lockstep
