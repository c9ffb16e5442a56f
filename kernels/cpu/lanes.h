// One table of loops for each instruction set. The files in cpu/lanes/ are compiled once for each
// set into their own namespace; the best table that the CPU can run is chosen at run time.
#pragma once

#include <string>
#include <vector>

#include "kernels/views.h"
#include "margin/portfolio_sums.h"

namespace lockstep {
struct heston_batch;
struct heston_values;
}  // namespace lockstep

namespace lockstep::cpu {

/// Loops over a slice of a batch, single-threaded; the backend cuts batches into slices.
struct lane_table {
    char const* name;
    void (*price)(option_batch const&, option_values const&);
    void (*american)(option_batch const&, option_values const&);
    void (*american_implied_vol)(american_vol_batch const&, implied_vol_values const&);
    void (*scheduled)(schedule_batch const&, schedule_values const&, double* scratch);
    void (*price_core)(black76_batch const&, black76_values const&);
    void (*implied_vol)(implied_vol_batch const&, implied_vol_values const&);
    void (*value_rows)(row_model, row_batch const&, row_values const&);
    /// One block of paths; scratch: path_scratch() numbers.
    void (*path_block_sums)(path_batch const&, std::size_t block, double* scratch);
    void (*risk_arrays)(risk_array_batch const&, risk_matrix const&, std::size_t first,
                        std::size_t last);  // instruments
    void (*margin_sets)(margin_batch const&, std::size_t first, std::size_t last,
                        sum_lanes);  // netting sets
    void (*margin_part)(margin_batch const&, std::size_t first, std::size_t last, sum_lanes,
                        wide_sums&);  // positions of one set
    void (*margin_whole)(margin_batch const&, std::size_t set, wide_sums const&);
    void (*check_sets)(check_batch const&, std::size_t first, std::size_t last,
                       sum_lanes);  // places of the batch
    /// Messages [begin, end) of the batch; each digest goes to the place of its message.
    void (*sha256)(message_batch const&, std::size_t begin, std::size_t end, sha256_digest*);
    std::size_t sha256_lanes;  // messages that fit one register
    void (*heston)(heston_batch const&, heston_values const&, std::size_t first,
                   std::size_t last);  // expiries
};

/// Numbers of scratch that a block of paths needs.
inline std::size_t path_scratch(path_batch const& batch) {
    path_contract const& c = batch.contracts[0];
    std::size_t const numbers = static_cast<std::size_t>(c.assets * c.dates + 1);
    return (numbers + 2 * batch.estimates.count) * path_block;
}

/// The table of that name, or the best that this CPU runs when the name is empty. Throws
/// backend_unavailable for a name that is unknown, not built, or not supported by this CPU.
lane_table const& choose_lanes(std::string const& name);

/// Names of the tables that this build has and this CPU runs, best last.
std::vector<std::string> available_lanes();

/// The processor's own name, or its architecture where it does not say.
std::string describe_processor();

}  // namespace lockstep::cpu
