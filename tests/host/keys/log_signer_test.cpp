// What a log is signed with, key after key, is what the ledger takes.
#include "host/keys/log_signer.h"

#include <gtest/gtest.h>

#include "host/log/names.h"
#include "tests/host/keys/signing_desk.h"

namespace lockstep {
namespace {

class log_signing : public ::testing::Test {
  protected:
    signing_desk desk;
    block b;

    private_key secret(std::string const& name) {
        std::array<std::uint8_t, 32> seed{};
        std::memcpy(seed.data(), name.data(), std::min(name.size(), seed.size()));
        return private_key::from_seed(seed);
    }
    void add(transaction_row const& t) { b.commands.edit().push_back(t); }
    void add(transaction_kind kind, std::uint32_t account = 0, std::int64_t amount = 0) {
        transaction_row t = desk.make(kind);
        t.account = account;
        t.amount = amount;
        if (kind == transaction_kind::create_asset) t.target = {'U', 0};
        add(t);
    }
    void open_with_accounts(std::uint32_t accounts) {
        add(desk.bind_operator("op"));
        add(transaction_kind::create_asset);
        for (std::uint32_t a = 0; a < accounts; ++a) add(transaction_kind::create_account);
        for (std::uint32_t a = 0; a < accounts; ++a) add(transaction_kind::deposit, a, 100);
    }
    /// Signs with one key after the other, as `lockstep sign` does.
    std::uint64_t sign(std::vector<std::string> const& names) {
        std::uint64_t made = 0;
        for (std::string const& name : names) {
            log_signer signer({});
            signer.add(secret(name));
            made += signer.sign(b, 1);
        }
        return made;
    }
    void expect_applied() {
        engine ledger({});
        big_vector<receipt_row> const& receipts = ledger.run(b);
        for (std::size_t i = 0; i < receipts.size(); ++i)
            EXPECT_EQ("applied", name_of(receipts[i].status)) << "command " << i + 1;
    }
};

TEST_F(log_signing, names_the_binding_of_the_account_where_one_key_has_two) {
    open_with_accounts(2);
    add(desk.bind("p", 0));
    add(desk.bind("p", 1));
    add(transaction_kind::withdraw, 0, 1);
    add(transaction_kind::withdraw, 1, 1);
    add(transaction_kind::withdraw, 0, 1);
    EXPECT_EQ(b.commands.size(), sign({"op", "p"}));
    EXPECT_EQ(1u, b.signatures[8].key);
    EXPECT_EQ(2u, b.signatures[9].key);
    expect_applied();
}

TEST_F(log_signing, goes_over_to_the_key_that_an_operator_rotates_to) {
    open_with_accounts(1);
    transaction_row rotation = desk.rotate("op2", 0);
    rotation.flags = transaction_flag::operator_key;
    add(rotation);
    add(transaction_kind::deposit, 0, 5);
    EXPECT_EQ(5u, sign({"op"}));
    EXPECT_EQ(1u, sign({"op2"}));
    EXPECT_EQ(1u, b.signatures.back().key);
    expect_applied();
}

TEST_F(log_signing, ends_with_a_key_that_is_revoked_and_falls_back_on_one_that_is_not) {
    open_with_accounts(1);
    transaction_row const bound = desk.bind("a", 0);
    add(desk.bind("b", 0));
    add(bound);
    add(transaction_kind::withdraw, 0, 1);
    add(desk.revoke(bound));
    add(transaction_kind::withdraw, 0, 1);
    EXPECT_EQ(b.commands.size(), sign({"op", "a", "b"}));
    EXPECT_EQ(2u, b.signatures[6].key);
    EXPECT_EQ(1u, b.signatures[8].key);
    expect_applied();
}

TEST_F(log_signing, counts_no_number_for_a_command_that_is_sent_again) {
    open_with_accounts(1);
    transaction_row const bound = desk.bind("a", 0);
    add(bound);
    add(bound);
    add(desk.bind("b", 0));
    add(transaction_kind::withdraw, 0, 1);
    sign({"op", "b"});
    EXPECT_EQ(2u, b.signatures.back().key);
}

}  // namespace
}  // namespace lockstep
