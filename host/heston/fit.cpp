#include "host/heston/fit.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <optional>

#include "pricing/base/exp_log.h"
#include "pricing/model/black.h"

namespace lockstep {
namespace {

constexpr int count = heston_fit_parameters;
constexpr int iterations_max = 100;
using vector5 = Eigen::Matrix<double, count, 1>;
using matrix5 = Eigen::Matrix<double, count, count>;

double& parameter(heston_parameters& p, int i) {
    double* const places[count] = {&p.v0, &p.kappa, &p.theta, &p.sigma, &p.rho};
    return *places[i];
}

/// A parameter inside its bounds as a number without any: rho moves in straight lines, the others
/// by factors.
class bounded {
  public:
    bounded(heston_bounds const& bounds, int i)
        : low_(i == count - 1 ? bounds.low[i] : logarithm(bounds.low[i])),
          high_(i == count - 1 ? bounds.high[i] : logarithm(bounds.high[i])),
          by_factors_(i != count - 1) {}

    double value(double x) const {
        double const inside = low_ + (high_ - low_) * share(x);
        return by_factors_ ? exponential(inside) : inside;
    }
    double slope(double x) const {
        double const s = share(x);
        return (high_ - low_) * s * (1 - s) * (by_factors_ ? value(x) : 1.0);
    }
    double free(double value) const {
        double const at = by_factors_ ? logarithm(value) : value;
        double const s = std::clamp((at - low_) / (high_ - low_), 0.01, 0.99);
        return logarithm(s / (1 - s));
    }
    bool at_end(double x) const { return std::min(share(x), 1 - share(x)) < 1e-3; }

  private:
    static double share(double x) { return 1 / (1 + exponential(-x)); }
    double low_, high_;
    bool by_factors_;
};

/// Residuals in vol at a point, to first order in the price, and the normal equations.
struct point {
    vector5 x;
    heston_parameters p;
    double cost;
    matrix5 normal;
    vector5 gradient;
};

class problem {
  public:
    problem(heston_quotes const& quotes, backend& with, heston_bounds const& bounds)
        : quotes_(quotes),
          with_(with),
          expiries_(quotes.expiries),
          price_(quotes.size()),
          slopes_(quotes.size() * count),
          status_(quotes.size()) {
        for (int i = 0; i < count; ++i) shapes_.emplace_back(bounds, i);
        // In the wings a vega near zero would make a vol of any rounding.
        for (std::size_t e = 0; e + 1 < quotes.begin.size(); ++e) {
            double most = 0;
            for (std::size_t i = quotes.begin[e]; i < quotes.begin[e + 1]; ++i)
                most = std::max(most, quotes.vega[i]);
            for (std::size_t i = quotes.begin[e]; i < quotes.begin[e + 1]; ++i)
                per_vega_.push_back(1 / std::max(quotes.vega[i], 0.01 * most));
        }
    }

    bounded const& shape(int i) const { return shapes_[static_cast<std::size_t>(i)]; }
    std::vector<double> const& price() const { return price_; }

    /// Nothing where a quote cannot be priced.
    std::optional<point> at(vector5 const& x) {
        point here{x, {}, 0, matrix5::Zero(), vector5::Zero()};
        for (int i = 0; i < count; ++i) parameter(here.p, i) = shape(i).value(x[i]);
        if (!run(here.p)) return std::nullopt;
        double slopes[count];
        for (int i = 0; i < count; ++i) slopes[i] = shape(i).slope(x[i]);
        std::size_t const n = quotes_.size();
        for (std::size_t q = 0; q < n; ++q) {
            double const residual = (price_[q] - quotes_.price[q]) * per_vega_[q];
            here.cost += residual * residual;
            double row[count];
            for (int i = 0; i < count; ++i)
                row[i] = slopes_[static_cast<std::size_t>(i) * n + q] * per_vega_[q] * slopes[i];
            for (int i = 0; i < count; ++i) {
                here.gradient[i] += row[i] * residual;
                for (int j = 0; j <= i; ++j) here.normal(i, j) += row[i] * row[j];
            }
        }
        for (int i = 0; i < count; ++i)
            for (int j = 0; j < i; ++j) here.normal(j, i) = here.normal(i, j);
        return here;
    }

  private:
    bool run(heston_parameters const& p) {
        for (auto& x : expiries_) x.parameters = p;
        std::size_t const n = quotes_.size();
        heston_values values{{}, status_.data(), n};
        values.columns[static_cast<std::size_t>(heston_value::price)] = price_.data();
        auto const first = static_cast<std::size_t>(heston_value::by_v0);
        for (std::size_t i = 0; i < count; ++i) values.columns[first + i] = slopes_.data() + i * n;
        with_.heston({view_of(std::as_const(expiries_)), view_of(quotes_.begin),
                      view_of(quotes_.strike), view_of(quotes_.flags)},
                     values);
        return std::all_of(status_.begin(), status_.end(), [](std::uint8_t s) { return s == 0; });
    }

