// The report in a real browser: it fits a phone, and says what it shows.
#include <gtest/gtest.h>

#include "tests/host/run_binary.h"
#include "tests/host/watch/browser.h"
#include "tests/where.h"

namespace lockstep {
namespace {

TEST(report_page, fits_a_phone_whatever_its_inputs_are_called) {
    std::string const chromium = chromium_on_this_machine();
    if (chromium.empty()) GTEST_SKIP() << "no Chromium on this machine";
    scratch_folder scratch;
    auto const folder = scratch.path() / std::string(120, 'x');
    std::filesystem::create_directory(folder);
    auto const chain = folder / "chain.csv";
    std::filesystem::copy_file(data_path("sample/chain.csv"), chain);
    auto const out = scratch.path() / "out";
    auto const ran = run_lockstep("risk --market '" + chain.string() + "' --portfolio '" +
                                  data_path("sample/portfolio") + "' --out '" + out.string() + "'");
    ASSERT_LE(ran.exit, 1) << ran.err;
    browser page(chromium);
    for (int const width : {390, 1440}) {
        ASSERT_TRUE(page.open("file://" + (out / "report.html").string(), width, 900))
            << chromium << " does not answer";
        EXPECT_NE(page.value_in_time("document.querySelector('.facts b')?.innerText || ''"), "");
        // Not innerWidth, which a phone makes as wide as the page.
        EXPECT_LE(std::stoi(page.value("document.documentElement.scrollWidth")), width);
    }
    // The row of extended moves stands below, before its dampeners, and is not compared.
    EXPECT_NE(page.value("document.getElementById('map-lead').innerText")
                  .find("Outlined: the worst within the price range."),
              std::string::npos);
    EXPECT_TRUE(page.errors().empty()) << page.errors().front();
}

}  // namespace
}  // namespace lockstep
