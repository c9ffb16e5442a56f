// Account sums. A set's accumulators stay in registers, eight columns to a vector, and each
// position costs one multiplication and one addition for every eight cells. The sums are 64 bits
// wide for as long as a bound, carried along in exact integers, proves that none can overflow;
// what does not fit under it is spilled into 128 bits, and the run starts again.
#pragma once

#include "kernels/views.h"
#include "margin/portfolio_rule.h"
#include "margin/portfolio_sums.h"

namespace lockstep::cpu::LOCKSTEP_ISA {

namespace {  // NOLINT(google-build-namespaces): one for each file and instruction set

/// Eight cells; it may stand for the integers in memory that it is read from.
using v8 = std::int64_t __attribute__((vector_size(64), may_alias));

constexpr std::size_t prefetch_distance = 8;

struct narrow_sums {
    alignas(64) std::int64_t columns[scenarios_max + sensitivity_count];
    alignas(64) std::int64_t bucket_deltas[expiry_buckets_max];
    std::uint64_t buckets;
};

/// Adds positions from `first` on while the bound holds; gives the first one that it did not add.
/// Rows of positions before `known_end` are fetched ahead: those that the caller will ask for next.
template <int Vectors>
std::size_t add_run(margin_batch const& batch, std::size_t first, std::size_t last,
                    narrow_sums& sums, std::size_t known_end) {
    risk_matrix const& m = batch.matrix;
    std::uint32_t const* instrument = batch.positions.instrument.data;
    std::int64_t const* lots = batch.positions.lots.data;
    constexpr std::size_t stride = Vectors * 8;
    constexpr std::size_t delta_column =
        stride - sensitivity_count + static_cast<std::size_t>(sensitivity::delta);
    // Unrolled, they stay in registers; else they are cleared as memory, word by word.
    v8 sum[Vectors];
#pragma GCC unroll 16
    for (int v = 0; v < Vectors; ++v) sum[v] = v8{};
#pragma GCC unroll 16
    for (unsigned v = 0; v < expiry_buckets_max / 8; ++v)
        reinterpret_cast<v8*>(sums.bucket_deltas)[v] = v8{};
    std::uint64_t room = narrow_room, buckets = 0;
    std::size_t i = first;
    for (; i < last; ++i) {
        std::uint32_t const id = instrument[i];
        if (id >= m.instruments) break;
        uint128 const reach = reach_of(lots[i], m.row_max[id]);
        if (reach > room) break;
        room -= static_cast<std::uint64_t>(reach);
        if (i + prefetch_distance < known_end) {
            std::uint32_t const next = instrument[i + prefetch_distance];
            for (int v = 0; v < Vectors; ++v)
                __builtin_prefetch(m.cells + next * stride + static_cast<std::size_t>(v) * 8);
        }
        std::int64_t const* row = m.cells + id * stride;
        v8 const* cells = reinterpret_cast<v8 const*>(row);
        for (int v = 0; v < Vectors; ++v) sum[v] += lots[i] * cells[v];
        std::uint32_t const bucket = m.expiry_bucket[id];
        sums.bucket_deltas[bucket] += lots[i] * row[delta_column];
        buckets |= std::uint64_t{1} << bucket;
    }
#pragma GCC unroll 16
    for (int v = 0; v < Vectors; ++v) reinterpret_cast<v8*>(sums.columns)[v] = sum[v];
    sums.buckets = buckets;
    return i;
}

void spill(narrow_sums const& from, std::uint32_t columns, wide_sums& to) {
    for (std::uint32_t c = 0; c < columns; ++c) to.columns[c] += from.columns[c];
    for (std::uint64_t rest = from.buckets; rest != 0; rest &= rest - 1) {
        auto const b = static_cast<std::uint32_t>(__builtin_ctzll(rest));
        add_to_bucket(to, b, from.bucket_deltas[b]);
    }
}

void add_wide(margin_batch const& batch, std::size_t i, wide_sums& sums) {
    risk_matrix const& m = batch.matrix;
    std::uint32_t const id = batch.positions.instrument[i];
    std::int64_t const lots = batch.positions.lots[i];
    bool const has_row = id < m.instruments;
    std::uint16_t const refusal = refusal_of(has_row, lots, has_row ? m.row_max[id] : 0);
    sums.flags |= refusal;
    if (refusal == 0)
        add_position(sums, m.row(id), static_cast<std::uint32_t>(m.stride()), lots,
                     m.expiry_bucket[id]);
}

/// The sums of positions [first, last) in 128 bits, by narrow runs where the lane allows.
template <int Vectors>
void add_part(margin_batch const& batch, std::size_t first, std::size_t last, sum_lanes lanes,
              narrow_sums& narrow, wide_sums& sums) {
    std::size_t i = first;
    while (i < last) {
        if (lanes == sum_lanes::automatic) {
            std::size_t const reached = add_run<Vectors>(batch, i, last, narrow, last);
            spill(narrow, Vectors * 8, sums);
            if (reached > i) {
                i = reached;
                continue;
            }
        }
        add_wide(batch, i++, sums);
    }
}

template <class Integer, class Sums>
portfolio_sums<Integer> view_sums(Sums const& sums, margin_batch const& batch, std::size_t set) {
    auto const& begin = batch.positions.begin;
    return {sums.columns,
            sums.columns + batch.matrix.scenario_columns,
            sums.bucket_deltas,
            sums.buckets,
            begin[set + 1] - begin[set],
            0,
            batch.positions.lot_exponent[set]};
}

margin_addons addons_of(margin_batch const& batch, std::size_t set) {
    return batch.positions.addons.empty() ? margin_addons{} : batch.positions.addons[set];
}

/// Calls f with the number of vectors in a row of the matrix as a constant.
template <class F>
void with_vectors(risk_matrix const& matrix, F f) {
    switch (matrix.stride() / 8) {
        case 2: return f.template operator()<2>();
        case 3: return f.template operator()<3>();
        case 4: return f.template operator()<4>();
        case 5: return f.template operator()<5>();
        case 6: return f.template operator()<6>();
        case 7: return f.template operator()<7>();
        case 8: return f.template operator()<8>();
        case 9: return f.template operator()<9>();
        default: return;
    }
}

}  // namespace

}  // namespace lockstep::cpu::LOCKSTEP_ISA
