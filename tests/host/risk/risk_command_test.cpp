// `lockstep risk` as the shell sees it: exit codes, whole folders or none, the same bytes again.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <map>

#include "host/io/sha256.h"
#include "tests/host/risk/risk_fixture.h"
#include "tests/where.h"

namespace lockstep {
namespace {

namespace fs = std::filesystem;

class risk_command : public ::testing::Test {
  protected:
    int risk(std::string const& options) {
        std::string const said = (world.folder.path() / "said").string();
        std::string const command = lockstep_binary() + " risk " + options + " > " + said + " 2>&1";
        int const status = std::system(command.c_str());
        output = text_of(said);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    std::string usual(std::string const& out) const {
        return "--market " + world.chain() + " --portfolio " + world.book() + " --out " + out;
    }
    void usual_book() const {
        world.portfolio("a\nb\nc\n", "a,BTC,1\nb,BTC,0.05\n",
                        "a,BTC-PERPETUAL,10000,40000\nb,BTC-PERPETUAL,-500,50000\n"
                        "b,BTC-15MAR26-55000-C,-0.5,\nc,BTC_USDC-15MAR26-60000-C,1,\n");
    }
    /// Everything that the manifest speaks of, and itself.
    static std::map<std::string, std::string> files_of(fs::path const& folder) {
        std::map<std::string, std::string> files;
        for (auto const& entry : fs::directory_iterator(folder))
            if (entry.path().filename() != "run.json")
                files[entry.path().filename().string()] = text_of(entry.path());
        return files;
    }

    small_world world;
    std::string output;
};

TEST_F(risk_command, the_same_inputs_give_the_same_bytes_on_every_path) {
    usual_book();
    ASSERT_EQ(risk(usual(world.out())), 1) << output;  // one position has no value
    auto const first = files_of(world.out());
    EXPECT_EQ(first.size(), 15u);
    for (char const* path :
         {"", "--threads 1 --isa base", "--threads 2 --isa base", "--threads 3"}) {
        ASSERT_EQ(risk(usual(world.out()) + " --backend cpu " + path), 1) << output;
        EXPECT_EQ(files_of(world.out()), first) << path;
    }
}

TEST_F(risk_command, an_index_beyond_the_rules_is_named_with_its_file) {
    usual_book();
    put(world.folder.path() / "chain.csv",
        "timestamp,instrument_name,underlying,mark_price,implied_volatility,index_price\n"
        "2026-01-01T08:00:00Z,BTC_USDC-15MAR26-60000-C,50000,5000,0.6,30000000\n");
    EXPECT_EQ(risk(usual(world.out())), 3);
    EXPECT_NE(output.find(world.chain() + ": margin rules of BTC at an index of 30000000: a roll "
                                          "rate is beyond its range"),
              std::string::npos)
        << output;
}

TEST_F(risk_command, a_history_without_an_underlying_is_named) {
    usual_book();
    std::string history =
        "time,underlying,days,forward_ratio,vol_ratio_low_2,vol_ratio_low_1,vol_ratio_money,"
        "vol_ratio_high_1,vol_ratio_high_2\n";
    for (char const* days : {"0", "7", "30", "90", "180", "365"})
        history += std::string("2026-01-01T00:00:00Z,ETH,") + days + ",1,1,1,1,1,1\n";
    std::string const file = (world.folder.path() / "eth.csv").string();
    put(file, history);
    EXPECT_EQ(risk(usual(world.out()) + " --tail " + file), 3);
    EXPECT_NE(output.find(file + ": the scenario history has no moves of BTC"), std::string::npos)
        << output;
}

TEST_F(risk_command, models_give_the_same_bytes_on_every_path_and_stand_in_the_manifest) {
    usual_book();
    put(world.folder.path() / "book/accounts.csv", "account,model\na,leverage\nb,srm\nc,\n");
    std::string const more = " --model tims --threads ";
    ASSERT_EQ(risk(usual(world.out()) + more + "1 --isa base"), 1) << output;
    auto const first = files_of(world.out());
    ASSERT_EQ(risk(usual(world.out()) + more + "3"), 1) << output;
    EXPECT_EQ(files_of(world.out()), first);
    std::string const& manifest = first.at("manifest.json");
    for (char const* model : {"leverage", "srm", "tims"})
        EXPECT_NE(manifest.find("\"name\": \"" + std::string(model) + "\",\n      \"parameters_"),
                  std::string::npos)
            << manifest;
    EXPECT_NE(first.at("netting_sets.csv").find(",leverage,"), std::string::npos);
    EXPECT_EQ(risk(usual(world.out()) + " --model tmis"), 2);
    EXPECT_NE(output.find("there is no margin model 'tmis'"), std::string::npos) << output;
}

TEST_F(risk_command, the_manifest_names_the_digest_of_every_file) {
    usual_book();
    std::string const stress = (world.folder.path() / "own_stress.toml").string();
    put(stress, text_of(data_path("stress/historical.toml")));
    ASSERT_EQ(risk(usual(world.out()) + " --stress " + stress), 1);
    std::string const manifest = text_of(world.out() + "/manifest.json");
    for (auto const& [name, text] : files_of(world.out())) {
        if (name == "manifest.json") continue;
        std::string const digest = digest_file(world.out() + "/" + name).sha256;
        EXPECT_NE(manifest.find("\"file\": \"" + name + "\",\n      \"sha256\": \"" + digest),
                  std::string::npos)
            << name;
    }
    EXPECT_NE(manifest.find(digest_file(world.chain()).sha256), std::string::npos);
    EXPECT_NE(manifest.find(digest_file(world.book() + "/positions.csv").sha256),
              std::string::npos);
    EXPECT_NE(manifest.find("\"file\": \"own_stress.toml\",\n      \"sha256\": \"" +
                            digest_file(stress).sha256),
              std::string::npos);
    EXPECT_EQ(manifest.find("run.json\",\n"), std::string::npos);
}

// BTC is what this market has; ETH is one of the built-in shocks, of another market.
TEST_F(risk_command, a_shock_of_an_underlying_that_nobody_knows_is_an_exception) {
    world.portfolio("a\n", "a,BTC,1\n", "a,BTC-PERPETUAL,10000,50000\n");
    std::string const stress = (world.folder.path() / "own_stress.toml").string();
    std::string const shock = "[[shock]]\nname = \"a\"\ndefault = { price = 0, vol = 0 }\n";
    put(stress, shock + "ETH = { price = -0.5, vol = 0 }\nBTC = { price = -0.5, vol = 0 }\n");
    EXPECT_EQ(risk(usual(world.out()) + " --stress " + stress), 0) << output;
    put(stress, shock + "DOGE = { price = -0.5, vol = 0 }\nbtc = { price = -0.5, vol = 0 }\n");
    ASSERT_EQ(risk(usual(world.out()) + " --stress " + stress), 1) << output;
    std::string const exceptions = text_of(world.out() + "/exceptions.csv");
    for (char const* row : {",4,,,shock a: DOGE,", ",5,,,shock a: btc,"})
        EXPECT_NE(exceptions.find(stress + row + "is no underlying of this market"),
                  std::string::npos)
            << exceptions;
    EXPECT_NE(output.find("exceptions    2 "), std::string::npos) << output;
}

// What a person looks for in the table: who it is that the numbers are wrong of.
TEST_F(risk_command, a_rejected_record_names_its_account_and_instrument) {
    world.portfolio("a\nb\na\n", "a,BTC,x\nb,DOGE,1\na,BTC,1\na,BTC,2\n",
                    "a,BTC-PERPETUAL,0,1\n\"b, or not\",BTC-PERPETUAL,1,1\nb,BTC-1JAN20,1,1\n"
                    "b,BTC-PERPETUAL,1,1\nb,BTC-PERPETUAL,2,1\nb,BTC-PERPETUAL\n" +
                        std::string(256, 'n') + ",BTC-PERPETUAL,1,1\n");
    put(world.folder.path() / "chain.csv",
        text_of(world.chain()) +
            "2026-01-01T08:00:00Z,BTC-15MAR26-1-X,50000,0.069,0.6,50000\n"
            "2026-01-01T09:00:01Z,BTC-15MAR26-9-C,50000,0.069,0.6,50000\n"
            "2026-01-01T07:00:00Z,BTC-1JAN26-9-C,50000,0.069,0.6,50000\n");
    ASSERT_EQ(risk(usual(world.out())), 1) << output;
    std::string const exceptions = text_of(world.out() + "/exceptions.csv");
    for (char const* row :
         {"accounts.csv,4,a,,account,", "cash.csv,2,a,,amount,", "cash.csv,3,b,,asset,",
          "cash.csv,5,a,,,gives", "positions.csv,2,a,BTC-PERPETUAL,quantity,",
          "positions.csv,3,\"b, or not\",BTC-PERPETUAL,account,",
          "positions.csv,4,b,BTC-1JAN20,instrument,", "positions.csv,6,b,BTC-PERPETUAL,,gives",
          "positions.csv,7,,,,has 2 fields", "positions.csv,8,,BTC-PERPETUAL,account,",
          "chain.csv,4,,BTC-15MAR26-1-X,instrument_name,",
          "chain.csv,5,,BTC-15MAR26-9-C,timestamp,", "chain.csv,6,,BTC-1JAN26-9-C,,\"expired"})
        EXPECT_NE(exceptions.find(row), std::string::npos) << row << "\n" << exceptions;
    std::size_t rows = 0;
    for (char const c : exceptions) rows += c == '\n';
    EXPECT_EQ(rows, 14u) << exceptions;
}

// Read twice, once for its digest, a pipe would be empty the second time or be shared out.
TEST_F(risk_command, what_is_no_regular_file_is_refused_by_name) {
    usual_book();
    std::string const said = "/dev/stdin: is no regular file: the manifest has to name its digest";
    std::string const rest =
        " --portfolio " + world.book() + " --out " + world.out() + " < /dev/null";
    struct {
        std::string options, named;
    } const wrong[] = {
        {"--market /dev/stdin" + rest, said},
        {"--perpetuals /dev/stdin --market " + world.chain() + rest, said},
        {"--stress /dev/stdin --market " + world.chain() + rest, said},
        {"--preset /dev/stdin --market " + world.chain() + rest, said},
        {"--parameters srm=/dev/stdin --market " + world.chain() + rest, said},
    };
    for (auto const& [options, named] : wrong) {
        EXPECT_EQ(risk(options), 3) << options;
        EXPECT_NE(output.find(named), std::string::npos) << output;
    }
    fs::path const accounts = world.folder.path() / "book/accounts.csv";
    fs::remove(accounts);
    fs::create_symlink("/dev/null", accounts);
    EXPECT_EQ(risk(usual(world.out())), 3);
    EXPECT_NE(output.find("accounts.csv: is no regular file"), std::string::npos) << output;
}

TEST_F(risk_command, counts_of_the_summary_add_up_with_the_tables) {
    usual_book();
    ASSERT_EQ(risk(usual(world.out()) + " --json"), 1);
    EXPECT_NE(output.find("\"positions\": 4"), std::string::npos) << output;
    EXPECT_NE(output.find("\"positions_valued\": 3"), std::string::npos);
    EXPECT_NE(output.find("\"positions_left_out\": 1"), std::string::npos);
    std::string const exceptions = text_of(world.out() + "/exceptions.csv");
    EXPECT_NE(exceptions.find(",,c,BTC_USDC-15MAR26-60000-C,,"), std::string::npos) << exceptions;
    auto const files = files_of(world.out());
    for (auto const& [name, text] : files) {
        if (!name.ends_with(".csv")) continue;
        for (char const* word : {",nan", ",-nan", ",inf", ",-inf", "NaN"})
            EXPECT_EQ(text.find(word), std::string::npos) << name;
    }
}

TEST_F(risk_command, inputs_that_cannot_be_used_leave_nothing_behind) {
    usual_book();
    auto const refused = [&](std::string const& options, int code, char const* said) {
        EXPECT_EQ(risk(options), code) << options;
        EXPECT_NE(output.find(said), std::string::npos) << output;
        for (auto const& entry : fs::directory_iterator(world.folder.path()))
            EXPECT_EQ(entry.path().filename().string().find("out"), std::string::npos)
                << entry.path();
    };
    std::string const rest = " --portfolio " + world.book() + " --out " + world.out();
    refused("--market /nowhere.csv" + rest, 3, "/nowhere.csv");
    put(world.folder.path() / "empty.csv", "");
    refused("--market " + (world.folder.path() / "empty.csv").string() + rest, 3, "empty.csv");
    refused("--market " + world.chain() + " --portfolio /nowhere --out " + world.out(), 3,
            "/nowhere");
    refused(usual(world.out()) + " --preset no_such_preset", 3, "no_such_preset");
    refused(usual(world.out()) + " --isa v9", 2, "v9");
    refused("--market " + world.chain(), 2, "--portfolio");
}

TEST_F(risk_command, a_folder_with_something_else_in_it_is_refused_before_any_work) {
    usual_book();
    put(world.out() + "/thesis.txt", "years of work");
    EXPECT_EQ(risk(usual(world.out())), 3) << output;
    EXPECT_EQ(text_of(world.out() + "/thesis.txt"), "years of work");
    EXPECT_FALSE(fs::exists(world.out() + "/manifest.json"));
}

TEST_F(risk_command, the_report_fetches_nothing_and_holds_its_data) {
    usual_book();
    world.portfolio("</script><b>evil\nb\n", "b,BTC,1\n", "b,BTC-PERPETUAL,10,1\n");
    ASSERT_EQ(risk(usual(world.out())), 0) << output;
    std::string const page = text_of(world.out() + "/report.html");
    EXPECT_LT(page.size(), 2u << 20);
    for (char const* load : {" src=", "href=", "url(", "@import", "fetch(", "XMLHttpRequest"})
        EXPECT_EQ(page.find(load), std::string::npos) << load;
    EXPECT_NE(page.find("default-src 'none'"), std::string::npos);
    EXPECT_EQ(page.find("{{"), std::string::npos);
    EXPECT_EQ(page.find("<b>evil"), std::string::npos) << "a name may not become markup";
    EXPECT_NE(page.find("\"counts\":{\"accounts\":2"), std::string::npos);
}

TEST_F(risk_command, an_empty_portfolio_is_a_run_too) {
    world.portfolio("", "", "");
    EXPECT_EQ(risk(usual(world.out())), 0) << output;
    EXPECT_EQ(text_of(world.out() + "/pools.csv").find('\n'),
              text_of(world.out() + "/pools.csv").size() - 1);
}

}  // namespace
}  // namespace lockstep
