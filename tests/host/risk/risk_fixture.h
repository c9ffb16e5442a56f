// A market of three instruments and portfolios of a few lines, small enough to work out by hand.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "host/margin/preset.h"
#include "host/risk/run.h"
#include "tests/host/scratch.h"

namespace lockstep {

inline void put(std::filesystem::path const& path, std::string const& text) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

inline std::string text_of(std::filesystem::path const& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

/// Index and every forward at 50,000; 73 days (a fifth of a year) to expiry; the linear
/// option is so far from the money that its gains leave the integers of a risk array.
class small_world {
  public:
    small_world() {
        put(folder.path() / "chain.csv",
            "timestamp,instrument_name,underlying,mark_price,implied_volatility,index_price\n"
            "2026-01-01T08:00:00Z,BTC-15MAR26-55000-C,50000,0.069,0.6,50000\n"
            "2026-01-01T08:00:00Z,BTC_USDC-15MAR26-60000-C,6000000,5940000,0.6,50000\n");
    }
    void portfolio(std::string const& accounts, std::string const& cash,
                   std::string const& positions) const {
        put(folder.path() / "book/accounts.csv", "account\n" + accounts);
        put(folder.path() / "book/cash.csv", "account,asset,amount\n" + cash);
        put(folder.path() / "book/positions.csv",
            "account,instrument,quantity,entry_price\n" + positions);
    }
    std::string chain() const { return (folder.path() / "chain.csv").string(); }
    std::string book() const { return (folder.path() / "book").string(); }
    std::string out() const { return (folder.path() / "out").string(); }

    risk_result run(backend_options const& options = {}) const {
        stage_watch watch;
        auto const device = make_backend(options);
        return run_risk({chain(), "", book(), haircuts},
                        {load_preset("deribit_pm"), models, 20, shocks}, *device, watch);
    }

    scratch_folder folder;
    model_choice models;
    std::string haircuts;  // a file
    std::vector<stress_shock> shocks = load_stress("historical");
};

/// `accounts`: lines of name and model.
inline void accounts_with_models(small_world const& world, std::string const& accounts,
                                 std::string const& cash, std::string const& positions) {
    world.portfolio("", cash, positions);
    put(world.folder.path() / "book/accounts.csv", "account,model\n" + accounts);
}

}  // namespace lockstep
