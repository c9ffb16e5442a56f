// Which signed commands the ledger takes. Each refusal is provoked on its own; a refused signature
// leaves everything as it was, the id and the nonce too.
#include <gtest/gtest.h>

#include "host/log/names.h"
#include "tests/host/keys/signing_desk.h"

namespace lockstep {

void PrintTo(apply_status status, std::ostream* out) { *out << name_of(status); }

namespace {

using statuses = std::vector<apply_status>;
using enum apply_status;

class signed_commands : public ::testing::Test {
  protected:
    void SetUp() override {
        desk.open_with_two_accounts();
        ASSERT_EQ(statuses(8, applied), run());
    }
    statuses run() {
        statuses found;
        for (receipt_row const& r : ledger.run(desk.take())) found.push_back(r.status);
        return found;
    }
    std::int64_t cash(std::uint32_t account) { return ledger.state().accounts[account].cash.nanos; }

    signing_desk desk;
    engine ledger{{.threads = 2, .check = true}};
};

TEST_F(signed_commands, pass_with_the_key_of_the_account_and_need_one) {
    desk.add(desk.transfer(0, 1, 30), "a", 1).add(desk.transfer(1, 0, 7), "b", 2);
    desk.add_unsigned(desk.transfer(0, 1, 30));
    EXPECT_EQ((statuses{applied, applied, signature_is_missing}), run());
    EXPECT_EQ(77, cash(0));
    block bare = desk.take();
    bare.commands.edit().push_back(desk.transfer(0, 1));
    bare.signatures.clear();
    EXPECT_EQ(signature_is_missing, ledger.run(bare)[0].status);
}

TEST_F(signed_commands, fail_when_any_byte_that_is_signed_changes) {
    transaction_row const t = desk.transfer(0, 1);
    signature_row const s = sign_command(desk.key("a"), t, desk.exchange(), 1, 100);
    auto* const row_bytes = reinterpret_cast<std::uint8_t const*>(&t);
    int changed = 0;
    for (std::size_t at = 0; at < sizeof t; ++at) {
        transaction_row other = t;
        reinterpret_cast<std::uint8_t*>(&other)[at] = row_bytes[at] ^ 1;
        // What is no command at all is refused as such.
        bool const kind =
            at == offsetof(transaction_row, kind) || at == offsetof(transaction_row, kind) + 1;
        if (kind || at >= offsetof(transaction_row, reserved)) continue;
        desk.add_signed(other, s);
        ++changed;
    }
    for (apply_status const status : run())
        EXPECT_TRUE(status == signature_is_not_valid || status == flags_do_not_fit_the_kind)
            << name_of(status);
    EXPECT_EQ(108, changed);
    signature_row nonce = s, key = s, word = s;
    nonce.nonce += 1;
    key.key = 2;
    word.reserved_word = 1;
    desk.add_signed(t, nonce).add_signed(t, key).add_signed(t, word).add_signed(t, s);
    EXPECT_EQ(
        (statuses{signature_is_not_valid, signature_is_not_valid, signature_is_not_valid, applied}),
        run());
}

TEST_F(signed_commands, fail_on_another_exchange) {
    transaction_row const t = desk.transfer(0, 1);
    sha256_digest other = desk.exchange();
    other.bytes[0] ^= 1;
    desk.add_signed(t, sign_command(desk.key("a"), t, other, 1, 100));
    EXPECT_EQ(statuses{signature_is_not_valid}, run());
}

TEST_F(signed_commands, use_a_nonce_once_and_only_upwards) {
    transaction_row const first = desk.transfer(0, 1), second = desk.transfer(0, 1);
    desk.add(first, "a", 1, 50).add(first, "a", 1, 50).add(second, "a", 1, 49);
    desk.add(second, "a", 1, 50).add(second, "a", 1, 51).add(first, "a", 1, 52);
    EXPECT_EQ((statuses{applied, nonce_was_used, nonce_was_used, nonce_was_used, applied, exists}),
              run());
    desk.add(desk.transfer(0, 1), "a", 1, 52).add(desk.transfer(1, 0), "b", 2, 52);
    EXPECT_EQ((statuses{nonce_was_used, applied}), run()) << "each key counts for itself";
    EXPECT_EQ(52u, ledger.state().keys[1].last_nonce);
}

/// Or anybody could use up the ids, and the nonces, of others.
TEST_F(signed_commands, leave_id_and_nonce_when_the_signature_is_refused) {
    transaction_row const t = desk.transfer(0, 1);
    desk.add_unsigned(t).add(t, "b", 1, 900).add(t, "b", 2, 901).add(t, "a", 1, 60);
    EXPECT_EQ((statuses{signature_is_missing, signature_is_not_valid,
                        key_does_not_belong_to_the_account, applied}),
              run());
    EXPECT_EQ(60u, ledger.state().keys[1].last_nonce);
    desk.add(desk.transfer(1, 0), "b", 2, 61);
    EXPECT_EQ(statuses{applied}, run()) << "901 must not have counted";
}

TEST_F(signed_commands, of_the_operator_need_its_key_and_those_of_accounts_theirs) {
    using enum transaction_kind;
    for (transaction_kind const kind :
         {create_asset, create_account, create_instrument, mark_update, funding, expiry,
          session_settle, fee_change, suspend, resume, deposit, block_trade, assign, set_key})
        desk.add(desk.make(kind), "a", 1);
    EXPECT_EQ(statuses(14, key_is_not_an_operators), run());
    for (transaction_kind const kind :
         {fund_insurance, withdraw, transfer, post_pending, void_pending, place_order, amend_order,
          cancel_order, combo_order, combo_leg, exercise, advise_exercise, rotate_key})
        desk.add(desk.make(kind), "op", 0).add(desk.make(kind), "b", 2);
    EXPECT_EQ(statuses(26, key_does_not_belong_to_the_account), run());
    desk.add(desk.make(mass_cancel), "op", 0).add(desk.make(mass_cancel), "b", 2);
    EXPECT_EQ((statuses{applied, key_does_not_belong_to_the_account}), run());
}

TEST_F(signed_commands, change_hands_within_a_block_when_a_key_rotates) {
    desk.add(desk.transfer(0, 1), "a", 1).add(desk.rotate("a2", 0), "a", 1);
    desk.add(desk.transfer(0, 1), "a", 1).add(desk.transfer(0, 1), "a2", 3);
    desk.add(desk.rotate("a3", 0), "a2", 3).add(desk.transfer(0, 1), "a3", 4);
    desk.add(desk.transfer(0, 1), "a2", 3);
    EXPECT_EQ(
        (statuses{applied, applied, key_was_revoked, applied, applied, applied, key_was_revoked}),
        run());
    desk.add(desk.transfer(0, 1), "a3", 4).add(desk.transfer(0, 1), "a", 1);
    EXPECT_EQ((statuses{applied, key_was_revoked}), run());
}

/// Signatures are checked before it is known which key commands succeed: here the first fails, and
/// the second key has its number.
TEST_F(signed_commands, are_checked_again_when_a_key_command_before_them_failed) {
    desk.add(desk.bind("nobody", 9), "op", 0).add(desk.rotate("a2", 0), "a", 1);
    desk.add(desk.transfer(0, 1), "a2", 3).add(desk.transfer(0, 1), "nobody", 3);
    desk.add(desk.transfer(0, 1), "a2", 4);
    EXPECT_EQ((statuses{account_not_found, applied, applied, signature_is_not_valid,
                        signature_is_not_valid}),
              run());
}

TEST_F(signed_commands, stop_when_the_key_is_revoked_by_its_owner_or_the_operator) {
    transaction_row const another = desk.bind("c", 0);
    desk.add(another, "op", 0).add(desk.transfer(0, 1), "c", 3);
    desk.add(desk.revoke(desk.bound_a()), "b", 2).add(desk.revoke(desk.bound_a()), "c", 3);
    desk.add(desk.transfer(0, 1), "a", 1).add(desk.revoke(desk.bound_a()), "c", 3);
    desk.add(desk.revoke(another), "op", 0).add(desk.transfer(0, 1), "c", 3);
    EXPECT_EQ((statuses{applied, applied, key_does_not_belong_to_the_account, applied,
                        key_was_revoked, key_is_revoked_already, applied, key_was_revoked}),
              run());
}

TEST_F(signed_commands, revoke_only_keys_and_only_those_of_the_account_named) {
    transaction_row const paid = desk.transfer(0, 1);
    transaction_row wrong_account = desk.revoke(desk.bound_a());
    wrong_account.account = 1;
    transaction_row unknown = desk.revoke(desk.bound_a());
    unknown.target = {12345, 1};
    desk.add(paid, "a", 1).add(desk.revoke(paid), "a", 1).add(wrong_account, "b", 2);
    desk.add(unknown, "a", 1);
    EXPECT_EQ((statuses{applied, target_is_of_another_kind, target_belongs_to_another_account,
                        target_not_found}),
              run());
}

TEST_F(signed_commands, bind_and_revoke_operators_but_never_the_last) {
    transaction_row const second = desk.bind_operator("op2");
    desk.add(desk.bind_operator("thief"), "a", 1).add(second, "op", 0);
    desk.add(desk.make(transaction_kind::create_account), "op2", 3);
    desk.add(desk.revoke(second), "a", 1).add(desk.revoke(second), "op2", 3);
    EXPECT_EQ(
        (statuses{key_is_not_an_operators, applied, applied, key_is_not_an_operators, applied}),
        run());
    transaction_row self = desk.make(transaction_kind::revoke_key);
    self.target = {1, 7};  // what opened the exchange
    self.flags = transaction_flag::operator_key;
    transaction_row rotation = desk.rotate("op3", 0);
    rotation.flags = transaction_flag::operator_key;
    desk.add(self, "op", 0).add(rotation, "op", 0);
    desk.add(desk.make(transaction_kind::create_account), "op3", 4);
    desk.add(desk.make(transaction_kind::create_account), "op", 0);
    EXPECT_EQ((statuses{last_operator_key_must_stay, applied, applied, key_was_revoked}), run());
    EXPECT_EQ(1u, ledger.state().exchange[0].operator_keys);
}

TEST_F(signed_commands, bind_no_key_that_is_not_sound) {
    transaction_row weak = desk.make(transaction_kind::set_key);
    transaction_row rotation = desk.make(transaction_kind::rotate_key);
    desk.add(weak, "op", 0).add(rotation, "a", 1).add(desk.transfer(0, 1), "a", 1);
    EXPECT_EQ((statuses{public_key_is_not_valid, public_key_is_not_valid, applied}), run());
}

/// Of several refusals that of the named rows, and of these the smallest (data/RULES.md).
TEST_F(signed_commands, name_an_account_that_is_there_before_anything_else_counts) {
    transaction_row weak = desk.make(transaction_kind::set_key);
    transaction_row revoked = desk.revoke(desk.bound_a());
    transaction_row unknown = desk.make(transaction_kind::revoke_key);
    unknown.target = {12345, 1};
    weak.account = revoked.account = unknown.account = 9;
    desk.add(weak, "op", 0).add(revoked, "op", 0).add(unknown, "op", 0);
    EXPECT_EQ(statuses(3, account_not_found), run());
    // The account of an operator's key means nothing.
    transaction_row second = desk.bind_operator("op2");
    second.account = 9;
    transaction_row gone = desk.revoke(second);
    desk.add(second, "op", 0).add(gone, "op", 0).add(desk.transfer(0, 1), "a", 1);
    EXPECT_EQ(statuses(3, applied), run());
}

TEST_F(signed_commands, of_a_chain_fail_together) {
    transaction_row first = desk.transfer(0, 1);
    first.flags = transaction_flag::linked;
    desk.add(first, "a", 1).add_unsigned(desk.transfer(0, 1));
    EXPECT_EQ((statuses{linked_command_failed, signature_is_missing}), run());
    EXPECT_EQ(100, cash(0));
}

TEST(signatures, are_not_asked_for_before_an_operator_key_is_bound_unless_the_run_says_so) {
    signing_desk desk;
    transaction_row asset = desk.make(transaction_kind::create_asset);
    asset.target = {'U', 0};
    desk.add_unsigned(asset).open("op").add_unsigned(desk.make(transaction_kind::create_account));
    block const b = desk.take();
    engine open{{}}, guarded{{.require_signatures = true}};
    auto const found = [](engine& e, block const& some) {
        statuses all;
        for (receipt_row const& r : e.run(some)) all.push_back(r.status);
        return all;
    };
    EXPECT_EQ((statuses{applied, applied, signature_is_missing}), found(open, b));
    EXPECT_EQ((statuses{signature_is_missing, applied, signature_is_missing}), found(guarded, b));
    desk.add_unsigned(desk.make(transaction_kind::create_account));
    EXPECT_EQ(statuses{signature_is_missing}, found(open, desk.take()));
}

TEST(signatures, open_an_exchange_only_with_the_key_that_is_bound) {
    signing_desk desk;
    transaction_row const opening = desk.bind_operator("op");
    desk.add(desk.bind("a", 0), "a", 0).add_unsigned(opening).add(opening, "thief", 0);
    desk.add(opening, "op", 1).add(opening, "op", 0).add(desk.bind_operator("op2"), "op2", 1);
    engine ledger{{}};
    statuses found;
    for (receipt_row const& r : ledger.run(desk.take())) found.push_back(r.status);
    EXPECT_EQ((statuses{signature_is_not_valid, signature_is_missing, signature_is_not_valid,
                        signature_is_not_valid, applied, signature_is_not_valid}),
              found);
    EXPECT_TRUE(ledger.state().exchange[0].id == exchange_id_of(opening));
}

}  // namespace
}  // namespace lockstep
