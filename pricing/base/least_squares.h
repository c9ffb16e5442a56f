// Normal equations of a few unknowns: rows are added in the order in which they come and the
// solution takes the same steps everywhere, so that a fit has the same bits on every machine. A
// library's vector sums would not.
#pragma once

#include "pricing/base/platform.h"

namespace lockstep {

/// Sums of a weighted least-squares problem in N unknowns: matrix = J^T W J, gradient = J^T W r,
/// cost = r^T W r / 2.
template <int N>
struct normal_equations {
    double matrix[N][N] = {};  // the lower triangle alone
    double gradient[N] = {};
    double cost = 0;

    LOCKSTEP_HD void add(double const (&row)[N], double residual, double weight) {
        for (int i = 0; i < N; ++i) {
            double const scaled = weight * row[i];
            for (int j = 0; j <= i; ++j) matrix[i][j] = scaled * row[j] + matrix[i][j];
            gradient[i] = scaled * residual + gradient[i];
        }
        cost = 0.5 * weight * residual * residual + cost;
    }
};

/// The step that a damped Gauss-Newton method takes (Levenberg and Marquardt): solves
/// (matrix + damping diagonal) step = -gradient by Cholesky's method. Unknowns that are held get a
/// step of zero, and so do those that no row speaks of. False when the matrix is not positive.
template <int N>
LOCKSTEP_HD bool damped_step(normal_equations<N> const& sums, double damping, bool const (&held)[N],
                             double (&step)[N]) {
    double lower[N][N] = {};
    for (int i = 0; i < N; ++i) {
        bool const idle = held[i] || !(sums.matrix[i][i] > 0.0);
        double value = idle ? 0.0 : -sums.gradient[i];
        for (int j = 0; j <= i; ++j) {
            bool const apart = i != j && (idle || held[j]);
            double sum = apart ? 0.0 : sums.matrix[i][j];
            if (i == j) sum = idle ? 1.0 : damping * sum + sum;
            for (int k = 0; k < j; ++k) sum = -lower[i][k] * lower[j][k] + sum;
            if (i == j) {
                if (!(sum > 0.0)) return false;
                lower[i][i] = square_root(sum);
            } else {
                lower[i][j] = sum / lower[j][j];
            }
        }
        for (int k = 0; k < i; ++k) value = -lower[i][k] * step[k] + value;
        step[i] = value / lower[i][i];
    }
    for (int i = N; i-- > 0;) {
        double value = step[i];
        for (int k = i + 1; k < N; ++k) value = -lower[k][i] * step[k] + value;
        step[i] = value / lower[i][i];
    }
    return true;
}

}  // namespace lockstep
