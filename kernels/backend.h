// The seam: a small class of bulk verbs over views. The host asks a backend for a whole batch and
// does not know how it is done; every backend gives the same bytes.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "kernels/backend_error.h"
#include "kernels/views.h"

namespace lockstep {

struct heston_batch;  // kernels/heston_batch.h
struct heston_values;
struct svi_batch;  // kernels/svi_batch.h
struct svi_fit_result;
struct tail_batch;  // kernels/tail_batch.h
struct tail_outputs;

enum class backend_kind { automatic, cpu, cuda };

struct backend_options {
    backend_kind kind = backend_kind::automatic;
    int threads = 0;       // 0: all that the machine has
    std::string isa = "";  // CPU instruction set to force: base, v3, v4; empty: the best present
    sum_lanes lanes = sum_lanes::automatic;
    std::size_t slice_positions = 0;  // positions that go to a device at once; 0: what fits
};

/// A market that resident sets are to be checked at, and which answer is for it.
struct resident_market {
    std::size_t answer;
    risk_matrix matrix;
    view<margin_rules const> rules;
};

/// Netting sets that stay with a backend, in its own memory where it has one, to be checked at
/// every tick: marks travel to it, and what decides travels back.
class resident_portfolio {
  public:
    virtual ~resident_portfolio() = default;

    /// For each of the markets, which may overlap on their way: answer(a)[i] = check_of(what
    /// margin() says of set i), for the sets in `which`, each once; with null data: for all. Rows
    /// of sets that are not asked for stay as they are. Returns when they are there; one call at a
    /// time on one backend.
    virtual void check(view<resident_market const> markets, view<std::uint32_t const> which) = 0;

    /// By set; zeros before the first check.
    virtual view<check_row const> answer(std::size_t a) const = 0;

    /// The positions of the sets from `first` to before `last` are others now; where `now`, the
    /// whole batch, is of one set more, that is the one at `first`, and no other has changed.
    /// Everything behind them may lie elsewhere; answers move with their sets, and a new one has
    /// zeros.
    virtual void change(position_batch const& now, std::size_t first, std::size_t last) = 0;
};

class backend {
  public:
    virtual ~backend() = default;

    /// What really runs, for people and manifests: "cpu (v4, 2 threads)", "cuda (NVIDIA H200)".
    virtual std::string name() const = 0;

    // The verbs. Each returns when its results are there; one call at a time on one backend,
    // because a backend keeps its scratch and its streams from call to call.

    /// Values of European options: Black-76, Black-Scholes-Merton, linear and inverse.
    virtual void price(option_batch const& batch, option_values const& values) = 0;

    /// Values of American options on spots with a yield or on forwards: the first six columns, the
    /// others must not be wanted. Five valuations a row where more than the price is.
    virtual void american(option_batch const& batch, option_values const& values) = 0;

    /// The vols that prices of American options imply, with the statuses of implied_vol.
    virtual void american_implied_vol(american_vol_batch const& batch,
                                      implied_vol_values const& values) = 0;

    /// Values of options on spots with cash dividends and dates of exercise, on a grid.
    virtual void scheduled(schedule_batch const& batch, schedule_values const& values) = 0;

    /// Price and six Greeks of linear options on forwards.
    virtual void price_core(black76_batch const& batch, black76_values const& values) = 0;

    /// The vols that prices of European options imply: Black's, or Bachelier's by a row's flag.
    virtual void implied_vol(implied_vol_batch const& batch, implied_vol_values const& values) = 0;

    /// Values rows by a model of pricing/model/row_models.h, one row at a time.
    virtual void value_rows(row_model model, row_batch const& batch, row_values const& values) = 0;

    /// Values contracts on random paths: the sums of every block, each added up by halves.
    virtual void value_paths(path_batch const& batch) = 0;

    /// Computes the risk array of every instrument: fills all of `matrix` but its shape, which the
    /// caller has set. Rows that cannot be computed are zeros, with a status and row_quarantined.
    virtual void risk_arrays(risk_array_batch const& batch, risk_matrix const& matrix) = 0;

    /// Sums every netting set's positions exactly and applies its rule.
    virtual void margin(margin_batch const& batch) = 0;

    /// The same sums and rules for the sets that a batch names, and of each row what decides:
    /// rows[i] = check_of(what margin() says of set i).
    virtual void check(check_batch const& batch) = 0;

    /// Takes sets in, with room for so many answers side by side (a market and its moves). The
    /// columns must stay as they are, but for lots that it is told of, and the backend where it is,
    /// for as long as the portfolio.
    virtual std::unique_ptr<resident_portfolio> reside(position_batch const& positions,
                                                       std::size_t answers) = 0;

    /// SHA-256 of many messages of one length; message n's digest goes to digests[n], the others
    /// are left as they are.
    virtual void sha256(message_batch const& messages, view<sha256_digest> digests) = 0;

    /// Posts what the books confirmed: brings the entries of each account together, in order, and
    /// folds them into its rows. Rows that no entry names are left as they are.
    virtual void settle(settle_batch const& batch) = 0;
    /// How many entries are best posted at a time: as many as stay in one thread's cache, or all of
    /// them, where many threads share them out.
    virtual std::size_t settle_portion() const = 0;

    /// Values of European options under Heston's or Bates' model, grouped by expiry.
    virtual void heston(heston_batch const& batch, heston_values const& values) = 0;

    /// Fits an SVI curve to the quotes of each expiry: fits[i] = fit_svi(quotes of i).
    virtual void fit_svi(svi_batch const& batch, view<svi_fit_result> fits) = 0;

    /// Judges the tail of every account: margin/account_tail.h.
    virtual void tails(tail_batch const& batch, tail_outputs const& out) = 0;
};

/// Builds the backend asked for. `automatic` takes a CUDA device when the build and the machine
/// have one, else the CPU. The environment variable LOCKSTEP_BACKEND (cpu or cuda) overrides
/// `automatic`. Throws backend_unavailable when what was forced is not built in or not present.
std::unique_ptr<backend> make_backend(backend_options const& options);

/// What the machine offers to the backends of this build.
struct machine_report {
    std::string processor;
    int threads = 0;
    std::vector<std::string> instruction_sets;  // that can be forced, best last
    bool cuda_built = false;
    bool cuda_present = false;
    std::string cuda_device;  // its name, or why there is none
};
machine_report examine_machine();

}  // namespace lockstep
