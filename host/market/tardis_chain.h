// Tardis `options_chain` files: a stream of updates rather than a snapshot, ordered by the time of
// arrival, with times in microseconds since 1970 and volatilities in percent. The latest record of
// an instrument is the one that counts; the ones before it are superseded, which is not an error
// and is counted apart.
#pragma once

#include <cstdint>
#include <vector>

#include "host/io/csv_table.h"
#include "host/market/listing.h"

namespace lockstep {

bool is_tardis_chain(csv_reader const& table);

struct tardis_listings {
    std::vector<listing> rows;  // in the order of first appearance
    std::uint64_t superseded = 0;
};

tardis_listings read_tardis_chain(csv_reader& table);

}  // namespace lockstep
