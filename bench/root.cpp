// `lockstep bench root`: digests of leaves and nodes beside OpenSSL, and the tree that they make.
//
// OpenSSL is asked in three ways, because most of the time for so short a message goes into the
// asking: one context with its algorithm looked up once (what a careful caller writes, and what
// ratios are quoted against), SHA256() (what most callers write), and the deprecated calls that
// skip all of that. OPENSSL_ia32cap=:~0x20000000 in the environment keeps it from using the
// processor's SHA-256 instructions.
#define OPENSSL_SUPPRESS_DEPRECATED  // the third way

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <cstring>
#include <memory>
#include <stdexcept>

#include "bench/benches.h"
#include "bench/inputs.h"
#include "host/root/state_tree.h"

namespace lockstep::bench {

namespace {

constexpr std::size_t leaf_bytes = 128;

std::vector<std::uint8_t> random_bytes(std::size_t count, std::uint64_t seed) {
    draws const random(seed, 256);
    std::vector<std::uint8_t> bytes(count);
    for (std::size_t i = 0; i < count; ++i)
        bytes[i] = static_cast<std::uint8_t>(random.one_of(i / 64, i % 64, 256));
    return bytes;
}

/// OpenSSL with its context and algorithm made once.
class openssl_hasher {
  public:
    openssl_hasher() {
        if (!context_ || !algorithm_) throw std::runtime_error("OpenSSL has no SHA-256");
    }
    void hash(std::uint8_t const* message, std::size_t bytes, sha256_digest& digest) {
        if (EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr) != 1 ||
            EVP_DigestUpdate(context_.get(), message, bytes) != 1 ||
            EVP_DigestFinal_ex(context_.get(), digest.bytes, nullptr) != 1)
            throw std::runtime_error("OpenSSL failed");
    }

  private:
    std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_{EVP_MD_CTX_new(), EVP_MD_CTX_free};
    std::unique_ptr<EVP_MD, void (*)(EVP_MD*)> algorithm_{EVP_MD_fetch(nullptr, "SHA256", nullptr),
                                                          EVP_MD_free};
};

void hash_by_old_calls(std::uint8_t const* message, std::size_t bytes, sha256_digest& digest) {
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, message, bytes);
    SHA256_Final(digest.bytes, &context);
}

/// Messages of one length and the place for their digests, which all contenders share.
struct hash_work {
    std::size_t message_bytes;
    std::vector<std::uint8_t> messages;
    std::vector<sha256_digest> digests;

    hash_work(std::size_t bytes, std::size_t count, std::uint64_t seed)
        : message_bytes(bytes), messages(random_bytes(bytes * count, seed)), digests(count) {}

    std::uint8_t const* message(std::size_t n) const { return messages.data() + n * message_bytes; }
    void wipe() { std::memset(digests.data(), 0xa5, digests.size() * sizeof digests[0]); }
    std::string digest() const {
        return digest_text(digest_bytes(digests.data(), digests.size() * sizeof digests[0]));
    }
    std::string check() const {
        openssl_hasher peer;
        for (std::size_t n = 0; n < digests.size(); ++n) {
            sha256_digest expected;
            peer.hash(message(n), message_bytes, expected);
            if (!(digests[n] == expected))
                throw check_failed("digest " + std::to_string(n) + " is not OpenSSL's");
        }
        return "every digest equals OpenSSL's";
    }
};

/// Adds a way of hashing message by message; its digests are compared like ours.
template <class HashT>
void add_one_by_one(bench_case& work, std::shared_ptr<hash_work> const& state, std::string name,
                    HashT hash) {
    work.contenders.push_back({std::move(name), 1,
                               [state, hash]() mutable {
                                   return clocked([&] {
                                       for (std::size_t n = 0; n < state->digests.size(); ++n)
                                           hash(state->message(n), state->message_bytes,
                                                state->digests[n]);
                                   });
                               },
                               [state] { return state->digest(); }});
}

/// The forced instruction sets, then what the backend picks by itself (which may use the
/// processor's SHA-256 instructions), then the device.
std::vector<cpu_choice> hash_choices(settings const& chosen) {
    auto choices = cpu_choices(chosen);
    if (chosen.isa.empty()) choices.push_back({"cpu automatic x1", {backend_kind::cpu, 1, ""}, 1});
    add_device(choices, chosen);
    return choices;
}

