#include "kernels/cpu/lanes.h"
#include "kernels/cpu/lanes/loop.h"
#include "kernels/heston_batch.h"
#include "pricing/model/heston_value.h"

namespace lockstep::cpu::LOCKSTEP_ISA {

void heston_expiries(heston_batch const& batch, heston_values const& values, std::size_t first,
                     std::size_t last);

namespace {

constexpr int sides = 2;
constexpr std::size_t step = heston_nodes_step;

/// Nodes of a contour, a column for each part of a term.
struct node_block {
    alignas(64) double re[heston_sum_count][step];
    alignas(64) double im[heston_sum_count][step];
    alignas(64) double size[step];
    alignas(64) double log_size[step];
};

/// The strikes of a block that share a contour.
struct strike_block {
    std::size_t count = 0;
    std::uint32_t row[lane_block];
    heston_strike strike[lane_block];
    alignas(64) double now_re[lane_block], now_im[lane_block];
    alignas(64) double step_re[lane_block], step_im[lane_block];
    alignas(64) double sums[heston_sum_count][lane_block];
};

template <heston_depth Depth>
void fill_nodes(heston_expiry const& x, heston_contour const& c, double first, node_block& n) {
    LOCKSTEP_LANES
    for (std::size_t i = 0; i < step; ++i) {
        heston_node const v = heston_node_at<Depth>(x, c, first + static_cast<double>(i));
        for (int k = 0; k < static_cast<int>(Depth); ++k) {
            n.re[k][i] = v.terms[k].re;
            n.im[k][i] = v.terms[k].im;
        }
        n.size[i] = square_root(norm(v.terms[0]));
        n.log_size[i] = v.log_size;
    }
}

template <heston_depth Depth>
void add_nodes(node_block const& n, strike_block& b) {
    for (std::size_t j = 0; j < step; ++j) {
        LOCKSTEP_LANES
        for (std::size_t i = 0; i < b.count; ++i) {
            complex const now{b.now_re[i], b.now_im[i]};
            for (int k = 0; k < static_cast<int>(Depth); ++k)
                b.sums[k][i] = heston_add(b.sums[k][i], {n.re[k][j], n.im[k][j]}, now);
            complex const next = now * complex{b.step_re[i], b.step_im[i]};
            b.now_re[i] = next.re;
            b.now_im[i] = next.im;
        }
    }
}

void write_row(heston_values const& values, std::size_t row, heston_valuation const& v,
               heston_status status) {
    heston_row const r = heston_row_of(v, status);
    for (std::size_t k = 0; k < heston_value_count; ++k)
        if (values.columns[k] != nullptr) values.columns[k][row] = r.v.values[k];
    values.status[row] = static_cast<std::uint8_t>(r.status);
}

/// Sums a contour for the strikes that share it.
template <heston_depth Depth>
void run_contour(heston_expiry const& x, heston_plan const& plan, heston_contour const& c,
                 strike_block& b, heston_values const& values) {
    for (std::size_t i = 0; i < b.count; ++i) {
        heston_turn const turn = heston_turn_of(c, b.strike[i].k);
        b.now_re[i] = turn.now.re, b.now_im[i] = turn.now.im;
        b.step_re[i] = turn.step.re, b.step_im[i] = turn.step.im;
        for (int k = 0; k < static_cast<int>(Depth); ++k) b.sums[k][i] = 0.0;
    }
    node_block n;
    double size = 0.0, log_size_at_zero = 0.0;
    bool done = false;
    for (int first = 0; first < heston_nodes_max && !done; first += heston_nodes_step) {
        fill_nodes<Depth>(x, c, static_cast<double>(first), n);
        if (first == 0) log_size_at_zero = n.log_size[0];
        for (std::size_t j = 0; j < step; ++j) size += n.size[j];
        add_nodes<Depth>(n, b);
        done = heston_rest_is_lost(log_size_at_zero, n.log_size[0], n.log_size[step - 1]);
    }
    for (std::size_t i = 0; i < b.count; ++i) {
        double sums[heston_sum_count];
        for (int k = 0; k < static_cast<int>(Depth); ++k) sums[k] = b.sums[k][i];
        heston_valuation const v = heston_value_of<Depth>(x, plan, b.strike[i], c, sums, size);
        write_row(values, b.row[i], v, heston_sum_status(plan, b.strike[i], v, done));
    }
}

/// The strikes [begin, end) of an expiry, at most lane_block of them.
template <heston_depth Depth>
void run_strikes(heston_expiry const& x, heston_plan const& plan, heston_batch const& batch,
                 heston_values const& values, std::size_t begin, std::size_t end) {
    heston_strike strikes[lane_block];
    std::uint8_t contour[lane_block];  // heston_rungs * side + rung
    std::uint32_t wanted = 0;          // a bit for each contour
    static_assert(sides * heston_rungs <= 32 && sides * heston_rungs < 255);
    for (std::size_t row = begin; row < end; ++row) {
        std::size_t const i = row - begin;
        contour[i] = 255;
        bool const put = (batch.flags[row] & option_flag::put) != 0;
        std::uint64_t const faults = plan.faults | heston_strike_faults(batch.strike[row]);
        if (faults != 0) {
            write_row(values, row, {}, first_heston_fault(faults));
            continue;
        }
        strikes[i] = heston_strike_of(plan, batch.strike[row], put);
        if (plan.certain) {
            write_row(values, row, heston_certain_value(x, plan, strikes[i]),
                      heston_status::computed);
            continue;
        }
        contour[i] =
            static_cast<std::uint8_t>(strikes[i].rung + (strikes[i].on_calls ? heston_rungs : 0));
        wanted |= 1u << contour[i];
    }
    strike_block b;
    for (int which = 0; which < sides * heston_rungs; ++which) {
        if ((wanted >> which & 1) == 0) continue;
        b.count = 0;
        for (std::size_t i = 0; i < end - begin; ++i) {
            if (contour[i] != which) continue;
            b.row[b.count] = static_cast<std::uint32_t>(begin + i);
            b.strike[b.count++] = strikes[i];
        }
        heston_contour const c =
            heston_contour_of(plan, which >= heston_rungs, which % heston_rungs);
        run_contour<Depth>(x, plan, c, b, values);
    }
}

template <heston_depth Depth>
void run_expiries(heston_batch const& batch, heston_values const& values, std::size_t first,
                  std::size_t last) {
    for (std::size_t e = first; e < last; ++e) {
        heston_plan const plan = heston_plan_of(batch.expiries[e]);
        for (std::size_t begin = batch.begin[e]; begin < batch.begin[e + 1]; begin += lane_block) {
            std::size_t const rest = batch.begin[e + 1] - begin;
            run_strikes<Depth>(batch.expiries[e], plan, batch, values, begin,
                               begin + (rest < lane_block ? rest : lane_block));
        }
    }
}

}  // namespace

void heston_expiries(heston_batch const& batch, heston_values const& values, std::size_t first,
                     std::size_t last) {
    if (wants_derivatives(values))
        run_expiries<heston_depth::all>(batch, values, first, last);
    else
        run_expiries<heston_depth::price>(batch, values, first, last);
}

}  // namespace lockstep::cpu::LOCKSTEP_ISA
