#include "kernels/cpu/backend.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/task_arena.h>

#include <optional>
#include <vector>

#include "kernels/cpu/american.h"
#include "kernels/cpu/heston.h"
#include "kernels/cpu/implied_vol.h"
#include "kernels/cpu/lanes.h"
#include "kernels/cpu/margin.h"
#include "kernels/cpu/paths.h"
#include "kernels/cpu/price.h"
#include "kernels/cpu/row_models.h"
#include "kernels/cpu/scheduled.h"
#include "kernels/cpu/settle.h"
#include "kernels/cpu/sha256.h"
#include "kernels/cpu/svi.h"
#include "kernels/cpu/tails.h"

namespace lockstep::cpu {

namespace {

/// Sets that stay where they are: host memory is this backend's own.
class host_portfolio final : public resident_portfolio {
  public:
    host_portfolio(backend& owner, position_batch const& positions, std::size_t answers)
        : owner_(owner),
          positions_(positions),
          answers_(answers, std::vector<check_row>(positions.sets())) {}

    void check(view<resident_market const> markets, view<std::uint32_t const> which) override {
        for (resident_market const& m : markets)
            owner_.check({positions_, m.matrix, m.rules, which, view_of(answers_[m.answer])});
    }
    view<check_row const> answer(std::size_t a) const override { return view_of(answers_[a]); }
    void change(position_batch const& now, std::size_t first, std::size_t) override {
        if (now.sets() > positions_.sets())
            for (auto& rows : answers_)
                rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(first), check_row{});
        positions_ = now;
    }

  private:
    backend& owner_;
    position_batch positions_;
    std::vector<std::vector<check_row>> answers_;
};

class cpu_backend final : public backend {
  public:
    explicit cpu_backend(backend_options const& options)
        : lanes_(choose_lanes(options.isa)),
          sums_(options.lanes),
          lanes_forced_(!options.isa.empty()),
          threads_(options.threads > 0 ? options.threads : tbb::info::default_concurrency()),
          arena_(threads_) {
        // oneTBB counts on no more workers than there are cores unless it is told to.
        if (threads_ > tbb::info::default_concurrency())
            leave_.emplace(tbb::global_control::max_allowed_parallelism,
                           static_cast<std::size_t>(threads_));
    }

    std::string name() const override {
        return std::string("cpu (") + lanes_.name + ", " + std::to_string(threads_) +
               (threads_ == 1 ? " thread)" : " threads)");
    }

    void price(option_batch const& batch, option_values const& values) override {
        cpu::price(lanes_, arena_, batch, values);
    }
    void american(option_batch const& batch, option_values const& values) override {
        cpu::american(lanes_, arena_, batch, values);
    }
    void american_implied_vol(american_vol_batch const& batch,
                              implied_vol_values const& values) override {
        cpu::american_implied_vol(lanes_, arena_, batch, values);
    }
    void scheduled(schedule_batch const& batch, schedule_values const& values) override {
        cpu::scheduled(lanes_, arena_, batch, values);
    }
    void price_core(black76_batch const& batch, black76_values const& values) override {
        cpu::price_core(lanes_, arena_, batch, values);
    }
    void implied_vol(implied_vol_batch const& batch, implied_vol_values const& values) override {
        cpu::implied_vol(lanes_, arena_, batch, values);
    }
    void value_rows(row_model model, row_batch const& batch, row_values const& values) override {
        cpu::value_rows(lanes_, arena_, model, batch, values);
    }
    void heston(heston_batch const& batch, heston_values const& values) override {
        cpu::heston(lanes_, arena_, batch, values);
    }
    void value_paths(path_batch const& batch) override { cpu::value_paths(lanes_, arena_, batch); }
    void risk_arrays(risk_array_batch const& batch, risk_matrix const& matrix) override {
        run_risk_arrays(lanes_, arena_, batch, matrix);
    }
    void margin(margin_batch const& batch) override { run_margin(lanes_, arena_, batch, sums_); }
    void check(check_batch const& batch) override { run_check(lanes_, arena_, batch, sums_); }
    std::unique_ptr<resident_portfolio> reside(position_batch const& positions,
                                               std::size_t answers) override {
        return std::make_unique<host_portfolio>(*this, positions, answers);
    }
    void sha256(message_batch const& messages, view<sha256_digest> digests) override {
        cpu::sha256(lanes_, !lanes_forced_, arena_, messages, digests.data);
    }
    void settle(settle_batch const& batch) override { settler_.settle(arena_, batch); }
    std::size_t settle_portion() const override {
        return threads_ < threads_that_sort ? cached_entries : SIZE_MAX;
    }
    void fit_svi(svi_batch const& batch, view<svi_fit_result> fits) override {
        cpu::fit_svi(arena_, batch, fits);
    }
    void tails(tail_batch const& batch, tail_outputs const& out) override {
        cpu::tails(arena_, batch, out);
    }

  private:
    lane_table const& lanes_;
    sum_lanes sums_;
    bool lanes_forced_;
    int threads_;
    std::optional<tbb::global_control> leave_;
    tbb::task_arena arena_;
    settler settler_;
};

}  // namespace

std::unique_ptr<backend> make_cpu_backend(backend_options const& options) {
    return std::make_unique<cpu_backend>(options);
}

}  // namespace lockstep::cpu