bench_case hash_case(std::string const& item, std::size_t bytes, std::size_t count,
                     settings const& chosen) {
    auto const state = std::make_shared<hash_work>(bytes, count, chosen.seed);
    bench_case work;
    work.name =
        "SHA-256 of " + std::to_string(bytes) + "-byte " + (item == "leaf" ? "leaves" : "nodes");
    work.size = count;
    work.size_of_what = "messages";
    work.items = static_cast<double>(count);
    work.item = item;
    work.wipe = [state] { state->wipe(); };
    work.check = [state] { return state->check(); };
    for (auto const& choice : hash_choices(chosen)) {
        auto on = std::shared_ptr<backend>(make_backend(choice.options));
        work.contenders.push_back(
            {choice.name, choice.cores,
             [=] {
                 message_batch const batch{state->messages.data(), bytes, nullptr, count};
                 return clocked([&] { on->sha256(batch, view_of(state->digests)); });
             },
             [state] { return state->digest(); }});
    }
    work.peer = "OpenSSL, one context";
    auto const peer = std::make_shared<openssl_hasher>();
    add_one_by_one(
        work, state, work.peer,
        [peer](std::uint8_t const* m, std::size_t n, sha256_digest& d) { peer->hash(m, n, d); });
    add_one_by_one(
        work, state, "OpenSSL SHA256()",
        [](std::uint8_t const* m, std::size_t n, sha256_digest& d) { SHA256(m, n, d.bytes); });
    add_one_by_one(work, state, "OpenSSL, deprecated calls", hash_by_old_calls);
    return work;
}

/// A table that changes: before each turn the same rows get the same new bytes.
struct tree_work {
    std::vector<std::uint8_t> rows;
    sha256_digest root{};
    std::uint64_t step;  // every step-th row is touched; 0: the tree is built from scratch

    tree_work(std::size_t count, std::uint64_t one_in, std::uint64_t seed)
        : rows(random_bytes(leaf_bytes * count, seed)), step(one_in) {}

    double run(backend& on, std::unique_ptr<state_tree>& kept) {
        view<std::uint8_t const> const seen{rows.data(), rows.size()};
        if (step == 0 || !kept) {
            kept =
                std::make_unique<state_tree>(std::vector<table_shape>{{"rows", leaf_bytes, 1}}, on);
            if (step == 0) return finish([&] { kept->update(0, seen); }, *kept);
            kept->update(0, seen);
        }
        return finish(
            [&] {
                for (std::uint64_t row = 0; row * leaf_bytes < rows.size(); row += step)
                    kept->touch(0, row);
                kept->update(0, seen);
            },
            *kept);
    }
    template <class WorkT>
    double finish(WorkT const& update, state_tree const& tree) {
        return clocked([&] {
            update();
            root = tree.root();
        });
    }
    std::string check(std::uint64_t count) const {
        openssl_hasher peer;
        std::vector<sha256_digest> level(count);
        for (std::size_t n = 0; n < count; ++n)
            peer.hash(rows.data() + n * leaf_bytes, leaf_bytes, level[n]);
        sha256_digest empty{};
        while (level.size() > 1) {
            if (level.size() % 2 != 0) level.push_back(empty);
            std::vector<sha256_digest> above(level.size() / 2);
            for (std::size_t n = 0; n < above.size(); ++n)
                peer.hash(level[2 * n].bytes, 64, above[n]);
            sha256_digest const pair[2] = {empty, empty};
            peer.hash(pair[0].bytes, sizeof pair, empty);
            level = std::move(above);
        }
        if (!(state_root_of({{{"rows", leaf_bytes, 1}, count, level[0]}}) == root))
            throw check_failed("the root is not that of the digests of OpenSSL");
        return "the root is that of OpenSSL's digests, level by level";
    }
};

bench_case tree_case(std::uint64_t step, std::size_t count, settings const& chosen) {
    auto const state = std::make_shared<tree_work>(count, step, chosen.seed);
    bench_case work;
    work.name = step == 0 ? "state root from scratch"
                          : "state root, one row in " + std::to_string(step) + " touched";
    work.size = count;
    work.size_of_what = "rows of 128 bytes";
    work.items = static_cast<double>(step == 0 ? count : (count + step - 1) / step);
    work.item = "row hashed";
    work.wipe = [state] { state->root = {}; };
    work.check = [state, count] { return state->check(count); };
    for (auto const& choice : hash_choices(chosen)) {
        auto on = std::shared_ptr<backend>(make_backend(choice.options));
        auto kept = std::make_shared<std::unique_ptr<state_tree>>();
        work.contenders.push_back(
            {choice.name, choice.cores, [=] { return state->run(*on, *kept); },
             [state] { return digest_text(digest_bytes(state->root.bytes, sizeof state->root)); }});
    }
    return work;
}

}  // namespace

void bench_root(settings const& chosen, case_sink const& sink) {
    auto const sizes =
        chosen.sizes.empty() ? std::vector<std::size_t>{1'000, 100'000, 1'000'000} : chosen.sizes;
    for (std::size_t const size : sizes) {
        sink(hash_case("leaf", leaf_bytes, size, chosen));
        sink(hash_case("node", 2 * sizeof(sha256_digest), size, chosen));
        sink(tree_case(0, size, chosen));
        sink(tree_case(100, size, chosen));
    }
}

}  // namespace lockstep::bench
