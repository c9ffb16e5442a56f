// What every bench has in common: check the answer, then time it, then print.
//
// A bench is a list of cases. A case is one amount of work and the contenders that can do it: our
// scalar path first (the reference), then each vector path, all threads, the device, and the
// libraries that people use today. No time is printed for a case whose answer is wrong: its check
// runs first, and every contender of ours must give the reference's bytes.
//
// The contenders of a case take turns until the time given to each is used up, and the shortest
// turn counts: what else runs on the machine can only make a turn longer, and hits all of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/clock.h"
#include "bench/machine.h"
#include "kernels/backend.h"

namespace lockstep::bench {

/// The answer is wrong: no time is worth printing. The command ends with exit_code::internal.
struct check_failed : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What the command line asks for.
struct settings {
    std::vector<std::size_t> sizes;        // empty: the sizes of the bench itself
    std::vector<std::size_t> instruments;  // margin alone; empty: the bench's own
    double seconds = 1.0;                  // timing budget of each contender in each case
    std::uint64_t seed = 1;
    backend_kind backend = backend_kind::automatic;  // automatic: every backend that is present
    std::string isa;                                 // empty: every instruction set in turn
    int threads = 0;                                 // of the threaded contender; 0: all
};

/// One way to do the work of a case.
struct contender {
    std::string name;
    int cores = 1;  // it may use; 0: it runs on the device
    /// Does the work once and says how many seconds it took, by the clock that suits it.
    std::function<double()> run = {};
    /// Digest of what the last run wrote; empty for a peer, which answers within a tolerance.
    std::function<std::string()> digest = {};
    /// How much of the case's size it does, where all of it would take too long; 0: all.
    std::size_t part = 0;
};

/// One amount of work. `bytes` and `flops` are the least that one run must move and compute (a
/// fused multiply-add counts two); zero where it is not known or cannot be the limit.
struct bench_case {
    std::string name;
    std::size_t size = 0;      // as the command line gives it
    std::string size_of_what;  // "options"
    double items = 0;          // of which a time is printed
    std::string item;          // "option-scenario"
    double bytes = 0;
    double flops = 0;
    /// Spoils the results before each checking run, so that no contender passes with another's
    /// work.
    std::function<void()> wipe;
    /// Throws check_failed unless the contenders' answers are right, which stand where the
    /// last contender left them; called before any timing.
    /// Returns one line that says what was compared and how close it came.
    std::function<std::string()> check;
    std::vector<contender> contenders;  // the first is the reference
    std::string peer;                   // the contender that ratios are quoted against
};

/// One line of the table.
struct bench_row {
    std::string name;
    std::size_t size = 0;
    std::string size_of_what;
    std::string contender;
    double seconds = 0;  // of the shortest turn
    int turns = 0;
    std::string item;
    double ns_per_item = 0;
    double ratio = 0;  // the peer's time for an item / this one's; 0 without a peer
    std::string peer;
    double fraction = 0;  // of the limit; 0 where no limit is known
    std::string limit;    // "copy" (bytes/s) or "fma" (flops/s), whichever binds
    std::string digest;
    std::string checked;
};

/// Calls a function and returns how many seconds it took.
double clocked(std::function<void()> const& work);

/// Checks, compares digests, times. Throws check_failed before anything has been timed.
std::vector<bench_row> run_case(bench_case const& work, settings const& chosen,
                                machine_limits const& limits);

/// The CPU contenders that the settings ask for: the base instruction set on one thread first,
/// then each vector set on one thread, then the best on all threads.
struct cpu_choice {
    std::string name;  // "cpu v4 x1"
    backend_options options;
    int cores;
};
std::vector<cpu_choice> cpu_choices(settings const& chosen);

/// Adds the device, from host memory to host memory, where it takes part.
void add_device(std::vector<cpu_choice>& choices, settings const& chosen);

/// What a contender of ours does on its backend, and the digest of what it wrote.
struct backend_work {
    std::function<void(backend&)> run;
    std::function<std::string()> digest;
};
void add_contender(bench_case& work, cpu_choice const& choice, backend_work const& ours);
/// All CPU contenders that the settings ask for, then the device from host memory to host memory.
void add_contenders(bench_case& work, settings const& chosen, backend_work const& ours);

/// True when the settings ask for device contenders and there is a device. Throws
/// backend_unavailable when the device was forced and there is none.
bool device_chosen(settings const& chosen);

}  // namespace lockstep::bench
