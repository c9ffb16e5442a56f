// The live page in a real browser: what an operator sees at rest, after the rise, and in the
// explanation of a verdict; on a desk and on a phone.
#include <gtest/gtest.h>

#include "tests/host/watch/browser.h"
#include "tests/host/watch/running_watch.h"

namespace lockstep {
namespace {

/// What is shown under a heading of the first row, once the board has come.
std::string shown(browser& page, std::string const& heading) {
    return page.value_in_time(
        "(([...document.querySelectorAll('.kpi')].find(k => "
        "k.querySelector('.name').textContent === '" +
        heading + "') || {}).innerText || '').split('\\n')[1] || ''");
}

/// What stands below that number.
std::string shown_below(browser& page, std::string const& heading) {
    shown(page, heading);
    return page.value(
        "([...document.querySelectorAll('.kpi')].find(k => "
        "k.querySelector('.name').textContent === '" +
        heading + "') || {}).innerText.split('\\n')[2] || ''");
}

/// The state of the line, once these words are in it.
std::string state_with(browser& page, std::string const& words) {
    return text_with(words,
                     [&] { return page.value("document.getElementById('state').innerText"); });
}

/// Nothing sticks out to the right of the window, and every chart has been drawn.
void expect_that_it_fits(browser& page) {
    EXPECT_EQ(page.value("document.documentElement.scrollWidth <= innerWidth"), "true");
    EXPECT_EQ(
        page.value(
            "[...document.querySelectorAll('.kpi .value, .kpi .name, .kpi .more')].every(e => "
            "e.scrollWidth <= e.clientWidth)"),
        "true")
        << "a number is cut off";
    bool const charts = page.value("typeof Chart") == "function";
    EXPECT_EQ(page.value("[...document.querySelectorAll('.chart')].every(c => c.hidden || "
                         "c.querySelector('canvas').height > 100)"),
              "true");
    EXPECT_EQ(page.value("document.querySelectorAll('.chart[hidden]').length"), charts ? "0" : "3");
}

TEST(watch_page, shows_the_market_at_rest_in_the_rise_and_why) {
    std::string const chromium = chromium_on_this_machine();
    if (chromium.empty()) GTEST_SKIP() << "no Chromium on this machine";
    rising_world rising;
    int const port = free_port();
    running_watch watch(rising.arguments() + " --listen 0 --http " + std::to_string(port));
    ASSERT_NE(get(port, "/metrics"), "") << watch.err();
    std::string const url = "http://127.0.0.1:" + std::to_string(port) + "/";
    browser page(chromium);

    ASSERT_TRUE(page.open(url, 1440, 900)) << chromium << " does not answer";
    EXPECT_EQ(shown(page, "Liquidatable"), "0");
    EXPECT_EQ(shown(page, "Equity under water"), "$0");
    EXPECT_EQ(page.value("document.getElementById('state').innerText"), "live");
    EXPECT_NE(page.value("document.getElementById('feeds').innerText").find("50,000"),
              std::string::npos);
    expect_that_it_fits(page);
    EXPECT_TRUE(page.errors().empty()) << page.errors().front();
}

TEST(watch_page, shows_who_is_under_water_on_a_desk_and_on_a_phone) {
    std::string const chromium = chromium_on_this_machine();
    if (chromium.empty()) GTEST_SKIP() << "no Chromium on this machine";
    rising_world rising;
    int const port = free_port();
    running_watch watch(rising.arguments() + " --replay " + rising.file() + " --hold --http " +
                        std::to_string(port));
    ASSERT_NE(metrics_after(port, 40), "") << watch.err();
    std::string const url = "http://127.0.0.1:" + std::to_string(port) + "/";
    browser page(chromium);
    for (int const width : {1440, 390}) {
        ASSERT_TRUE(page.open(url, width, width > 500 ? 900 : 844)) << chromium;
        EXPECT_EQ(shown(page, "Liquidatable"), "1");
        EXPECT_EQ(page.value("document.title"), "(1) Lockstep watch");
        EXPECT_EQ(state_with(page, "ended"), "the input has ended") << "a feed that is no more";
        std::string const worst =
            page.value_in_time("document.querySelector('#worst tbody tr').innerText");
        EXPECT_NE(worst.find("writer"), std::string::npos) << worst;
        EXPECT_NE(worst.find("liquidatable"), std::string::npos) << worst;
        EXPECT_NE(worst.find("$"), std::string::npos) << "what it lacks is off the page";
        expect_that_it_fits(page);
    }
    page.value("document.querySelector('#worst tbody tr').click()");
    std::string const why = page.value_in_time(
        "document.getElementById('why').open && document.querySelector('#why-body .sum') ? "
        "document.getElementById('why-body').innerText : ''");
    EXPECT_NE(why.find("BTC-15MAR26-55000-C"), std::string::npos) << why;
    EXPECT_NE(why.find("maintenance margin"), std::string::npos) << why;
    EXPECT_EQ(page.value("document.querySelectorAll('#why-body .losses > div').length"), "35");
    EXPECT_TRUE(page.errors().empty()) << page.errors().front();

    watch.ended_by(SIGTERM);
    EXPECT_EQ(state_with(page, "the watch has ended"), "the watch has ended")
        << "a page without its watch must not look alive";
}

TEST(watch_page, says_why_there_is_no_verdict_and_that_an_account_is_not_there) {
    std::string const chromium = chromium_on_this_machine();
    if (chromium.empty()) GTEST_SKIP() << "no Chromium on this machine";
    small_world world;
    world.portfolio("", "other,BTC,1\n", "");
    put(world.folder.path() / "book/accounts.csv", "account,model\nother,span\n");
    int const port = free_port();
    running_watch watch("watch --market " + world.chain() + " --portfolio " + world.book() +
                        " --listen 0 --http " + std::to_string(port));
    ASSERT_NE(get(port, "/metrics"), "") << watch.err();
    browser page(chromium);
    ASSERT_TRUE(page.open("http://127.0.0.1:" + std::to_string(port) + "/#nobody", 1440, 900));
    EXPECT_EQ(shown(page, "No verdict"), "1");
    EXPECT_EQ(shown_below(page, "No verdict"), "model is not watched");
    EXPECT_EQ(shown_below(page, "Liquidatable"), "as before the last input");
    EXPECT_EQ(
        text_with("no such",
                  [&] { return page.value("document.getElementById('why-body').innerText"); }),
        "There is no such account.");
    expect_that_it_fits(page);
    EXPECT_TRUE(page.errors().empty()) << page.errors().front();
}

TEST(watch_page, waits_for_a_place_when_too_many_are_open) {
    std::string const chromium = chromium_on_this_machine();
    if (chromium.empty()) GTEST_SKIP() << "no Chromium on this machine";
    rising_world rising;
    int const port = free_port();
    running_watch watch(rising.arguments() + " --listen 0 --http " + std::to_string(port));
    std::vector<int> others;
    std::string const ask = "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for (int i = 0; i < 12; ++i) {
        others.push_back(connected(port));
        char first;
        ::send(others.back(), ask.data(), ask.size(), MSG_NOSIGNAL);
        ASSERT_EQ(::recv(others.back(), &first, 1, 0), 1) << watch.err();
    }
    browser page(chromium);
    ASSERT_TRUE(page.open("http://127.0.0.1:" + std::to_string(port) + "/", 1440, 900));
    EXPECT_EQ(state_with(page, "too many"), "too many pages are open, trying again");
    for (int const fd : others) ::close(fd);
    EXPECT_EQ(state_with(page, "live"), "live");
    EXPECT_EQ(shown(page, "Liquidatable"), "0");
    EXPECT_TRUE(page.errors().empty()) << page.errors().front();
}

}  // namespace
}  // namespace lockstep
