// What is wrong with a combo as a whole is said before what is wrong with the rows that it names,
// and no less of a command that comes again.
#include <gtest/gtest.h>

#include "host/block/engine.h"

namespace lockstep {
namespace {

transaction_row combo_part(std::uint64_t id, transaction_kind kind, std::uint32_t account,
                           std::uint32_t instrument) {
    transaction_row t{};
    t.id = {id, 0};
    t.kind = kind;
    t.account = account;
    t.instrument = instrument;
    t.amount = t.price = nanos_per_unit;
    t.leg_count = kind == transaction_kind::combo_order ? 2 : 0;
    return t;
}

TEST(combo_form, is_looked_at_before_the_rows_that_are_named) {
    using enum transaction_kind;
    transaction_row asset{};
    asset.id = {1, 0};
    asset.kind = create_asset;
    asset.target = {0x41, 0};
    transaction_row account{};
    account.id = {2, 0};
    account.kind = create_account;
    block b{.time = 1,
            .commands = big_vector<transaction_row>{
                asset, account, combo_part(3, combo_leg, 0, 0), combo_part(4, combo_leg, 9, 0),
                combo_part(4, combo_leg, 9, 0), combo_part(5, combo_order, 0, 0),
                combo_part(6, combo_order, 9, 0)}};
    engine ledger({.check = true});
    auto const& receipts = ledger.run(b);
    auto const alone = apply_status::leg_stands_alone;
    auto const missing = apply_status::combo_legs_are_missing_or_too_many;
    apply_status const expected[] = {
        apply_status::applied, apply_status::applied, alone, alone, alone, missing, missing};
    for (std::size_t i = 0; i < receipts.size(); ++i)
        EXPECT_EQ(receipts[i].status, expected[i]) << "command " << i;
}

}  // namespace
}  // namespace lockstep
