#include "host/simulate/auditor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "host/log/names.h"

namespace lockstep {

namespace {

// Statuses below 20 are said of the command itself and 20 to 39 of an id that was seen before.
constexpr int seen_before = 20, rows_named = 40;

/// A command that is in form, may stand where it stands and is signed uses its id up, whatever
/// comes of it or of its chain.
bool uses_its_id(apply_status status) {
    switch (status) {
        case apply_status::kind_is_unknown:
        case apply_status::id_must_not_be_zero:
        case apply_status::reserved_field_must_be_zero:
        case apply_status::flags_do_not_fit_the_kind:
        case apply_status::kind_may_not_be_in_a_chain:
        case apply_status::signature_is_missing:
        case apply_status::signature_is_not_valid:
        case apply_status::nonce_was_used:
        case apply_status::key_does_not_belong_to_the_account:
        case apply_status::key_is_not_an_operators:
        case apply_status::key_was_revoked: return false;
        default: return true;
    }
}

int number(apply_status status) { return static_cast<int>(status); }

bool same(transaction_row const& a, transaction_row const& b) {
    return std::memcmp(&a, &b, sizeof a) == 0;
}

}  // namespace

std::string auditor::read_block(block const& b, big_vector<receipt_row> const& receipts) {
    if (receipts.size() != b.commands.size())
        return fmt::format("{} commands have {} receipts", b.commands.size(), receipts.size());
    for (std::size_t i = 0; i < receipts.size(); ++i) {
        receipt_row const& r = receipts[i];
        commands_ += 1;
        if (!(r.id == b.commands[i].id) || r.sequence != commands_)
            return fmt::format("receipt {} of the block is not that of command {}", i, commands_);
        std::string const wrong = check_id(b.commands[i], r.status);
        if (!wrong.empty()) return fmt::format("command {}: {}", commands_, wrong);
        add_up(b.commands[i], r);
    }
    return {};
}

/// A command takes effect once; said again it answers with what became of it.
std::string auditor::check_id(transaction_row const& t, apply_status status) {
    if (!uses_its_id(status)) return {};
    bool const of_itself = number(status) >= 1 && number(status) < seen_before;
    bool const answers_as_seen = number(status) >= seen_before && number(status) < rows_named;
    auto const [at, is_new] = ids_.try_emplace({t.id.low, t.id.high}, first_use{t, status});
    if (is_new)
        return answers_as_seen ? fmt::format("its id is new, but it answers {}", name_of(status))
                               : std::string();
    if (of_itself) return {};
    first_use const& first = at->second;
    if (!answers_as_seen)
        return fmt::format("its id was used before, but it answers {}", name_of(status));
    if (!same(first.command, t))
        return status == apply_status::exists || status == apply_status::id_already_failed
                   ? "it differs from the first with its id, but is answered like it"
                   : std::string();
    apply_status const due = first.status == apply_status::applied
                                 ? apply_status::exists
                                 : apply_status::id_already_failed;
    return status == due
               ? std::string()
               : fmt::format("it should answer {}, not {}", name_of(due), name_of(status));
}

void auditor::add_up(transaction_row const& t, receipt_row const& r) {
    if (r.status != apply_status::applied) return;
    switch (t.kind) {
        case transaction_kind::create_asset: assets_ += 1; break;
        case transaction_kind::create_instrument: listings_ += 1; break;
        case transaction_kind::create_account:
            accounts_ += 1;
            asset_of_account_[r.result] = t.asset;
            break;
        case transaction_kind::deposit: came_in_[asset_of_account_[t.account]] += t.amount; break;
        case transaction_kind::withdraw: came_in_[asset_of_account_[t.account]] -= t.amount; break;
        default: break;
    }
}

std::string auditor::check_rows(engine_state const& state) const {
    if (state.history.size() != commands_ || state.assets.size() != assets_ ||
        state.accounts.size() != accounts_ || state.listings.size() != listings_)
        return "the tables are not as long as the commands made them";
    std::map<std::uint32_t, int128> held;
    for (account_row const& a : state.accounts) {
        held[a.asset.value] += a.cash.nanos;
        if (a.reserved.nanos < 0 || a.cash.nanos < a.reserved.nanos)
            return fmt::format("account {} has less cash than it has promised", a.number);
    }
    for (std::uint32_t i = 0; i < state.assets.size(); ++i) {
        asset_row const& a = state.assets[i];
        int128 const outside = static_cast<int128>(a.fee_pool.nanos) + a.insurance_fund.nanos +
                               a.remainder.nanos - a.deficit.nanos;
        auto const came = came_in_.find(i);
        int128 const wanted = came == came_in_.end() ? 0 : came->second;
        auto const in_accounts = held.find(i);
        int128 const cash = in_accounts == held.end() ? 0 : in_accounts->second;
        if (cash + outside != wanted)
            return fmt::format("asset {}: what is held is not what came in", i);
        if (a.external.nanos != wanted)
            return fmt::format("asset {}: its row is not what came in", i);
    }
    struct sums {
        int128 size = 0, longs = 0;
    };
    std::map<std::uint32_t, sums> of_instrument;
    std::map<std::pair<std::uint32_t, std::uint32_t>, int> rows_of;
    for (position_row const& p : state.positions) {
        sums& s = of_instrument[p.instrument.value];
        s.size += p.size.nanos;
        if (p.size.nanos > 0) s.longs += p.size.nanos;
        if (p.exercise.noticed() > std::max<std::int64_t>(p.size.nanos, 0))
            return fmt::format("account {} has given notice of more than it holds",
                               p.account.value);
        if (++rows_of[{p.account.value, p.instrument.value}] > 1)
            return fmt::format("account {} has two positions in instrument {}", p.account.value,
                               p.instrument.value);
    }
    for (auto const& [instrument, s] : of_instrument) {
        if (s.size != 0) return fmt::format("instrument {}: positions do not cancel", instrument);
        if (s.longs != state.listings[instrument].open_interest_nanos)
            return fmt::format("instrument {}: open interest is not the sum of longs", instrument);
    }
    return {};
}

}  // namespace lockstep
