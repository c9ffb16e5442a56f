// The frame of every bench: no time without a right answer, the same bytes from everybody, and
// figures that follow from the times by plain arithmetic.
#include "bench/harness.h"

#include <gtest/gtest.h>

#include <memory>

namespace lockstep::bench {
namespace {

machine_limits round_limits() {
    machine_limits limits;
    limits.copy_seconds = [](double bytes, int threads) {
        return bytes / (threads == 1 ? 1e9 : 4e9);
    };
    limits.flops_per_core = 2e9;
    limits.device_copy_bytes = 1e12;
    return limits;
}

/// A contender that claims its times from a list, the last one for ever.
struct claimed {
    std::vector<double> times;
    std::size_t calls = 0;
    double operator()() { return times[std::min(calls++, times.size() - 1)]; }
};

contender claiming(char const* name, std::vector<double> times, char const* digest, int cores = 1) {
    auto state = std::make_shared<claimed>(claimed{std::move(times)});
    contender c{name, cores, [state] { return (*state)(); }, {}};
    if (digest != nullptr) c.digest = [digest] { return std::string(digest); };
    return c;
}

bench_case two_contenders(char const* second_digest) {
    bench_case work;
    work.name = "case";
    work.size = 1000;
    work.size_of_what = "rows";
    work.items = 1000;
    work.item = "row";
    work.bytes = 1e6;
    work.flops = 1e6;
    work.contenders = {claiming("slow", {9, 5, 4, 6}, "aa"),
                       claiming("quick", {9, 2, 2, 1, 2}, second_digest)};
    work.peer = "slow";
    return work;
}

settings twenty_seconds() {
    settings chosen;
    chosen.seconds = 20;
    return chosen;
}

TEST(harness, the_shortest_turn_counts_and_the_checking_run_does_not) {
    auto const rows = run_case(two_contenders("aa"), twenty_seconds(), round_limits());
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0].seconds, 4);
    EXPECT_EQ(rows[1].seconds, 1);
    EXPECT_EQ(rows[1].ns_per_item, 1e6);
    EXPECT_EQ(rows[1].ratio, 4);
    EXPECT_EQ(rows[0].ratio, 1);
    EXPECT_GE(rows[1].turns, 10);
}

TEST(harness, the_binding_limit_is_named) {
    auto work = two_contenders("aa");
    work.contenders[1] = claiming("quick", {1}, "aa");
    work.contenders.push_back(claiming("threads", {1}, "aa", 4));
    work.contenders.push_back(claiming("device", {1}, "aa", 0));
    auto rows = run_case(work, twenty_seconds(), round_limits());
    EXPECT_EQ(rows[1].limit, "copy");  // 1 ms to move, 0.5 ms to compute
    EXPECT_DOUBLE_EQ(rows[1].fraction, 1e-3);
    EXPECT_DOUBLE_EQ(rows[2].fraction, 0.25e-3);
    EXPECT_DOUBLE_EQ(rows[3].fraction, 1e-6);
    work.flops = 8e6;
    rows = run_case(work, twenty_seconds(), round_limits());
    EXPECT_EQ(rows[1].limit, "fma");
    EXPECT_DOUBLE_EQ(rows[1].fraction, 4e-3);
    EXPECT_DOUBLE_EQ(rows[2].fraction, 1e-3);
    EXPECT_EQ(rows[3].limit, "copy");
}

TEST(harness, different_bytes_are_refused_before_anything_is_timed) {
    auto work = two_contenders("ab");
    int runs = 0;
    work.contenders[0].run = [&] { return ++runs, 1.0; };
    EXPECT_THROW(run_case(work, twenty_seconds(), round_limits()), check_failed);
    EXPECT_EQ(runs, 1);
}

TEST(harness, a_wrong_answer_is_refused_before_anything_is_timed) {
    auto work = two_contenders("aa");
    int runs = 0;
    work.contenders[1].run = [&] { return ++runs, 1.0; };
    work.check = []() -> std::string { throw check_failed("off by one"); };
    EXPECT_THROW(run_case(work, twenty_seconds(), round_limits()), check_failed);
    EXPECT_EQ(runs, 1);
}

TEST(harness, nobody_passes_with_the_work_of_another) {
    int result = 0;
    auto const worker = [&result](bool lazy) {
        contender c = claiming(lazy ? "lazy" : "diligent", {1}, "");
        if (!lazy) c.run = [&result] { return result = 7, 1.0; };
        c.digest = [&result] { return std::to_string(result); };
        return c;
    };
    bench_case work = two_contenders("");
    work.wipe = [&result] { result = -1; };
    work.contenders = {worker(false), worker(false)};
    EXPECT_EQ(run_case(work, twenty_seconds(), round_limits()).back().digest, "7");
    work.contenders = {worker(false), worker(true)};
    EXPECT_THROW(run_case(work, twenty_seconds(), round_limits()), check_failed);
}

TEST(harness, a_peer_has_no_digest_and_is_not_compared) {
    auto work = two_contenders("aa");
    work.contenders.push_back(claiming("library", {8}, nullptr));
    work.peer = "library";
    auto const rows = run_case(work, twenty_seconds(), round_limits());
    EXPECT_EQ(rows[1].ratio, 8);
    EXPECT_EQ(rows[2].digest, "");
}

TEST(harness, a_peer_may_do_a_part_and_is_scaled_to_the_whole) {
    auto work = two_contenders("aa");
    work.contenders.push_back(claiming("library", {8}, nullptr));
    work.contenders.back().part = 100;
    work.peer = "library";
    auto const rows = run_case(work, twenty_seconds(), round_limits());
    EXPECT_EQ(rows[2].size, 100u);
    EXPECT_DOUBLE_EQ(rows[2].ns_per_item, 80e6);
    EXPECT_DOUBLE_EQ(rows[1].ratio, 80);
    EXPECT_EQ(rows[2].limit, "");
}

TEST(harness, settings_choose_the_contenders) {
    settings chosen;
    chosen.threads = 1;
    chosen.isa = "base";
    ASSERT_EQ(cpu_choices(chosen).size(), 1u);
    chosen.threads = 3;
    auto const choices = cpu_choices(chosen);
    ASSERT_EQ(choices.size(), 2u);
    EXPECT_EQ(choices[1].name, "cpu base x3");
    EXPECT_EQ(choices[1].options.threads, 3);
    chosen.backend = backend_kind::cpu;
    EXPECT_FALSE(device_chosen(chosen));
}

TEST(machine, is_measured) {
    auto const limits = measure_machine(0.01, 2);
    EXPECT_GT(limits.copy_bytes_one_thread, 1e8);
    EXPECT_GT(limits.copy_bytes_threads, 1e8);
    EXPECT_GT(limits.flops_per_core, 1e8);
    EXPECT_EQ(limits.threads, 2);
}

}  // namespace
}  // namespace lockstep::bench
