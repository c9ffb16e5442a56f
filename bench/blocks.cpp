// Whole blocks through the ledger in memory: prepare, admit, match, settle, check, receipts, root.
// Every executor must end with the serial one's root.
#include <fmt/core.h>
#include <malloc.h>
#include <stdlib.h>

#include <algorithm>
#include <memory>
#include <thread>

#include "bench/benches.h"
#include "host/block/engine.h"
#include "host/block/invariants.h"
#include "host/block/ledger_root.h"
#include "host/generate/transactions.h"
#include "host/root/proof_json.h"

namespace lockstep::bench {

namespace {

constexpr std::uint32_t block_commands = 100'000;
constexpr std::uint64_t commands_most = 1'000'000;

/// A log in memory: the blocks that make the exchange, which are not timed, and the others.
struct block_log {
    std::vector<block> genesis, blocks;
    std::size_t commands = 0;

    explicit block_log(transaction_plan const& plan) {
        generate_transactions(plan, [&](block const& b) {
            bool const first = blocks.empty() && b.commands.front().id.high == 1;
            (first ? genesis : blocks).push_back(b);
        });
        for (block const& b : blocks) commands += b.commands.size();
    }
};

struct block_work {
    explicit block_work(transaction_plan const& plan) : log(plan) {}
    block_log log;
    sha256_digest root{};
    double wall = 1e9, processor = 1e9;  // of the serial executor's quickest turns

    double run(engine_options const& options, bool check) {
        auto const device = make_backend({backend_kind::cpu, options.threads, ""});
        engine_options with_device = options;
        with_device.device = device.get();
        engine ledger(with_device);
        ledger_root tree(*device);
        auto const run_all = [&](std::vector<block> const& blocks) {
            for (block const& b : blocks)
                root = tree.update(ledger.state(), ledger.dirty(), ledger.run(b));
        };
        run_all(log.genesis);
        double const wall_before = wall_seconds(), own_before = thread_seconds();
        run_all(log.blocks);
        double const own_taken = thread_seconds() - own_before;
        double const wall_taken = wall_seconds() - wall_before;
        if (check) check_invariants(ledger.state());
        if (options.executor != executor_kind::serial) return wall_taken;
        wall = std::min(wall, wall_taken);
        processor = std::min(processor, own_taken);
        return own_taken;
    }
};

/// What a turn gives back stays with the process, and the next turn finds it touched: on a virtual
/// machine the first touch of a page can cost more than the work on it. The checking run comes
/// first and pays for that.
void keep_memory() {
    mallopt(M_MMAP_MAX, 0);
    mallopt(M_TRIM_THRESHOLD, -1);
}

std::string load_text() {
    double load[1] = {0};
    return getloadavg(load, 1) == 1 ? fmt::format("{:.1f}", load[0]) : "unknown";
}

/// What a block is made of. A flow of orders has the proportions of the calm market of `bench
/// matching`, and every type of order.
struct workload {
    char const *name, *item, *mix;
};
constexpr workload transfers{"transfers", "transfer", "transfers"};
constexpr workload resting{"orders that mostly rest", "order", "orders"};
constexpr workload flow{"orders, cancels and amendments", "command", "order=60,cancel=35,amend=5"};

bench_case blocks_of(workload const& of, std::size_t accounts, std::uint32_t books,
                     settings const& chosen) {
    auto const state = std::make_shared<block_work>(
        transaction_plan{.seed = chosen.seed,
                         .transactions = std::min<std::uint64_t>(commands_most, 100 * accounts),
                         .accounts = static_cast<std::uint32_t>(accounts),
                         .books = books,
                         .mix = mix_of(of.mix),
                         .block = block_commands});
    bench_case work;
    work.name = std::string("whole blocks of ") + of.name;
    if (books > 1) work.name += fmt::format(", {} books", books);
    work.size = accounts;
    work.size_of_what = "accounts";
    work.items = static_cast<double>(state->log.commands);
    work.item = of.item;
    int const cores =
        chosen.threads > 0 ? chosen.threads : static_cast<int>(std::thread::hardware_concurrency());
    auto const add = [&](std::string const& name, executor_kind kind, int threads) {
        work.contenders.push_back(
            {name, threads,
             [=] { return state->run({.executor = kind, .threads = threads}, false); },
             [=] { return hex_text(state->root.bytes, 16); }});
    };
    add("serial", executor_kind::serial, 1);
    if (cores > 1) add(fmt::format("auto x{}", cores), executor_kind::automatic, cores);
    work.peer = "serial";
    work.check = [=] {
        state->run({}, true);
        double const count = work.items;
        return fmt::format(
            "every invariant holds after the last block; blocks of {}; checking runs, load {}: "
            "serial {:.2f} M/s by processor time, {:.2f} M/s by the wall",
            block_commands, load_text(), count / state->processor / 1e6, count / state->wall / 1e6);
    };
    return work;
}

}  // namespace

void bench_blocks(settings const& chosen, case_sink const& sink) {
    keep_memory();
    auto const sizes =
        chosen.sizes.empty() ? std::vector<std::size_t>{10'000, 1'000'000} : chosen.sizes;
    for (std::size_t const accounts : sizes)
        sink(blocks_of(transfers, std::max<std::size_t>(accounts, 2), 1, chosen));
    std::size_t const traders = std::clamp<std::size_t>(sizes.front(), 2, 1'000'000);
    for (std::uint32_t const books : {8, 64}) {
        sink(blocks_of(flow, traders, books, chosen));
        sink(blocks_of(resting, traders, books, chosen));
    }
}

}  // namespace lockstep::bench
