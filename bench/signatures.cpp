// `lockstep bench signatures`: a block of signed commands through the gate, on one core and on all,
// beside the loop around OpenSSL that one writes first. One command of 64 is not what was signed.
#include <openssl/evp.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <thread>

#include "bench/benches.h"
#include "bench/inputs.h"
#include "host/block/signature_gate.h"
#include "host/keys/command_signature.h"
#include "pricing/base/digest.h"

namespace lockstep::bench {

namespace {

constexpr std::size_t keys = 1'000;
constexpr std::size_t spoilt_in = 64;

/// Transfers of accounts with a key each, and the state in which the keys are bound.
struct signed_work {
    engine_state bound;
    block commands;
    std::vector<apply_status> found;

    signed_work(std::size_t count, std::uint64_t seed) : found(count) {
        bound.exchange[0].flags = exchange_flag::signatures_required;
        std::vector<private_key> secrets;
        for (std::size_t k = 0; k < std::min(keys, count); ++k) {
            std::uint64_t const what[2] = {seed, k};
            sha256_digest const from =
                sha256_of(reinterpret_cast<std::uint8_t const*>(what), sizeof what);
            secrets.push_back(
                private_key::from_seed(std::span<std::uint8_t const, 32>(from.bytes)));
            key_row row{};
            row.key = secrets[k].public_part();
            row.account = static_cast<std::uint32_t>(k);
            bound.keys.push_back(row);
        }
        for (std::size_t i = 0; i < count; ++i) {
            transaction_row t{};
            t.id = {i + 1, seed};
            t.kind = transaction_kind::transfer;
            t.account = static_cast<std::uint32_t>(i % secrets.size());
            t.amount = static_cast<std::int64_t>(i);
            commands.signatures.push_back(
                sign_command(secrets[t.account], t, bound.exchange[0].id, t.account, i + 1));
            if (is_spoilt(i)) t.amount += 1;
            commands.commands.edit().push_back(t);
        }
    }
    static bool is_spoilt(std::size_t i) { return i % spoilt_in == spoilt_in - 1; }

    double by_gate(int threads) {
        engine_state state;
        state.exchange = bound.exchange;
        state.keys = bound.keys;
        return clocked([&] {
            signature_gate gate(state, commands, threads);
            for (std::size_t i = 0; i < found.size(); ++i) found[i] = gate.admit(i);
        });
    }
    double one_by_one() {
        return clocked([&] {
            for (std::size_t i = 0; i < found.size(); ++i)
                found[i] =
                    openssl_holds(i) ? apply_status::applied : apply_status::signature_is_not_valid;
        });
    }
    bool openssl_holds(std::size_t i) const {
        signature_row const& s = commands.signatures[i];
        signed_message const message =
            message_of(commands.commands[i], bound.exchange[0].id, s.key, s.nonce);
        std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> const context(EVP_MD_CTX_new(),
                                                                         EVP_MD_CTX_free);
        std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> const key(
            EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bound.keys[s.key].key.bytes, 32),
            EVP_PKEY_free);
        if (!context || !key ||
            EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1)
            throw std::runtime_error("OpenSSL failed");
        return EVP_DigestVerify(context.get(), s.signature, sizeof s.signature,
                                reinterpret_cast<std::uint8_t const*>(&message),
                                sizeof message) == 1;
    }
    std::string check() const {
        for (std::size_t i = 0; i < found.size(); ++i)
            if (found[i] !=
                (is_spoilt(i) ? apply_status::signature_is_not_valid : apply_status::applied))
                throw check_failed("signature " + std::to_string(i) + " has the wrong verdict");
        return "every verdict is known from how the block was made";
    }
    std::string digest() const {
        return digest_text(digest_bytes(found.data(), found.size() * sizeof found[0]));
    }
};

bench_case signatures_case(std::size_t count, settings const& chosen) {
    auto const state = std::make_shared<signed_work>(count, chosen.seed);
    bench_case work;
    work.name = "signatures of a block";
    work.size = count;
    work.size_of_what = "commands";
    work.items = static_cast<double>(count);
    work.item = "signature";
    work.wipe = [state] {
        std::fill(state->found.begin(), state->found.end(), apply_status::kind_is_unknown);
    };
    work.check = [state] { return state->check(); };
    auto const digest = [state] { return state->digest(); };
    auto const cores = static_cast<int>(std::thread::hardware_concurrency());
    int const all = chosen.threads > 0 ? chosen.threads : std::max(cores, 1);
    work.contenders.push_back({"gate x1", 1, [state] { return state->by_gate(1); }, digest});
    if (all > 1)
        work.contenders.push_back({"gate x" + std::to_string(all), all,
                                   [state, all] { return state->by_gate(all); }, digest});
    work.peer = "OpenSSL, one by one";
    work.contenders.push_back({work.peer, 1, [state] { return state->one_by_one(); }, digest});
    return work;
}

}  // namespace

void bench_signatures(settings const& chosen, case_sink const& sink) {
    auto const sizes =
        chosen.sizes.empty() ? std::vector<std::size_t>{1'000, 10'000} : chosen.sizes;
    for (std::size_t const size : sizes) sink(signatures_case(size, chosen));
}

}  // namespace lockstep::bench
