// One file for each command. A command adds itself to the application and sets `exit` when it runs.
#pragma once

#include <CLI/CLI.hpp>

#include "host/exec/rank_exchange.h"

namespace lockstep {

/// What the shell sees.
enum class exit_code : int {
    done = 0,
    done_with_exceptions = 1,  // finished, but some records were rejected: read the exceptions
    usage = 2,                 // the command line is wrong; nothing was read
    bad_input = 3,             // an input cannot be used; nothing was written
    machine = 4,               // disk, memory, device; nothing was left half-written
    internal = 5,              // an invariant broke: a defect of ours
};

void add_doctor_command(CLI::App& app, exit_code& result);
void add_risk_command(CLI::App& app, exit_code& result);
void add_ticks_command(CLI::App& app, exit_code& result);
void add_fixings_command(CLI::App& app, exit_code& result);
void add_watch_command(CLI::App& app, exit_code& result);
void add_generate_command(CLI::App& app, exit_code& result);
void add_margin_command(CLI::App& app, exit_code& result);
void add_explain_pnl_command(CLI::App& app, exit_code& result);
void add_price_command(CLI::App& app, exit_code& result);
void add_iv_command(CLI::App& app, exit_code& result);
void add_history_command(CLI::App& app, exit_code& result);
void add_heston_command(CLI::App& app, exit_code& result);
void add_mc_command(CLI::App& app, exit_code& result);
void add_surface_command(CLI::App& app, exit_code& result);
void add_verify_proof_command(CLI::App& app, exit_code& result);
void add_run_command(CLI::App& app, exit_code& result, exec::join_job const& join);
void add_prove_command(CLI::App& app, exit_code& result);
void add_keygen_command(CLI::App& app, exit_code& result);
void add_sign_command(CLI::App& app, exit_code& result);
void add_diff_command(CLI::App& app, exit_code& result);
void add_replay_command(CLI::App& app, exit_code& result);
void add_verify_command(CLI::App& app, exit_code& result);
void add_store_command(CLI::App& app, exit_code& result);
void add_simulate_command(CLI::App& app, exit_code& result);
void add_explain_command(CLI::App& app, exit_code& result);

}  // namespace lockstep
