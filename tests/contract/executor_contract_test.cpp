// One body for every executor: random programs end with the rows and outputs that a plain loop
// over a map gives, byte for byte, whatever the threads and shards; and mistakes planted in the
// executors do not pass it.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "host/exec/automatic.h"
#include "host/exec/deterministic.h"
#include "host/exec/optimistic.h"
#include "host/exec/serial.h"
#include "host/exec/sharded.h"
#include "tests/contract/random_program.h"

namespace lockstep::exec {
namespace {

/// Limits that hand over as soon as they can, or that first distrust the declared rows.
automatic_limits eager() {
    automatic_limits limits;
    limits.light_task_ns = limits.sample_ns = limits.start_ns = 0;
    limits.gain_least = 0;
    limits.look_share_most = 1e18;
    limits.cores = 4;
    return limits;
}
automatic_limits speculating() {
    automatic_limits limits = eager();
    limits.gain_least = 1e-9;
    limits.parallel_task_ns = 1e18;  // no graph will do
    limits.touched_room_least = limits.piece_least_gain = 0;
    return limits;
}

template <class Program>
struct way {
    std::string name;
    std::function<counters(Program&)> run;
};

template <class Program>
std::vector<way<Program>> all_ways() {
    std::vector<way<Program>> ways{{"serial", [](Program& p) { return run_serial(p); }}};
    for (int const threads : {1, 2, 4}) {
        std::string const with = " x" + std::to_string(threads);
        ways.push_back(
            {"deterministic" + with, [=](Program& p) { return run_deterministic(p, threads); }});
        ways.push_back(
            {"optimistic" + with, [=](Program& p) { return run_optimistic(p, threads); }});
        ways.push_back({"automatic" + with, [=](Program& p) { return run_automatic(p, threads); }});
        ways.push_back({"eager automatic" + with,
                        [=](Program& p) { return run_automatic(p, threads, eager()); }});
        ways.push_back({"speculating automatic" + with,
                        [=](Program& p) { return run_automatic(p, threads, speculating()); }});
        for (int const shards : {1, 2, 3, 8})
            ways.push_back({"sharded " + std::to_string(shards) + with,
                            [=](Program& p) { return run_sharded(p, shards, threads); }});
    }
    return ways;
}

std::string described(program_options const& o) {
    return "shape " + std::to_string(static_cast<int>(o.shape)) + ", theta " +
           std::to_string(o.theta) + ", " + std::to_string(o.tasks) + " tasks, " +
           std::to_string(o.rows) + " rows, seed " + std::to_string(o.seed);
}

void expect_all_equal(program_options const& options) {
    auto const expected = expected_bytes(options);
    for (auto const& way : all_ways<random_program>())
        for (bool const yields : {false, true}) {
            random_program program(options);
            program.yields = yields;
            counters const counted = way.run(program);
            ASSERT_EQ(program.all_bytes() == expected, true)
                << way.name << ", " << described(options);
            ASSERT_EQ(counted.tasks, options.tasks) << way.name;
            ASSERT_EQ(counted.executions, counted.tasks + counted.aborts) << way.name;
        }
}

TEST(executor_contract, skewed_programs_end_the_same) {
    std::uint64_t seed = 1;
    for (double const theta : {0.0, 0.5, 0.9, 0.99})
        for (std::uint32_t const rows : {4u, 64u, 1000u})
            for (int repeat = 0; repeat < 2; ++repeat)
                expect_all_equal({program_shape::skewed, theta, 200, rows, seed++});
}

TEST(executor_contract, hot_rows_chains_and_islands_end_the_same) {
    std::uint64_t seed = 100;
    for (program_shape const shape : {program_shape::one_row, program_shape::chains,
                                      program_shape::islands, program_shape::wide})
        for (int repeat = 0; repeat < 4; ++repeat) expect_all_equal({shape, 0.3, 250, 40, seed++});
}

TEST(executor_contract, small_and_empty_programs_end_the_same) {
    for (std::size_t tasks = 0; tasks < 6; ++tasks)
        expect_all_equal({program_shape::skewed, 0, tasks, 3, 7 + tasks});
}

TEST(executor_contract, what_a_schedule_costs_is_counted) {
    program_options const options{program_shape::chains, 0, 200, 64, 5};
    random_program one(options), two(options), eight(options), graph(options);
    EXPECT_EQ(run_sharded(one, 1, 1).messages, 0u);
    counters const narrow = run_sharded(two, 2, 2);
    counters const wide = run_sharded(eight, 8, 3);
    EXPECT_GT(narrow.messages, 0u);
    EXPECT_GT(wide.messages, narrow.messages);
    EXPECT_GT(wide.bytes, 24 * wide.messages / 2);
    EXPECT_GT(wide.waves, 1u);
    // Rounds and messages are the same whatever runs the shards.
    random_program again(options);
    counters const same = run_sharded(again, 8, 1);
    EXPECT_EQ(same.waves, wide.waves);
    EXPECT_EQ(same.messages, wide.messages);
    EXPECT_EQ(same.bytes, wide.bytes);
    EXPECT_EQ(run_deterministic(graph, 2).waves, 200u) << "a chain has as many levels as tasks";
}

// ---- mistakes that must show -----------------------------------------------------------------

/// How many of some programs come out wrong.
int wrong_outcomes(std::function<void(random_program&)> const& run) {
    int wrong = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        program_options const options{program_shape::skewed, 0.6, 120, 24, seed};
        random_program program(options);
        run(program);
        if (program.all_bytes() != expected_bytes(options)) ++wrong;
    }
    return wrong;
}

/// Every second task changes places with the one after it.
struct swapped_program {
    random_program& of;
    std::size_t tasks() const { return of.tasks(); }
    row_store const& rows() const { return of.rows(); }
    std::span<row_key const> keys(std::size_t task) const { return of.keys(task ^ 1); }
    template <class Rows>
    void execute(std::size_t task, Rows& rows) {
        of.execute(task ^ 1, rows);
    }
};

TEST(executor_contract, catches_neighbours_that_change_places_in_serial) {
    EXPECT_GT(wrong_outcomes([](random_program& p) {
                  swapped_program swapped{p};
                  run_serial(swapped);
              }),
              0);
    EXPECT_EQ(wrong_outcomes([](random_program& p) { run_serial(p); }), 0);
}

TEST(executor_contract, catches_a_forgotten_dependency_in_deterministic) {
    EXPECT_GT(wrong_outcomes(
                  [](random_program& p) { run_deterministic<fault::dependency_forgotten>(p, 2); }),
              0);
}

TEST(executor_contract, catches_rows_sent_too_early_in_sharded) {
    EXPECT_GT(
        wrong_outcomes([](random_program& p) { run_sharded<fault::row_sent_early>(p, 3, 2); }), 0);
}

TEST(executor_contract, catches_a_task_lost_by_automatic) {
    EXPECT_GT(wrong_outcomes(
                  [](random_program& p) { run_automatic<fault::tail_begins_late>(p, 2, eager()); }),
              0);
}

/// Each task adds to one row and remembers what it found. The first execution of an even task does
/// not end before the odd task after it has run once, or has plainly been kept from running: so the
/// odd one is sure to have read too early wherever an executor lets it.
class overlapping_program {
  public:
    explicit overlapping_program(std::size_t tasks) : ran_(tasks), found_(tasks) {
        store_.tables[1] = {reinterpret_cast<std::byte*>(&row_), sizeof row_, 1};
    }
    std::size_t tasks() const { return found_.size(); }
    row_store const& rows() const { return store_; }
    std::span<row_key const> keys(std::size_t) const { return {&key_, 1}; }
    template <class Rows>
    void execute(std::size_t task, Rows& rows) {
        small_row& row = rows.template write<small_row>(key_);
        found_[task] = row.words[0];
        if (task % 2 == 0 && task + 1 < tasks() && !ran_[task].load())
            for (int tries = 0; tries < 20'000 && !ran_[task + 1].load(); ++tries)
                std::this_thread::yield();
        row.words[0] += task + 1;
        ran_[task].store(true);
    }
    bool right() const {
        std::uint64_t sum = 0;
        for (std::size_t t = 0; t < tasks(); ++t) {
            if (found_[t] != sum) return false;
            sum += t + 1;
        }
        return row_.words[0] == sum;
    }

  private:
    row_key const key_ = row_key::of(1, 0);
    small_row row_{};
    row_store store_;
    std::vector<std::atomic<bool>> ran_;
    std::vector<std::uint64_t> found_;
};

TEST(executor_contract, catches_validation_skipped_in_optimistic) {
    overlapping_program good(40), bad(40);
    counters const counted = run_optimistic(good, 2);
    EXPECT_TRUE(good.right());
    EXPECT_GT(counted.aborts, 0u);
    run_optimistic<fault::validation_skipped>(bad, 2);
    EXPECT_FALSE(bad.right());
}

TEST(executor_contract, speculation_on_one_row_is_bounded) {
    for (int const threads : {2, 4, 8}) {
        overlapping_program program(200);
        counters const counted = run_optimistic(program, threads);
        EXPECT_TRUE(program.right());
        EXPECT_LE(counted.executions, (scheduler::incarnations_max + 1) * program.tasks());
    }
}

// ---- errors ----------------------------------------------------------------------------------

/// Task 70 throws; so does whoever reads rows that do not belong together.
class throwing_program {
  public:
    throwing_program() {
        store_.tables[0] = {reinterpret_cast<std::byte*>(&rows_), sizeof(small_row), 2};
    }
    std::size_t tasks() const { return 100; }
    row_store const& rows() const { return store_; }
    std::span<row_key const> keys(std::size_t) const { return keys_; }
    template <class Rows>
    void execute(std::size_t task, Rows& rows) {
        small_row& left = rows.template write<small_row>(keys_[0]);
        std::this_thread::yield();
        small_row& right = rows.template write<small_row>(keys_[1]);
        if (left.words[0] != right.words[0]) throw std::logic_error("torn");
        if (task == 70) throw std::runtime_error("seventy");
        left.words[0] += 1;
        right.words[0] += 1;
    }

  private:
    std::array<row_key, 2> const keys_{row_key::of(0, 0), row_key::of(0, 1)};
    std::array<small_row, 2> rows_{};
    row_store store_;
};

TEST(executor_contract, an_error_of_a_task_reaches_the_caller_and_torn_reads_do_not) {
    for (auto const& way : all_ways<throwing_program>()) {
        throwing_program program;
        try {
            way.run(program);
            ADD_FAILURE() << way.name << " did not throw";
        } catch (std::runtime_error const& error) {
            EXPECT_STREQ(error.what(), "seventy") << way.name;
        }
    }
}

}  // namespace
}  // namespace lockstep::exec
