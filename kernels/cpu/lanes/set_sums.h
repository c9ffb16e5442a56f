// Account sums. A set's accumulators stay in registers, as many columns to a vector as these are
// wide, and each position costs one multiplication and one addition for each. The sums are 64 bits
// wide for as long as a bound, carried along in exact integers, proves that none can overflow;
// what does not fit under it is spilled into 128 bits, and the run starts again.
#pragma once

#include "kernels/cpu/lanes/integer_vector.h"
#include "kernels/views.h"
#include "margin/portfolio_rule.h"
#include "margin/portfolio_sums.h"

namespace lockstep::cpu::LOCKSTEP_ISA {

namespace {  // NOLINT(google-build-namespaces): one for each file and instruction set

constexpr std::size_t prefetch_distance = 8;

struct narrow_sums {
    alignas(64) std::int64_t columns[scenarios_max + sensitivity_count];
    alignas(64) std::int64_t bucket_deltas[expiry_buckets_max];
    std::uint64_t buckets;
};

/// How many accumulators leave registers for the rest: a multiplication in 64 bits takes four where
/// there is no instruction for it.
constexpr std::size_t vectors_at_once = vector_lanes == 8 ? 9 : vector_lanes == 4 ? 6 : 8;

/// Sums of as many columns side by side. Unrolled, they stay in registers; else they are cleared
/// as memory, word by word.
template <std::size_t Count>
struct column_sums {
    ints sum[Count];

    column_sums() {
#pragma GCC unroll 16
        for (std::size_t v = 0; v < Count; ++v) sum[v] = ints{};
    }
    void add(std::int64_t lots, std::int64_t const* cells) {
#pragma GCC unroll 16
        for (std::size_t v = 0; v < Count; ++v) sum[v] += lots * as_vectors(cells)[v];
    }
    void store(std::int64_t* to) const {
#pragma GCC unroll 16
        for (std::size_t v = 0; v < Count; ++v) as_vectors(to)[v] = sum[v];
    }
};

/// Columns from `From` on of positions [first, last), as many at once as there are registers for.
template <std::size_t Columns, std::size_t From>
void add_columns(margin_batch const& batch, std::size_t first, std::size_t last, std::int64_t* to) {
    if constexpr (From < Columns) {
        constexpr std::size_t rest = (Columns - From) / vector_lanes;
        constexpr std::size_t count = rest < vectors_at_once ? rest : vectors_at_once;
        column_sums<count> sums;
        for (std::size_t i = first; i < last; ++i)
            sums.add(batch.positions.lots[i],
                     batch.matrix.cells + batch.positions.instrument[i] * Columns + From);
        sums.store(to + From);
        add_columns<Columns, From + count * vector_lanes>(batch, first, last, to);
    }
}

/// Adds positions from `first` on while the bound holds; gives the first one that it did not add.
/// Rows of positions before `known_end` are fetched ahead: those that the caller will ask for next.
template <std::size_t Columns>
std::size_t add_run(margin_batch const& batch, std::size_t first, std::size_t last,
                    narrow_sums& sums, std::size_t known_end) {
    risk_matrix const& m = batch.matrix;
    std::uint32_t const* instrument = batch.positions.instrument.data;
    std::int64_t const* lots = batch.positions.lots.data;
    constexpr std::size_t delta_column =
        Columns - sensitivity_count + static_cast<std::size_t>(sensitivity::delta);
    constexpr std::size_t most = vectors_at_once * vector_lanes;
    constexpr std::size_t at_once = Columns < most ? Columns : most;
    column_sums<at_once / vector_lanes> columns;
#pragma GCC unroll 32
    for (std::size_t v = 0; v < expiry_buckets_max / vector_lanes; ++v)
        as_vectors(sums.bucket_deltas)[v] = ints{};
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
            for (std::size_t c = 0; c < Columns; c += 8)
                __builtin_prefetch(m.cells + next * Columns + c);
        }
        std::int64_t const* row = m.cells + id * Columns;
        columns.add(lots[i], row);
        std::uint32_t const bucket = m.expiry_bucket[id];
        sums.bucket_deltas[bucket] += lots[i] * row[delta_column];
        buckets |= std::uint64_t{1} << bucket;
    }
    columns.store(sums.columns);
    add_columns<Columns, at_once>(batch, first, i, sums.columns);
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
template <std::size_t Columns>
void add_part(margin_batch const& batch, std::size_t first, std::size_t last, sum_lanes lanes,
              narrow_sums& narrow, wide_sums& sums) {
    std::size_t i = first;
    while (i < last) {
        if (lanes == sum_lanes::automatic) {
            std::size_t const reached = add_run<Columns>(batch, i, last, narrow, last);
            spill(narrow, Columns, sums);
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

/// Calls f with the number of columns of the matrix as a constant.
template <class F>
void with_columns(risk_matrix const& matrix, F f) {
    switch (matrix.stride()) {
        case 16: return f.template operator()<16>();
        case 24: return f.template operator()<24>();
        case 32: return f.template operator()<32>();
        case 40: return f.template operator()<40>();
        case 48: return f.template operator()<48>();
        case 56: return f.template operator()<56>();
        case 64: return f.template operator()<64>();
        case 72: return f.template operator()<72>();
        default: return;
    }
}

}  // namespace

}  // namespace lockstep::cpu::LOCKSTEP_ISA
