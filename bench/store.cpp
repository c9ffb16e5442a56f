// `lockstep bench store`: transfers through the ledger with a sync for each block, beside the same
// blocks in memory, and how long a store of so many accounts takes to open. The limit is the
// disk's: what it syncs a second is measured in the same folder.
#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <vector>

#include "bench/benches.h"
#include "host/base/error.h"
#include "host/block/invariants.h"
#include "host/generate/transactions.h"
#include "host/root/proof_json.h"
#include "host/store/ledger_store.h"

namespace lockstep::bench {

namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t block_commands = 100'000;
constexpr std::uint64_t commands_most = 3'000'000;

/// A folder on the disk where the bench was started, gone when it is.
class bench_folder {
  public:
    bench_folder() {
        std::string name = (fs::current_path() / "lockstep-bench-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr)
            throw machine_error(name + ": no folder can be made here");
        path_ = name;
    }
    bench_folder(bench_folder const&) = delete;
    bench_folder& operator=(bench_folder const&) = delete;
    ~bench_folder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    fs::path const& path() const { return path_; }

  private:
    fs::path path_;
};

/// Appends of so many bytes that the disk makes durable in a second, one after the other.
double syncs_per_second(fs::path const& file, std::size_t bytes, double seconds) {
    int const out = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (out < 0) throw machine_error(file.string() + ": cannot be written");
    std::vector<char> const text(bytes, 'x');
    double const begin = wall_seconds();
    int count = 0;
    for (; count < 3 || wall_seconds() - begin < seconds; ++count)
        if (::write(out, text.data(), bytes) != static_cast<ssize_t>(bytes) ||
            ::fdatasync(out) != 0)
            throw machine_error(file.string() + ": cannot be written");
    double const taken = wall_seconds() - begin;
    ::close(out);
    return count / taken;
}

std::uint64_t bytes_in(fs::path const& folder) {
    std::uint64_t bytes = 0;
    for (auto const& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) bytes += entry.file_size();
    return bytes;
}

struct store_work {
    std::vector<block> genesis, blocks;
    std::size_t commands = 0, genesis_commands = 0;
    bench_folder folder;
    sha256_digest root{}, written{};  // of the last run; of what is in the folder

    explicit store_work(transaction_plan const& plan) {
        generate_transactions(plan, [&](block const& b) {
            bool const first = blocks.empty() && b.commands.front().id.high == 1;
            (first ? genesis : blocks).push_back(b);
        });
        for (block const& b : blocks) commands += b.commands.size();
        for (block const& b : genesis) genesis_commands += b.commands.size();
    }
    fs::path path() const { return folder.path() / "store"; }

    static store_options options(fs::path const& path) {
        return {.files = {.folder = path}, .acknowledge = {}};
    }

    /// Seconds of the blocks after the exchange was made.
    double run(bool durable) {
        if (durable) fs::remove_all(path());
        auto const device = make_backend({.kind = backend_kind::cpu, .threads = 1});
        restored_ledger at = fresh_ledger({}, *device);
        std::optional<ledger_store> store;
        if (durable) {
            store.emplace(options(path()));
            at = store->restore({}, *device);
        }
        auto const run_all = [&](std::vector<block> const& all) {
            for (block const& b : all) {
                auto const& receipts = at.ledger->run(b);
                root = at.root->update(at.ledger->state(), at.ledger->dirty(), receipts);
                if (store) store->append(b, receipts, *at.ledger, *at.root);
            }
            if (store) store->sync();
        };
        run_all(genesis);
        double const begin = wall_seconds();
        run_all(blocks);
        double const taken = wall_seconds() - begin;
        if (durable) written = root;
        if (!durable) check_invariants(at.ledger->state());
        return taken;
    }

    /// From a folder to an engine that can go on; the store was left without settling.
    double recover() {
        auto const device = make_backend({.kind = backend_kind::cpu, .threads = 1});
        double const begin = wall_seconds();
        store_options chosen = options(path());
        chosen.files.mode = open_mode::read_only;
        ledger_store store(chosen);
        root = store.restore({}, *device).root->root();
        return wall_seconds() - begin;
    }
    std::string digest() const { return hex_text(root.bytes, 16); }
};

std::string limits_text(store_work const& work, double seconds) {
    double const per_command = static_cast<double>(bytes_in(work.path())) /
                               static_cast<double>(work.commands + work.genesis_commands);
    auto const block_bytes =
        static_cast<std::size_t>(per_command * std::min<double>(block_commands, 1e6)) + 1;
    double const small = syncs_per_second(work.folder.path() / "small", 4096, seconds);
    double const large = syncs_per_second(work.folder.path() / "large", block_bytes, seconds);
    return fmt::format(
        "{:.0f} bytes a command on disk; blocks of {}; the disk syncs 4 KiB {:.0f} times a second, "
        "a block's bytes {:.1f} times: at most {:.2f} M commands/s",
        per_command, block_commands, small, large, large * block_commands / 1e6);
}

bench_case durable_case(std::shared_ptr<store_work> const& state, std::size_t accounts,
                        settings const& chosen) {
    bench_case work;
    work.name = "durable transfers, a sync for each block";
    work.size = accounts;
    work.size_of_what = "accounts";
    work.items = static_cast<double>(state->commands);
    work.item = "transfer";
    work.wipe = [state] { state->root = {}; };
    auto const digest = [state] { return state->digest(); };
    work.contenders.push_back({"in memory", 2, [state] { return state->run(false); }, digest});
    work.contenders.push_back({"durable", 2, [state] { return state->run(true); }, digest});
    work.peer = "in memory";
    work.check = [=] { return limits_text(*state, std::min(chosen.seconds, 1.0)); };
    return work;
}

bench_case recovery_case(std::shared_ptr<store_work> const& state, std::size_t accounts) {
    bench_case work;
    work.name = "recovery";
    work.size = accounts;
    work.size_of_what = "accounts";
    work.items = static_cast<double>(accounts);
    work.item = "account";
    work.wipe = [state] { state->root = {}; };
    work.contenders.push_back({"open and restore", 2, [state] { return state->recover(); },
                               [state] { return state->digest(); }});
    work.check = [=] {
        state->recover();
        if (!(state->root == state->written))
            throw check_failed("the recovered root is another one");
        return fmt::format("the root is that of before; {} commands are read again",
                           state->commands + state->genesis_commands);
    };
    return work;
}

}  // namespace

void bench_store(settings const& chosen, case_sink const& sink) {
    auto const sizes =
        chosen.sizes.empty() ? std::vector<std::size_t>{10'000, 1'000'000} : chosen.sizes;
    for (std::size_t const size : sizes) {
        std::size_t const accounts = std::max<std::size_t>(size, 2);
        auto const state = std::make_shared<store_work>(
            transaction_plan{.seed = chosen.seed,
                             .transactions = std::min<std::uint64_t>(commands_most, 100 * accounts),
                             .accounts = static_cast<std::uint32_t>(accounts),
                             .books = 1,
                             .mix = mix_of("transfers"),
                             .block = block_commands});
        sink(durable_case(state, accounts, chosen));
        sink(recovery_case(state, accounts));
    }
}

}  // namespace lockstep::bench
