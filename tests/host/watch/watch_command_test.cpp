// The command as its user meets it: lines in, lines out, HTTP on the side, signals.
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "tests/host/real_data.h"
#include "tests/host/run_binary.h"
#include "tests/host/watch/running_watch.h"

namespace lockstep {
namespace {

TEST(watch_command, prints_every_change_once_and_goes_on_after_a_bad_line) {
    rising_world rising;
    auto const from_file = run_lockstep(rising.arguments() + " --replay " + rising.file());
    EXPECT_EQ(from_file.exit, 1) << from_file.err;
    EXPECT_NE(from_file.out.find(
                  R"("account":"writer","asset":"BTC","verdict":"reduce_only","was":"safe")"),
              std::string::npos)
        << from_file.out;
    EXPECT_NE(
        from_file.out.find(R"("verdict":"liquidatable","was":"reduce_only","band":"breached")"),
        std::string::npos);
    EXPECT_EQ(from_file.out.find(R"("account":"long")"), std::string::npos);
    EXPECT_NE(from_file.out.find(R"({"refused_line":41,"reason":)"), std::string::npos);
    EXPECT_NE(from_file.err.find("40 ticks, 0 commands, 1 lines refused"), std::string::npos)
        << from_file.err;
    EXPECT_NE(from_file.err.find("p99.9"), std::string::npos);

    auto const from_pipe = run_lockstep(rising.arguments(), "cat " + rising.file() + " |");
    EXPECT_EQ(from_pipe.out, from_file.out);
    auto const dry = run_lockstep(rising.arguments() + " --dry-run --replay " + rising.file());
    EXPECT_NE(dry.out.find("\"dry_run\":true}"), std::string::npos);
    auto const top = run_lockstep(rising.arguments() + " --top 1 --replay " + rising.file());
    EXPECT_NE(top.out.find(R"("top":[{"account":"writer")"), std::string::npos);
}

TEST(watch_command, serves_metrics_bands_explanations_and_the_page) {
    rising_world rising;
    int const port = free_port();
    running_watch watch(rising.arguments() + " --replay " + rising.file() + " --hold --http " +
                        std::to_string(port));
    std::string const metrics = metrics_after(port, 40);
    ASSERT_NE(metrics, "") << watch.err();
    EXPECT_NE(metrics.find("lockstep_ticks_total 40"), std::string::npos) << metrics;
    EXPECT_NE(metrics.find("lockstep_accounts{verdict=\"liquidatable\"} 1"), std::string::npos);
    std::string const ended = "lockstep_input_ended 1\n";
    EXPECT_NE(text_with(ended, [&] { return get(port, "/metrics"); }).find(ended),
              std::string::npos);
    std::string const last = "\nlockstep_last_line_timestamp_seconds ";
    ASSERT_NE(metrics.find(last), std::string::npos) << metrics;
    EXPECT_GT(std::stod(metrics.substr(metrics.find(last) + last.size())), 1.7e9);
    EXPECT_NE(metrics.find("lockstep_stage_seconds{stage=\"check\",quantile=\"0.999\"}"),
              std::string::npos);
    EXPECT_NE(get(port, "/bands").find("\"breached\": 1"), std::string::npos);
    EXPECT_NE(get(port, "/accounts/writer").find("\"agrees_with_the_watch\": true"),
              std::string::npos);
    EXPECT_NE(get(port, "/accounts/nobody").find("404"), std::string::npos);
    for (std::string const method : {"POST", "PUT", "DELETE", "OPTIONS"}) {
        std::string const answer = get(port, "/bands", "", method);
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 405 Method Not Allowed")) << answer;
        EXPECT_NE(answer.find("Allow: GET, HEAD"), std::string::npos) << answer;
    }
    EXPECT_TRUE(get(port, "/bands", "", "HEAD").starts_with("HTTP/1.1 200"));
    std::string const page = get(port, "/");
    EXPECT_NE(page.find("<title>Lockstep watch</title>"), std::string::npos);
    EXPECT_EQ(page.find("http://"), std::string::npos) << "nothing is fetched from outside";
    EXPECT_EQ(page.find("https://"), std::string::npos);
    EXPECT_NE(get(port, "/events", "\n\n").find("\"liquidatable\":1"), std::string::npos);

    auto const second = run_lockstep(rising.arguments() + " --replay " + rising.file() +
                                     " --http " + std::to_string(port));
    EXPECT_EQ(second.exit, 4);
    EXPECT_NE(second.err.find("--http " + std::to_string(port) + ": the port is taken"),
              std::string::npos)
        << second.err;

    std::thread reader([&] { get(port, "/events"); });  // an open page must not hold it up
    get(port, "/events", "\n\n");
    EXPECT_EQ(watch.ended_by(SIGTERM), 1) << watch.err();
    reader.join();
    EXPECT_NE(watch.err().find("digest of all verdicts"), std::string::npos);
}

TEST(watch_command, a_verdict_is_out_before_the_next_line_comes) {
    rising_world rising;
    std::string const file = rising.file(), heard = file + ".heard", late = file + ".late";
    // What feeds the watch waits for the verdict before it ends.
    write_file(file + ".sh", "cat " + file + "; n=0\nuntil grep -q liquidatable " + heard +
                                 "; do n=$((n + 1)); [ $n = 50 ] && touch " + late +
                                 " && exit; sleep 0.1; done\n");
    write_file(heard, "");
    run_lockstep(rising.arguments() + " 2> " + file + ".err | cat > " + heard + "; true",
                 "sh " + file + ".sh |");
    EXPECT_FALSE(std::filesystem::exists(late));
    EXPECT_NE(text_of_file(heard), "");
}

TEST(watch_command, ends_when_its_verdicts_cannot_be_written) {
    if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
    rising_world rising;
    std::string const err = rising.file() + ".err";
    int const status = std::system(("'" + lockstep_binary() + "' " + rising.arguments() +
                                    " --replay " + rising.file() + " > /dev/full 2> " + err)
                                       .c_str());
    EXPECT_EQ(WEXITSTATUS(status), 4);
    EXPECT_NE(text_of_file(err).find("standard output cannot be written"), std::string::npos);
    EXPECT_EQ(text_of_file(err).find("40 ticks"), std::string::npos) << "at once, not at the end";
}

TEST(watch_command, serves_an_account_whose_name_has_a_slash) {
    small_world world;
    world.portfolio("desk/one\n", "desk/one,BTC,1\n", "");
    int const port = free_port();
    running_watch watch("watch --market " + world.chain() + " --portfolio " + world.book() +
                        " --listen 0 --http " + std::to_string(port));
    for (char const* path : {"/accounts/desk%2Fone", "/accounts/desk/one"})
        EXPECT_NE(get(port, path).find("\"account\": \"desk/one\""), std::string::npos)
            << get(port, path);
}

TEST(watch_command, refuses_what_cannot_be_meant) {
    rising_world rising;
    EXPECT_EQ(run_lockstep("watch").exit, 2);
    EXPECT_EQ(run_lockstep(rising.arguments() + " --speed 10x").exit, 2) << "needs a recording";
    auto const speed =
        run_lockstep(rising.arguments() + " --replay " + rising.file() + " --speed fast");
    EXPECT_EQ(speed.exit, 2);
    EXPECT_EQ(run_lockstep(rising.arguments() + " --replay nowhere.jsonl").exit, 3);
}

std::string digest_in(std::string const& text) {
    auto const at = text.find("digest of all verdicts: ");
    return at == std::string::npos ? "" : text.substr(at, 56);
}

// The fall of 5 February 2026, every account checked at every step, twice.
TEST(watch_command, the_real_fall_gives_one_digest_on_one_and_two_threads) {
    auto const folder = real_data("deribit_stress_2026-02-05");
    if (!folder) GTEST_SKIP() << "the real data is not on this machine";
    scratch_folder scratch;
    std::string const chain =
        (*folder / "deribit_options_snapshot_20260204T042403Z.csv.gz").string();
    std::string const fall = (scratch.path() / "fall.jsonl").string();
    std::string const book = (scratch.path() / "book").string();
    ASSERT_EQ(run_lockstep("generate --accounts 3000 --chain " + chain + " --out " + book).exit, 0);
    ASSERT_EQ(
        run_lockstep("ticks --steps 4 --snapshots " + folder->string() + " --out " + fall).exit, 0);
    std::string first;
    for (char const* how : {"--backend cpu --threads 1", "--backend cpu --threads 2"}) {
        auto const run =
            run_lockstep("watch --quiet --stale-after 43200 --market " + chain + " --portfolio " +
                         book + "/portfolio --replay " + fall + " " + how);
        EXPECT_EQ(run.exit, 0) << run.err;
        EXPECT_NE(run.err.find("44 ticks"), std::string::npos) << run.err;
        EXPECT_EQ(run.err.find(" 0 turned liquidatable"), std::string::npos) << run.err;
        ASSERT_NE(digest_in(run.err), "");
        if (first.empty()) first = digest_in(run.err);
        EXPECT_EQ(digest_in(run.err), first);
    }
}

}  // namespace
}  // namespace lockstep
