// A transaction log out of a portfolio and the ticks of a market: an exchange whose accounts open
// what the portfolio says, a maker with the other side of it, and then every tick with its marks.
// Whoever runs it with a liquidator sees how the exchange gets through.
//
// Each asset has three accounts before those of the portfolio: the maker (which stands in for the
// portfolio's HOUSE), the backstop, and a saver, who holds cash, trades nothing and must end with
// what it came with. At each tick the maker quotes futures on both sides and offers options, small
// sizes beside what is open; what a tick leaves out is quarantined until it is quoted again;
// perpetuals pay funding by the hour; and futures are settled when a day's session ends, at 08:00
// UTC.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/base/exceptions.h"
#include "host/generate/log_market.h"
#include "host/portfolio/portfolio.h"
#include "host/state/engine_state.h"
#include "host/watch/recording.h"

namespace lockstep {

/// Shares of what all accounts bring in; small, so that a fall gets through all of them.
struct market_log_terms {
    std::int64_t backstop_ppm = 100;
    std::int64_t insurance_ppm = 10;
    std::int64_t future_quote_ppm = 2'500;  // of what is open in the instrument, a side and tick
    std::int64_t option_quote_ppm = 20'000;
    std::uint32_t taker_fee_ppm = 300;
};

struct market_log_counts {
    std::uint64_t accounts = 0, isolated = 0, trades = 0, commands = 0, blocks = 0;
    std::uint64_t left_out = 0;  // positions without a price
    std::uint64_t fundings = 0;
    std::uint64_t richer = 0;  // accounts that opened with more equity than the portfolio says
};

/// An account of the log: what the portfolio calls it; of the exchange's own "maker", "backstop" or
/// "saver".
struct log_account {
    std::string name;
    std::uint32_t asset;
};

class market_log final : public tick_listener {
  public:
    market_log(std::string portfolio_folder, backend& device, exception_log& rejected,
               std::function<void(block const&)> write);
    ~market_log() override;

    void begins(market const& first) override;
    void settles(settle_command const& settled) override;
    void funds(std::vector<funding_fixing> const& rates) override;
    void ticks(tick const& t) override;
    /// Blocks for a liquidator to finish in, a last settlement, and some more.
    void ends();

    market_log_counts const& counts() const { return counts_; }
    /// By number, as the log names them; instruments and assets are numbered as they are listed.
    std::vector<log_account> const& accounts() const { return accounts_; }
    market const& listed() const { return market_->now(); }

  private:
    struct pocket;

    transaction_row& say(transaction_row const& t);  // under an id of its own
    transaction_row& say(transaction_kind kind, std::uint32_t account = 0);
    void cut();
    std::vector<pocket> pockets_of(portfolio const& held) const;
    void found(std::vector<pocket>& pockets);
    void open(std::vector<pocket> const& pockets);
    void quote();
    void quote_side(std::uint32_t instrument, order_side side, std::int64_t size);
    void quarantine();
    void settle_session();

    std::uint32_t maker(std::uint32_t asset) const { return 3 * asset; }
    std::uint32_t backstop(std::uint32_t asset) const { return 3 * asset + 1; }
    std::uint32_t saver(std::uint32_t asset) const { return 3 * asset + 2; }

    std::string const folder_;
    backend& device_;
    exception_log& rejected_;
    std::function<void(block const&)> const write_;
    market_log_terms const terms_;
    std::unique_ptr<log_market> market_;
    std::vector<int128> open_;               // by instrument, both sides of the accounts
    std::vector<std::uint8_t> quarantined_;  // by instrument
    block block_;
    std::uint64_t ids_ = 0;
    market_log_counts counts_;
    std::vector<log_account> accounts_;
};

}  // namespace lockstep
