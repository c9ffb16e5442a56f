// Lines of a watch, through to its verdicts: whatever came, a check of everything says afterwards
// what stands already, and what is printed are whole lines.
#include "host/market/load.h"
#include "host/portfolio/load.h"
#include "host/watch/service.h"
#include "tests/fuzz/fuzz.h"
#include "tests/host/scratch.h"

namespace {

using namespace lockstep;

constexpr std::size_t lines_most = 60;

/// Two expiries, a perpetual and four accounts; the first has nothing yet.
struct world {
    market listed;
    portfolio held;
    margin_preset preset = load_preset("deribit_pm");
    std::unique_ptr<backend> device = make_backend({.kind = backend_kind::cpu, .threads = 1});

    world() {
        scratch_folder const folder;
        auto const file = [&](char const* name, std::string_view text) {
            std::string const path = (folder.path() / name).string();
            std::FILE* const out = std::fopen(path.c_str(), "wb");
            if (out == nullptr || std::fwrite(text.data(), 1, text.size(), out) != text.size())
                std::abort();
            std::fclose(out);
            return path;
        };
        exception_log rejected;
        listed = load_market(
            file("chain.csv",
                 "timestamp,instrument_name,underlying,mark_price,implied_volatility,index_price\n"
                 "2026-01-01T08:00:00Z,BTC-15MAR26-55000-C,50000,0.069,0.6,50000\n"
                 "2026-01-01T08:00:00Z,BTC-15MAR26-45000-P,50000,0.05,0.6,50000\n"
                 "2026-01-01T08:00:00Z,BTC-2JAN26-50000-C,50000,0.01,0.7,50000\n"),
            rejected);
        file("accounts.csv", "account\nA\nB\nC\nD\n");
        file("cash.csv", "account,asset,amount\nB,BTC,1\nC,BTC,0.3\nD,BTC,0.2\n");
        file("positions.csv",
             "account,instrument,quantity,entry_price\nB,BTC-15MAR26-55000-C,1,\n"
             "C,BTC-15MAR26-55000-C,-1,\nC,BTC-PERPETUAL,9000,50000\nD,BTC-2JAN26-50000-C,-1,\n");
        held = load_portfolio(folder.path().string(), listed, rejected);
        if (!rejected.empty()) std::abort();
    }
};

class lines_of final : public line_source {
  public:
    explicit lines_of(std::string_view text) : text_(text) {}
    bool next(std::string& line) override {
        if (text_.empty() || ++count_ > lines_most) return false;
        std::size_t const end = std::min(text_.find('\n'), text_.size());
        line = text_.substr(0, end);
        text_.remove_prefix(std::min(end + 1, text_.size()));
        return true;
    }
    void stop() override {}
    std::string name() const override { return "fuzz"; }

  private:
    std::string_view text_;
    std::size_t count_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static world const begun;
    watcher watch(begun.listed, begun.held, begun.preset, {}, *begun.device);
    std::string printed;
    watch_service service(watch, {.top = 2}, [&](std::string const& lines) { printed += lines; });
    lines_of source(fuzz::text_of(data, size));
    service.run(source);
    if (!printed.empty() && printed.back() != '\n') std::abort();
    watch_counts const counts = watch.count();
    if (!watch.check_all().changes.empty()) std::abort();
    watch_counts const again = watch.count();
    if (counts.shortfall_usd != again.shortfall_usd || counts.loss_usd != again.loss_usd)
        std::abort();
    return 0;
}
