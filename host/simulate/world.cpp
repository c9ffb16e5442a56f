#include "host/simulate/world.h"

#include <fmt/format.h>

#include "host/base/error.h"
#include "host/generate/signed_transactions.h"
#include "host/generate/transactions.h"
#include "host/store/verify.h"
#include "host/store/whole_reads.h"

namespace lockstep {

namespace {

constexpr char const* folder = "/store";

char const* name_of(disk_fault fault) {
    switch (fault) {
        case disk_fault::power_cut: return "power cut";
        case disk_fault::no_space: return "full disk";
        case disk_fault::write_error: return "write error";
        case disk_fault::sync_error: return "sync error";
        case disk_fault::read_error: return "read error";
        case disk_fault::short_read: return "short read";
        case disk_fault::none: break;
    }
    return "none";
}

/// RocksDB sleeps for a second after each flush that failed; here nothing gets better by waiting.
class sleepless_clock final : public rocksdb::SystemClockWrapper {
  public:
    sleepless_clock() : SystemClockWrapper(rocksdb::SystemClock::Default()) {}
    char const* Name() const override { return "sleepless_clock"; }
    void SleepForMicroseconds(int) override {}
};

/// A day on an exchange so small that everything collides; some commands sent twice, some with a
/// byte changed to anything; every other world signs its commands.
std::vector<block> workload_of(std::uint64_t seed) {
    transaction_plan const plan{.seed = seed,
                                .transactions = 60 * blocks_of_a_world,
                                .accounts = 12,
                                .books = 7,
                                .mix = mix_of("day"),
                                .bad = 40,
                                .repeats = 25,
                                .block = 60};
    std::vector<block> blocks;
    auto const take = [&](block const& b) { blocks.push_back(b); };
    if (seed % 2 == 0)
        generate_signed_transactions(plan, 1, take);
    else
        generate_transactions(plan, take);
    blocks.resize(blocks_of_a_world);
    dice spoil(seed * 4 + 2);
    for (std::size_t b = 1; b < blocks.size(); ++b)
        for (transaction_row& t : blocks[b].commands.edit())
            if (spoil.one_in(50))
                reinterpret_cast<unsigned char*>(&t)[spoil.roll(sizeof t)] =
                    static_cast<unsigned char>(spoil.roll(256));
    return blocks;
}

}  // namespace

world::world(std::uint64_t seed, bool canary, backend& device, simulation_report& report)
    : canary_(canary),
      device_(device),
      report_(report),
      dice_(seed * 4 + 1),
      workload_(workload_of(seed)),
      twin_({.device = &device}),
      twin_root_(device),
      disk_(std::make_shared<simulated_disk>(seed * 4 + 3)),
      env_(env_of(disk_, std::make_shared<sleepless_clock>())) {}

void world::run() {
    while (stored_ < blocks_of_a_world) {
        live();
        report_.lives += 1;
    }
    report_.worlds += 1;
}

sha256_digest const& world::twin_at(std::uint64_t number) {
    while (twin_roots_.size() < number) {
        block const& b = workload_[twin_roots_.size()];
        big_vector<receipt_row> const& receipts = twin_.run(b);
        sha256_digest const root = twin_root_.update(twin_.state(), twin_.dirty(), receipts);
        std::string wrong = auditor_.read_block(b, receipts);
        if (wrong.empty()) wrong = auditor_.check_rows(twin_.state());
        if (!wrong.empty())
            throw simulation_failure(
                fmt::format("the auditor says of block {}: {}", twin_roots_.size() + 1, wrong));
        report_.blocks += 1;
        report_.commands += b.commands.size();
        twin_roots_.push_back(root);
    }
    return twin_roots_[number - 1];
}

store_options world::options(open_mode mode) {
    return {.files = {.folder = folder, .mode = mode, .env = env_.get(), .one_thread = true},
            .blocks_per_sync = 1 + static_cast<std::uint32_t>(dice_.roll(3)),
            .acknowledge = [this](std::uint64_t blocks) { acknowledged_ = blocks; },
            .acknowledge_too_early = canary_,
            .changes_per_sweep = 1 + dice_.roll(400)};
}

engine_options world::any_engine() {
    constexpr executor_kind kinds[] = {executor_kind::serial, executor_kind::deterministic,
                                       executor_kind::optimistic, executor_kind::sharded,
                                       executor_kind::automatic};
    return {.executor = kinds[dice_.roll(5)],
            .threads = 1 + static_cast<int>(dice_.roll(2)),
            .shards = 1 + static_cast<int>(dice_.roll(3)),
            .check = true,
            .device = &device_};
}

disk_fault world::any_fault() {
    std::uint64_t const r = dice_.roll(20);
    if (r < 13) return disk_fault::power_cut;
    constexpr disk_fault others[] = {disk_fault::no_space, disk_fault::write_error,
                                     disk_fault::sync_error, disk_fault::read_error,
                                     disk_fault::short_read};
    return r < 18 ? others[r - 13] : disk_fault::none;
}

/// From a start of the process to its end, however that comes.
void world::live() {
    disk_fault const fault = any_fault();
    bool const reads = fault == disk_fault::read_error || fault == disk_fault::short_read;
    bool const at_once = reads || dice_.one_in(4);  // else once it has recovered
    auto const arm = [&] { disk_->arm(fault, 1 + dice_.roll(at_once ? 60 : 25)); };
    if (at_once) arm();
    try {
        ledger_store store(options(open_mode::create));
        restored_ledger at = store.restore(any_engine(), device_);
        demand_recovered(store, at);
        if (!at_once) arm();
        run_blocks(store, at);
    } catch (machine_error const& error) {
        if (!disk_->has_struck())
            throw simulation_failure(std::string("for no reason: ") + error.what());
    } catch (input_error const& error) {
        if (!disk_->has_struck())
            throw simulation_failure(std::string("lost or damaged: ") + error.what());
    }
    bool const struck = disk_->has_struck();
    if (struck && fault != disk_fault::power_cut) report_.faults[name_of(fault)] += 1;
    // A machine that goes down takes what was not synced; a process that dies does not.
    bool const down = struck ? fault == disk_fault::power_cut || dice_.one_in(2) : dice_.one_in(3);
    (down ? report_.power_cuts : report_.kills) += 1;
    disk_->arm(disk_fault::none, 0);
    if (down) disk_->restart();
    if (dice_.one_in(6)) flip_and_look();
}

void world::run_blocks(ledger_store& store, restored_ledger& at) {
    std::uint64_t const last = std::min(blocks_of_a_world, store.blocks() + 1 + dice_.roll(6));
    while (store.blocks() < last) {
        std::uint64_t const number = store.blocks() + 1;
        sha256_digest const expected = twin_at(number);
        block const& b = workload_[number - 1];
        big_vector<receipt_row> const& receipts = at.ledger->run(b);
        sha256_digest const root =
            at.root->update(at.ledger->state(), at.ledger->dirty(), receipts);
        if (!(root == expected))
            throw simulation_failure(
                fmt::format("block {} has another root than its twin", number));
        attempted_ = number;
        store.append(b, receipts, *at.ledger, *at.root);
        look_after(store);
    }
    store.sync();
    stored_ = store.blocks();
}

/// What an operator or RocksDB does now and then.
void world::look_after(ledger_store& store) {
    switch (dice_.roll(16)) {
        case 0:
        case 1:
            for (auto const c : {column::rows, column::bodies}) store.files().flush(c);
            break;
        case 2: store.files().compact(column::rows); break;
        case 3: store.fold(dice_.roll(10), device_); break;
        case 4: store.settle(); break;
        default: break;
    }
}

void world::demand_recovered(ledger_store const& store, restored_ledger const& at) {
    std::uint64_t const found = store.blocks();
    if (found < acknowledged_)
        throw simulation_failure(fmt::format("blocks up to {} were acknowledged, the store has {}",
                                             acknowledged_, found));
    if (found > attempted_)
        throw simulation_failure(
            fmt::format("the store has {} blocks, only {} were run", found, attempted_));
    if (at.ledger->state().blocks != found)
        throw simulation_failure("the engine is not at the store's last block");
    if (found > 0 && !(at.root->root() == twin_at(found)))
        throw simulation_failure(
            fmt::format("after recovery block {} has another root than its twin", found));
    acknowledged_ = stored_ = found;
}

/// One flipped bit in a store that was just opened and closed: it is noticed, or changes nothing.
void world::flip_and_look() {
    try {
        ledger_store store(options(open_mode::create));  // its mark is on disk from here on
        stored_ = acknowledged_ = store.blocks();
    } catch (input_error const& error) {
        throw simulation_failure(std::string("lost or damaged: ") + error.what());
    }
    simulated_disk::image const sound = disk_->take_image();
    std::string const where = disk_->flip_a_bit();
    report_.faults["flipped bit"] += 1;
    bool found = false;
    try {
        ledger_store store(options(open_mode::must_exist));
        verify_report const report = verify_store(store, {}, device_);
        found = !report.findings.empty();
        if (!found && (report.blocks < acknowledged_ ||
                       (report.blocks > 0 && !(report.root == twin_at(report.blocks)))))
            throw simulation_failure("a flipped bit went unnoticed: " + where);
    } catch (input_error const&) {
        found = true;
    } catch (machine_error const&) {
        found = true;
    }
    (found ? report_.flips_found : report_.flips_harmless) += 1;
    disk_->put_image(sound);
}

}  // namespace lockstep