    heston_quotes const& quotes_;
    backend& with_;
    std::vector<heston_expiry> expiries_;
    std::vector<double> price_, slopes_, per_vega_;
    std::vector<std::uint8_t> status_;
    std::vector<bounded> shapes_;
};

struct descent {
    point best;
    int iterations;
    bool settled;
};

std::optional<descent> descend(problem& work, vector5 const& from) {
    std::optional<point> here = work.at(from);
    if (!here) return std::nullopt;
    double damping = 1e-3;
    for (int n = 1; n <= iterations_max; ++n) {
        matrix5 damped = here->normal;
        for (int i = 0; i < count; ++i) damped(i, i) += damping * here->normal(i, i) + 1e-300;
        vector5 const step = damped.ldlt().solve(-here->gradient);
        double longest = 0;
        for (int i = 0; i < count; ++i) longest = std::max(longest, std::abs(step[i]));
        if (!(longest > 1e-10) || damping > 1e12) return descent{*here, n, true};
        // A step of 2 already takes a parameter most of the way to its bound.
        vector5 const bounded_step = longest > 2 ? vector5(step * (2 / longest)) : step;
        std::optional<point> next = work.at(here->x + bounded_step);
        if (next && next->cost < here->cost) {
            bool const settled = here->cost - next->cost < 1e-13 * here->cost;
            here = next;
            if (settled) return descent{*here, n, true};
            damping = std::max(damping * 0.2, 1e-12);
        } else {
            damping *= 5;
        }
    }
    return descent{*here, iterations_max, false};
}

/// The vol nearest the forward at an expiry.
double middle_vol(heston_quotes const& q, std::size_t expiry) {
    double best = INFINITY, vol = 0.2;
    for (std::size_t i = q.begin[expiry]; i < q.begin[expiry + 1]; ++i) {
        double const distance = std::abs(q.strike[i] / q.expiries[expiry].underlying - 1);
        if (distance >= best) continue;
        best = distance;
        vol = q.vol[i];
    }
    return vol;
}

std::vector<heston_parameters> starts_of(heston_quotes const& q) {
    std::size_t near = 0, far = 0;
    for (std::size_t e = 0; e < q.expiries.size(); ++e) {
        if (q.expiries[e].time < q.expiries[near].time) near = e;
        if (q.expiries[e].time > q.expiries[far].time) far = e;
    }
    double const v0 = middle_vol(q, near) * middle_vol(q, near);
    double const theta = middle_vol(q, far) * middle_vol(q, far);
    std::vector<heston_parameters> starts;
    for (double const kappa : {1.0, 5.0})
        for (double const sigma : {0.5, 2.0})
            for (double const rho : {-0.6, 0.1})
                starts.push_back({v0, kappa, theta, sigma, rho, 0, 0, 0});
    return starts;
}

/// What the model's prices say in vols, and how far that is from the quotes.
void measure(heston_quotes const& q, std::vector<double> const& price, backend& with,
             heston_fit& fit) {
    std::size_t const n = q.size();
    std::vector<double> forward(n), time(n), discount(n), error(n);
    std::vector<std::uint8_t> status(n);
    for (std::size_t e = 0; e + 1 < q.begin.size(); ++e)
        for (std::size_t i = q.begin[e]; i < q.begin[e + 1]; ++i) {
            forward[i] = q.expiries[e].underlying;
            time[i] = q.expiries[e].time;
            discount[i] = 1.0;
        }
    fit.vol.assign(n, 0.0);
    with.implied_vol(
        {view_of(std::as_const(forward)), view_of(q.strike), view_of(std::as_const(time)),
         view_of(price), view_of(std::as_const(discount)), view_of(q.flags)},
        {fit.vol.data(), error.data(), status.data(), n});
    double squares = 0;
    for (std::size_t i = 0; i < n; ++i) {
        double const residual = fit.vol[i] - q.vol[i];
        squares += residual * residual;
        fit.worst_vol = std::max(fit.worst_vol, std::abs(residual));
    }
    fit.rmse_vol = std::sqrt(squares / static_cast<double>(n));
}

}  // namespace

void heston_quotes::add(double k, double its_vol, bool put) {
    heston_expiry const& x = expiries.back();
    std::uint8_t const flag = put ? option_flag::put : std::uint8_t{0};
    option_valuation const v = value_option(
        {x.underlying, k, x.time, 0, 0, its_vol, std::uint64_t{flag}}, option_depth::first_greeks);
    strike.push_back(k);
    vol.push_back(its_vol);
    price.push_back(v.price);
    vega.push_back(v.vega);
    flags.push_back(flag);
}

char const* name_of(heston_fit_status status) {
    switch (status) {
        case heston_fit_status::converged: return "converged";
        case heston_fit_status::converged_at_a_bound: return "converged_at_a_bound";
        case heston_fit_status::iterations_are_exhausted: return "iterations_are_exhausted";
        case heston_fit_status::too_few_quotes: return "too_few_quotes";
        case heston_fit_status::no_start_can_be_priced: return "no_start_can_be_priced";
    }
    return "unknown";
}

heston_fit fit_heston(heston_quotes const& quotes, backend& with, heston_bounds const& bounds) {
    heston_fit fit{};
    fit.status = heston_fit_status::too_few_quotes;
    if (quotes.size() < 2 * count || quotes.expiries.size() < 2) return fit;
    problem work(quotes, with, bounds);
    std::optional<descent> best;
    auto const starts = starts_of(quotes);
    for (std::size_t s = 0; s < starts.size(); ++s) {
        heston_parameters from = starts[s];
        vector5 x;
        for (int i = 0; i < count; ++i) x[i] = work.shape(i).free(parameter(from, i));
        std::optional<descent> const found = descend(work, x);
        if (!found || (best && !(found->best.cost < best->best.cost))) continue;
        best = found;
        fit.start = static_cast<int>(s);
    }
    fit.status = heston_fit_status::no_start_can_be_priced;
    if (!best) return fit;
    bool at_bound = false;
    for (int i = 0; i < count; ++i) {
        fit.at_bound[i] = work.shape(i).at_end(best->best.x[i]);
        at_bound = at_bound || fit.at_bound[i];
    }
    fit.parameters = best->best.p;
    fit.iterations = best->iterations;
    fit.status = !best->settled ? heston_fit_status::iterations_are_exhausted
                 : at_bound     ? heston_fit_status::converged_at_a_bound
                                : heston_fit_status::converged;
    work.at(best->best.x);
    measure(quotes, work.price(), with, fit);
    return fit;
}

}  // namespace lockstep
