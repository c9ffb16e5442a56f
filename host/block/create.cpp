#include "host/block/create.h"

#include "margin/ledger/create.h"

namespace lockstep {

namespace {

template <class Rows>
std::uint32_t append(Rows& rows, typename Rows::value_type const& row) {
    rows.push_back(row);
    return static_cast<std::uint32_t>(rows.size() - 1);
}

}  // namespace

apply_status create_asset(engine_state& state, transaction_row const& t, std::uint64_t sequence,
                          std::uint32_t& row) {
    asset_row made;
    apply_status const status = make_asset(t, sequence, made);
    if (status == apply_status::applied) row = append(state.assets, made);
    return status;
}

apply_status create_account(engine_state& state, transaction_row const& t, std::uint64_t sequence,
                            std::uint32_t& row) {
    if (t.asset >= state.assets.size()) return apply_status::asset_not_found;
    bool const isolated = (t.flags & transaction_flag::isolated) != 0;
    if (isolated && t.instrument >= state.listings.size())
        return apply_status::instrument_not_found;
    account_row made;
    auto const number = static_cast<std::uint32_t>(state.accounts.size());
    apply_status const status =
        make_account(t, isolated ? &state.listings[t.instrument] : nullptr, number, sequence, made);
    if (status == apply_status::applied) row = append(state.accounts, made);
    return status;
}

apply_status create_instrument(engine_state& state, transaction_row const& t,
                               std::uint64_t sequence, std::uint32_t& row) {
    if (t.asset >= state.assets.size()) return apply_status::asset_not_found;
    listing_row made;
    apply_status const status = make_listing(t, sequence, made);
    if (status != apply_status::applied) return status;
    row = append(state.listings, made);
    state.books.push_back(std::make_unique<order_book>());
    return status;
}

}  // namespace lockstep
