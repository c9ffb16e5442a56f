// A liquidator on an exchange whose commands must be signed: with a key of the operator's its words
// stand, without one the run says what it lacks.
#include "host/run/operator_desk.h"

#include <gtest/gtest.h>

#include "host/base/error.h"
#include "host/keys/command_signature.h"
#include "host/keys/log_signer.h"
#include "host/run/run_log.h"
#include "margin/ledger/signer.h"
#include "tests/host/run/blocks_in_memory.h"
#include "tests/host/scratch.h"
#include "tests/workload/falling_market.h"

namespace lockstep {
namespace {

private_key key_of(std::uint8_t seed) {
    std::array<std::uint8_t, 32> bytes{seed, 77};
    return private_key::from_seed(bytes);
}
constexpr std::uint8_t opener = 200, liquidating = 201, stranger = 202;

/// The falling market with an operator key, another one for liquidations, which the log does not
/// use, and a key for each account; every command signed.
std::vector<block> signed_falling_market() {
    std::vector<block> blocks = workload::falling_market();
    log_signer signer({});
    std::uint64_t keys = 0;
    std::uint32_t numbered = 0;
    big_vector<transaction_row> commands;
    auto const bind = [&](private_key secret, std::uint32_t account, std::uint16_t flags) {
        transaction_row t{};
        t.id = {++keys, 9};
        t.kind = transaction_kind::set_key;
        t.account = account;
        t.flags = flags;
        carry_key(secret.public_part(), t);
        commands.push_back(t);
        bool const of_the_log = !(secret.public_part() == key_of(liquidating).public_part());
        if (of_the_log) signer.add(std::move(secret));
    };
    bind(key_of(opener), 0, transaction_flag::operator_key);
    bind(key_of(liquidating), 0, transaction_flag::operator_key);
    for (transaction_row const& t : blocks[0].commands) {
        commands.push_back(t);
        if (t.kind != transaction_kind::create_account) continue;
        bind(key_of(static_cast<std::uint8_t>(numbered)), numbered, 0);
        ++numbered;
    }
    blocks[0].commands = commands;
    for (block& b : blocks) signer.sign(b, 1);
    return blocks;
}

class operator_desk_test : public ::testing::Test {
  protected:
    scratch_folder scratch;
    std::unique_ptr<backend> device = make_backend({.kind = backend_kind::cpu, .threads = 1});
    std::vector<block> blocks = signed_falling_market();

