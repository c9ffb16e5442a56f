#include "host/block/engine.h"

#include "host/block/admit.h"
#include "host/block/form.h"
#include "host/exec/serial.h"

namespace lockstep {

std::vector<receipt_row> const& engine::run(block const& b) {
    prepare(state_, b, options_.executor != executor_kind::serial, prepared_);
    state_.time = b.time;
    admit(b.time);
    finish_receipts();
    sum_deltas();
    state_.blocks += 1;
    return receipts_;
}

void engine::admit(std::int64_t now) {
    admit_program program(state_, prepared_, now);
    counters_ = exec::run_serial(program);
}

/// Statuses become final in log order, so that a repeat can answer with what became of its first.
void engine::finish_receipts() {
    receipts_.resize(prepared_.commands.size());
    for (std::size_t i = 0; i < prepared_.commands.size(); ++i) {
        prepared_command const& p = prepared_.commands[i];
        std::size_t const place = prepared_.first_place + i;
        transaction_row const& t = state_.history[place];
        outcome_row& outcome = state_.outcomes[place];
        outcome.status = p.status;
        if (p.repeat_of != no_row && p.status == apply_status::applied)
            outcome.status =
                answer_repeat(state_.history[p.repeat_of], state_.outcomes[p.repeat_of].status, t);
        receipts_[i] = {.id = t.id,
                        .sequence = place + 1,
                        .value = 0,
                        .reserved_nanos = 0,
                        .status = outcome.status,
                        .fills = outcome.fills,
                        .result = outcome.row};
    }
}

/// What belongs to no account is only ever added to: one sum for each asset, at the block's end.
void engine::sum_deltas() {
    for (std::size_t i = 0; i < prepared_.commands.size(); ++i) {
        std::size_t const place = prepared_.first_place + i;
        if (state_.outcomes[place].status != apply_status::applied) continue;
        transaction_row const& t = state_.history[place];
        auto const asset = [&]() -> asset_row& {
            return state_.assets[state_.accounts[t.account].asset.value];
        };
        if (t.kind == transaction_kind::deposit) asset().external.nanos += t.amount;
        if (t.kind == transaction_kind::withdraw) asset().external.nanos -= t.amount;
        if (t.kind == transaction_kind::fund_insurance) asset().insurance_fund.nanos += t.amount;
    }
}

}  // namespace lockstep
