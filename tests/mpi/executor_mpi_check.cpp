// Run by mpirun: the sharded executor over ranks ends every random program, on every rank, with the
// rows and outputs of a plain loop; and a planted mistake does not pass.
#include <cstdio>
#include <span>

#include "host/exec/mpi_exchange.h"
#include "host/exec/sharded_ranks.h"
#include "tests/contract/random_program.h"

namespace {

using namespace lockstep::exec;

template <fault Fault>
int wrong_outcomes(mpi_exchange& exchange, counters& total) {
    int wrong = 0;
    std::uint64_t seed = 1;
    for (program_shape const shape : {program_shape::skewed, program_shape::one_row,
                                      program_shape::chains, program_shape::islands})
        for (double const theta : {0.0, 0.9}) {
            program_options const options{shape, theta, 150, 30, seed++};
            random_program program(options);
            add_shard(total, run_sharded_ranks<Fault>(program, exchange));
            if (program.all_bytes() != expected_bytes(options)) ++wrong;
        }
    return wrong;
}

}  // namespace

int main() {
    mpi_exchange exchange;
    counters good, bad;
    int const wrong = wrong_outcomes<fault::none>(exchange, good);
    int const planted = wrong_outcomes<fault::row_sent_early>(exchange, bad);
    bool const caught = exchange.ranks() == 1 || planted > 0;
    std::printf(
        "rank %u of %u: %d wrong, %d wrong with a row sent early; %llu messages, %llu bytes\n",
        exchange.rank(), exchange.ranks(), wrong, planted,
        static_cast<unsigned long long>(good.messages),
        static_cast<unsigned long long>(good.bytes));
    return wrong == 0 && caught ? 0 : 1;
}