    run_summary run(block_source& log, std::string const& name,
                    run_liquidation const& liquidation) {
        std::filesystem::create_directories(scratch.path() / name);
        return run_log(
            log, {.check = true}, *device, scratch.path() / name, [](std::uint64_t) {}, nullptr,
            liquidation);
    }
    std::string refusal(run_liquidation const& liquidation) {
        blocks_in_memory log(blocks);
        try {
            run(log, "refused", liquidation);
        } catch (input_error const& error) {
            return error.what();
        }
        return "";
    }
};

TEST_F(operator_desk_test, signs_what_the_liquidator_says) {
    private_key const key = key_of(liquidating);
    blocks_in_memory log(blocks);
    run_summary const with = run(log, "with", {.on = true, .operator_key = &key});
    EXPECT_EQ(1u, with.statuses.size()) << "nothing was refused";
    std::uint64_t in_log = 0;
    for (block const& b : blocks) in_log += b.commands.size();
    EXPECT_GT(with.commands, in_log + 20);
    auto const executed = open_log((scratch.path() / "with" / "executed.log").string());
    run_summary const again = run(*executed, "again", {});
    EXPECT_EQ(with.root, again.root);
    EXPECT_EQ(with.commands, again.commands);
}

/// A chain that is open at the end of its block fails alone, and an id that somebody has used
/// before is not used again.
TEST_F(operator_desk_test, is_not_kept_from_speaking_by_what_stands_in_the_log) {
    private_key const key = key_of(liquidating);
    run_liquidation const liquidation{.on = true, .operator_key = &key};
    blocks_in_memory plain(blocks);
    run_summary const expected = run(plain, "plain", liquidation);
    ASSERT_GT(expected.waterfall.size(), 1u);
    transaction_row open{};
    open.kind = transaction_kind::deposit;
    open.flags = transaction_flag::linked;
    std::uint64_t number = 0;
    for (block& b : blocks) {
        ++number;
        // The ids that come next, used by commands that are refused.
        for (std::uint64_t n = 1; n < 4; ++n) {
            transaction_row taken{};
            taken.kind = transaction_kind::withdraw;
            taken.id = {.low = number << 24 | n, .high = 0x4c4951554944u};
            b.commands.edit().push_back(taken);
        }
        open.id = {.low = number, .high = 7};
        b.commands.edit().push_back(open);
        b.signatures.resize(b.commands.size());
    }
    blocks_in_memory disturbed(blocks);
    run_summary const with = run(disturbed, "disturbed", liquidation);
    EXPECT_EQ(expected.waterfall, with.waterfall);
    auto const executed = open_log((scratch.path() / "disturbed" / "executed.log").string());
    EXPECT_EQ(with.root, run(*executed, "again", {}).root);
}

TEST_F(operator_desk_test, says_no_more_than_a_block_has_room_for) {
    private_key const key = key_of(liquidating);
    engine ledger({});
    operator_desk desk({.on = true, .operator_key = &key}, {}, ledger.state());
    std::size_t at = 0;
    for (; desk.accounts_under_water() == 0; ++at) {
        ledger.run(blocks.at(at));
        desk.look_at(ledger);
    }
    block full = blocks.at(at);
    full.commands.edit().resize(std::size_t{1} << 20);
    full.signatures.resize(full.commands.size());
    desk.append_to(full, ledger.state());
    EXPECT_EQ(std::size_t{1} << 20, full.commands.size());
}

/// Not only when somebody is to be liquidated: nobody is in the first block.
TEST_F(operator_desk_test, is_told_of_a_wrong_key_as_soon_as_there_is_an_operator) {
    private_key const unknown = key_of(stranger), right = key_of(liquidating);
    blocks.resize(1);
    EXPECT_NE(std::string::npos,
              refusal({.on = true, .operator_key = &unknown}).find("as of block 1"));
    EXPECT_EQ("", refusal({.on = true, .operator_key = &right}));
    blocks = workload::falling_market();  // without an operator
    EXPECT_EQ("", refusal({.on = true, .operator_key = &unknown}));
}

TEST_F(operator_desk_test, needs_a_key_that_is_the_operators) {
    private_key const unknown = key_of(stranger), of_an_account = key_of(3);
    EXPECT_NE(std::string::npos, refusal({.on = true}).find("give --operator-key"));
    EXPECT_NE(std::string::npos, refusal({.on = true, .operator_key = &unknown})
                                     .find("is no key of the exchange's operator"));
    EXPECT_NE(std::string::npos, refusal({.on = true, .operator_key = &of_an_account})
                                     .find("is no key of the exchange's operator"));
}

/// Its nonces and those of liquidations would get into each other's way, and what the operator says
/// in the log be refused.
TEST_F(operator_desk_test, ends_where_the_log_signs_with_its_key_under_a_nonce_it_has_used) {
    private_key const shared = key_of(opener);
    std::string const said = refusal({.on = true, .operator_key = &shared});
    EXPECT_NE(std::string::npos, said.find("--operator-key: the log signs with the same key: "))
        << said;
    EXPECT_NE(std::string::npos, said.find("which a liquidation has used")) << said;
    // With room between its nonces the log goes on.
    std::uint64_t at = 0;
    for (block& b : blocks) {
        at += 1'000'000;
        for (std::size_t i = 0; i < b.commands.size(); ++i) {
            signature_row& s = b.signatures[i];
            if (s.key != 0 || (&b == &blocks[0] && i == 0)) continue;  // what opens it has no id
            s = sign_command(shared, b.commands[i], exchange_id_of(blocks[0].commands[0]), 0,
                             at + i);
        }
    }
    blocks_in_memory log(blocks);
    std::map<apply_status, std::uint64_t> const statuses =
        run(log, "apart", {.on = true, .operator_key = &shared}).statuses;
    EXPECT_EQ(0u, statuses.count(apply_status::nonce_was_used));
}

/// Anybody can write the number of a key and a nonce.
TEST_F(operator_desk_test, is_not_kept_from_signing_by_signatures_that_are_none) {
    private_key const key = key_of(liquidating);
    run_liquidation const liquidation{.on = true, .operator_key = &key};
    blocks_in_memory plain(blocks);
    run_summary const expected = run(plain, "plain", liquidation);
    std::uint64_t ids = 0, disturbances = 0;
    for (std::size_t b = 1; b < blocks.size(); ++b)
        for (std::uint64_t const nonce : {std::uint64_t{1}, std::uint64_t{5}, UINT64_MAX}) {
            transaction_row t{};
            t.kind = transaction_kind::create_account;
            t.id = {++ids, 11};
            blocks[b].commands.edit().push_back(t);
            blocks[b].signatures.push_back(
                {.signature = {1, 2, 3}, .nonce = nonce, .key = 1, .reserved_word = 0});
            ++disturbances;
        }
    blocks_in_memory disturbed(blocks);
    run_summary const with = run(disturbed, "disturbed", liquidation);
    EXPECT_EQ(expected.waterfall, with.waterfall);
    EXPECT_EQ(disturbances, with.statuses.at(apply_status::signature_is_not_valid));
    EXPECT_EQ(2u, with.statuses.size()) << "nothing else was refused";
}

}  // namespace
}  // namespace lockstep
