#include "host/exec/mpi_exchange.h"

#define OMPI_SKIP_MPICXX
#define MPICH_SKIP_MPICXX
#include <mpi.h>

#include <climits>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>

namespace lockstep::exec {

namespace {

void must(int code, char const* call) {
    if (code != MPI_SUCCESS) throw std::runtime_error(std::string("MPI failed in ") + call);
}

/// Byte strings end to end, as MPI's collective calls take them.
struct packed {
    byte_string bytes;
    std::vector<int> counts, starts;
};

/// Room for strings of the given lengths.
packed room_for(std::vector<int> const& counts) {
    packed p;
    p.counts = counts;
    std::size_t total = 0;
    for (int const count : counts) {
        p.starts.push_back(static_cast<int>(total));
        total += static_cast<std::size_t>(count);
        if (total > INT_MAX) throw std::runtime_error("a round of MPI messages passes 2 GiB");
    }
    p.bytes.resize(total);
    return p;
}

int length(byte_string const& s) {
    if (s.size() > INT_MAX) throw std::runtime_error("a round of MPI messages passes 2 GiB");
    return static_cast<int>(s.size());
}

void unpack(packed const& p, std::vector<byte_string>& out) {
    out.resize(p.counts.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        std::byte const* const begin = p.bytes.data() + p.starts[i];
        out[i].assign(begin, begin + p.counts[i]);
    }
}

}  // namespace

mpi_exchange::mpi_exchange() {
    int running = 0;
    must(MPI_Initialized(&running), "MPI_Initialized");
    if (running == 0) {
        must(MPI_Init(nullptr, nullptr), "MPI_Init");
        started_ = true;
    }
    int rank = 0, ranks = 1;
    must(MPI_Comm_rank(MPI_COMM_WORLD, &rank), "MPI_Comm_rank");
    must(MPI_Comm_size(MPI_COMM_WORLD, &ranks), "MPI_Comm_size");
    rank_ = static_cast<std::uint32_t>(rank);
    inbox_.resize(static_cast<std::size_t>(ranks));
    outbox_.resize(static_cast<std::size_t>(ranks));
}

mpi_exchange::~mpi_exchange() {
    if (started_ && std::uncaught_exceptions() == 0) MPI_Finalize();
}

void mpi_exchange::post(std::uint32_t, std::span<byte_string> outbox, std::uint64_t left) {
    for (std::size_t to = 0; to < outbox_.size(); ++to) {
        outbox_[to].swap(outbox[to]);
        outbox[to].clear();
    }
    left_ = left;
}

std::uint64_t mpi_exchange::turn() {
    std::vector<int> sends, receives(outbox_.size());
    for (byte_string const& s : outbox_) sends.push_back(length(s));
    must(MPI_Alltoall(sends.data(), 1, MPI_INT, receives.data(), 1, MPI_INT, MPI_COMM_WORLD),
         "MPI_Alltoall");
    packed out = room_for(sends);
    out.bytes.clear();
    for (byte_string const& s : outbox_) out.bytes.insert(out.bytes.end(), s.begin(), s.end());
    packed in = room_for(receives);
    must(MPI_Alltoallv(out.bytes.data(), out.counts.data(), out.starts.data(), MPI_BYTE,
                       in.bytes.data(), in.counts.data(), in.starts.data(), MPI_BYTE,
                       MPI_COMM_WORLD),
         "MPI_Alltoallv");
    unpack(in, inbox_);
    // A rank that failed says the largest number there is.
    std::uint64_t const failed = left_ == UINT64_MAX ? 1 : 0;
    std::uint64_t const mine[2] = {failed == 0 ? left_ : 0, failed};
    std::uint64_t sums[2] = {};
    must(MPI_Allreduce(mine, sums, 2, MPI_UINT64_T, MPI_SUM, MPI_COMM_WORLD), "MPI_Allreduce");
    return sums[1] > 0 ? UINT64_MAX : sums[0];
}

std::vector<byte_string> mpi_exchange::gather(byte_string const& mine) {
    int const count = length(mine);
    std::vector<int> counts(inbox_.size());
    must(MPI_Allgather(&count, 1, MPI_INT, counts.data(), 1, MPI_INT, MPI_COMM_WORLD),
         "MPI_Allgather");
    packed all = room_for(counts);
    must(MPI_Allgatherv(mine.data(), count, MPI_BYTE, all.bytes.data(), all.counts.data(),
                        all.starts.data(), MPI_BYTE, MPI_COMM_WORLD),
         "MPI_Allgatherv");
    std::vector<byte_string> strings;
    unpack(all, strings);
    return strings;
}

std::vector<byte_string> mpi_exchange::collect(byte_string const& mine) {
    int const count = length(mine);
    std::vector<int> counts(rank_ == 0 ? inbox_.size() : 0);
    must(MPI_Gather(&count, 1, MPI_INT, counts.data(), 1, MPI_INT, 0, MPI_COMM_WORLD),
         "MPI_Gather");
    packed all = room_for(counts);
    must(MPI_Gatherv(mine.data(), count, MPI_BYTE, all.bytes.data(), all.counts.data(),
                     all.starts.data(), MPI_BYTE, 0, MPI_COMM_WORLD),
         "MPI_Gatherv");
    std::vector<byte_string> strings;
    unpack(all, strings);
    return strings;
}

std::unique_ptr<rank_exchange> join_mpi_job() {
    // What Open MPI, and launchers that speak PMI or PMIx, tell the processes they start.
    for (char const* told : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_RANK"})
        if (std::getenv(told) != nullptr) return std::make_unique<mpi_exchange>();
    return nullptr;
}

}  // namespace lockstep::exec
