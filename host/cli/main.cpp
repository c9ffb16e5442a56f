// The command. Everything it can do is in the library; here are the list of commands and the one
// place where an exception becomes an exit code.
#include <fcntl.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <new>
#include <string>
#include <system_error>
#include <vector>

#include "host/base/error.h"
#include "host/base/interruption.h"
#include "host/cli/checks.h"
#include "host/cli/command.h"
#include "host/cli/say.h"
#include "kernels/backend_error.h"
#ifdef LOCKSTEP_HAS_BENCH
#include "bench/command.h"
#endif
#ifdef LOCKSTEP_HAS_MPI
#include "host/exec/mpi_exchange.h"
#endif

namespace {

int report(char const* what, lockstep::exit_code code) {
    lockstep::say("lockstep: {}\n", what);
    return static_cast<int>(code);
}

/// What was printed is part of the result: a full disk or a closed pipe behind it is a failure.
int finish(int code) {
    std::cout.flush();
    bool const written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && std::cout.good();
    if (written || code > static_cast<int>(lockstep::exit_code::done_with_exceptions)) return code;
    return report("standard output cannot be written", lockstep::exit_code::machine);
}

/// A closed standard descriptor would be given to the next file that is opened, which is then read
/// as the input or written over. Opened the wrong way round, every use of it fails and is said.
void keep_standard_descriptors_apart() {
    for (int const fd : {0, 1, 2})
        if (::fcntl(fd, F_GETFD) < 0) ::open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

/// A pipe that nobody reads any more, and a file that may not grow, fail the write: said as any
/// other failure, instead of death without a word and half an output left behind.
void hear_of_failed_writes() {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
}

/// In the order of --help.
void add_commands(CLI::App& app, lockstep::exit_code& result) {
    lockstep::exec::join_job job;
#ifdef LOCKSTEP_HAS_MPI
    job = &lockstep::exec::join_mpi_job;
#endif
    lockstep::add_risk_command(app, result);
    lockstep::add_verify_proof_command(app, result);
    lockstep::add_watch_command(app, result);
    lockstep::add_ticks_command(app, result);
    lockstep::add_fixings_command(app, result);
    lockstep::add_run_command(app, result, job);
    lockstep::add_prove_command(app, result);
    lockstep::add_diff_command(app, result);
    lockstep::add_keygen_command(app, result);
    lockstep::add_sign_command(app, result);
    lockstep::add_replay_command(app, result);
    lockstep::add_verify_command(app, result);
    lockstep::add_store_command(app, result);
    lockstep::add_simulate_command(app, result);
    lockstep::add_explain_command(app, result);
    lockstep::add_doctor_command(app, result);
    lockstep::add_margin_command(app, result);
    lockstep::add_explain_pnl_command(app, result);
    lockstep::add_price_command(app, result);
    lockstep::add_iv_command(app, result);
    lockstep::add_heston_command(app, result);
    lockstep::add_mc_command(app, result);
    lockstep::add_surface_command(app, result);
    lockstep::add_history_command(app, result);
#ifdef LOCKSTEP_HAS_BENCH
    lockstep::add_bench_command(app, result);
#endif
    lockstep::add_generate_command(app, result);
}

/// The one place where an exception becomes an exit code.
int parse_and_run(CLI::App& app, int argc, char** argv, lockstep::exit_code const& result) {
    using lockstep::exit_code;
    try {
        app.parse(argc, argv);
        return finish(static_cast<int>(result));
    } catch (CLI::RequiredError const& error) {
        // What is missing is often there under a name that is misspelt.
        std::vector<std::string> const unknown = app.remaining(true);
        unknown.empty() ? app.exit(error) : app.exit(CLI::ExtrasError(unknown));
        return finish(static_cast<int>(exit_code::usage));
    } catch (CLI::ParseError const& error) {
        int const code = app.exit(error);
        return finish(code == 0 ? 0 : static_cast<int>(exit_code::usage));
    } catch (lockstep::input_error const& error) {
        return report(error.what(), exit_code::bad_input);
    } catch (lockstep::machine_error const& error) {
        return report(error.what(), exit_code::machine);
    } catch (lockstep::backend_unavailable const& error) {
        return report(error.what(), exit_code::machine);
    } catch (std::system_error const& error) {  // of files, threads, sockets
        // What printing throws says "file" of any file.
        std::string const lost = "standard output cannot be written: " + error.code().message();
        return report(std::ferror(stdout) != 0 ? lost.c_str() : error.what(), exit_code::machine);
    } catch (std::bad_alloc const&) {
        return report("out of memory", exit_code::machine);
    } catch (std::exception const& error) {
        return report(error.what(), exit_code::internal);
    }
}

}  // namespace

int main(int argc, char** argv) {
    keep_standard_descriptors_apart();
    lockstep::interruption_watch const signals;
    hear_of_failed_writes();
    CLI::App app{
        "Lockstep settles and risk-manages derivatives, the same to the last bit on any machine."};
    app.require_subcommand(1);
    app.set_version_flag("--version", LOCKSTEP_VERSION);
    lockstep::exit_code result = lockstep::exit_code::done;
    add_commands(app, result);
    lockstep::read_whole_numbers(app);
    lockstep::refuse_empty_text(app);
    return parse_and_run(app, argc, argv, result);
}
