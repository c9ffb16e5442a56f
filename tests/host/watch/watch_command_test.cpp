// The command as its user meets it: lines in, lines out, HTTP on the side, signals.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>
#include <utility>

#include "tests/host/real_data.h"
#include "tests/host/risk/risk_fixture.h"
#include "tests/host/run_binary.h"

namespace lockstep {
namespace {

/// A call, its writer, and ticks in which the coin rises until the writer is under water.
struct rising_world {
    small_world world;
    rising_world() {
        world.portfolio("long\nwriter\n", "long,BTC,1\nwriter,BTC,0.3\n",
                        "long,BTC-15MAR26-55000-C,1,\nwriter,BTC-15MAR26-55000-C,-1,\n");
        std::string lines;
        for (int i = 1; i <= 40; ++i) {
            std::string const price = std::to_string(50'000 + 500 * i);
            lines += "{\"tick\":\"2026-01-01T08:00:" + std::string(i < 10 ? "0" : "") +
                     std::to_string(i) + "Z\",\"index\":{\"BTC\":" + price +
                     "},\"marks\":{\"BTC-15MAR26-55000-C\":[" + price + ",0.6]}}\n";
        }
        write_file(file(), lines + "rubbish\n");
    }
    std::string file() const { return (world.folder.path() / "ticks.jsonl").string(); }
    std::string arguments() const {
        return "watch --market " + world.chain() + " --portfolio " + world.book();
    }
};

int free_port() {
    int const fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
    socklen_t length = sizeof address;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
    ::close(fd);
    return ntohs(address.sin_port);
}

int connected(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int tries = 0; tries < 300; ++tries) {
        int const fd = ::socket(AF_INET, SOCK_STREAM, 0);
        if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
        ::close(fd);
        ::usleep(50'000);
    }
    return -1;
}

/// One request, and all of the answer up to its end or to `until`.
std::string get(int port, std::string const& path, std::string const& until = "") {
    int const fd = connected(port);
    std::string const request =
        "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    std::string answer;
    if (fd < 0 || ::write(fd, request.data(), request.size()) < 0) return answer;
    char block[4096];
    for (ssize_t n; (n = ::read(fd, block, sizeof block)) > 0;) {
        answer.append(block, static_cast<std::size_t>(n));
        if (!until.empty() && answer.find(until) != std::string::npos) break;
    }
    ::close(fd);
    return answer;
}

/// The command beside the test, ended by a signal or when the test leaves.
class running_watch {
  public:
    explicit running_watch(std::string const& arguments) {
        std::string const command = std::string("exec '") + LOCKSTEP_BINARY + "' " + arguments +
                                    " >" + file("out") + " 2>" + file("err");
        child_ = ::fork();
        if (child_ == 0) {
            ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
            ::_exit(127);
        }
    }
    ~running_watch() {
        if (child_ > 0) ended_by(SIGKILL);
    }
    int ended_by(int signal) {
        ::kill(child_, signal);
        int status = 0;
        ::waitpid(std::exchange(child_, -1), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    std::string out() const { return text_of_file(file("out")); }
    std::string err() const { return text_of_file(file("err")); }

  private:
    std::string file(char const* name) const { return (folder_.path() / name).string(); }
    scratch_folder folder_;
    pid_t child_ = -1;
};

TEST(watch_command, prints_every_change_once_and_goes_on_after_a_bad_line) {
    rising_world rising;
    auto const from_file = run_lockstep(rising.arguments() + " --replay " + rising.file());
    EXPECT_EQ(from_file.exit, 0) << from_file.err;
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
    std::string metrics = get(port, "/metrics");
    ASSERT_NE(metrics, "") << watch.err();
    for (int tries = 0; tries < 200; ++tries) {
        metrics = get(port, "/metrics");
        if (metrics.find("lockstep_ticks_total 40") != std::string::npos) break;
        ::usleep(20'000);
    }
    EXPECT_NE(metrics.find("lockstep_ticks_total 40"), std::string::npos) << metrics;
    EXPECT_NE(metrics.find("lockstep_accounts{verdict=\"liquidatable\"} 1"), std::string::npos);
    EXPECT_NE(metrics.find("lockstep_stage_seconds{stage=\"check\",quantile=\"0.999\"}"),
              std::string::npos);
    EXPECT_NE(get(port, "/bands").find("\"breached\": 1"), std::string::npos);
    EXPECT_NE(get(port, "/accounts/writer").find("\"agrees_with_the_watch\": true"),
              std::string::npos);
    EXPECT_NE(get(port, "/accounts/nobody").find("404"), std::string::npos);
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
    EXPECT_EQ(watch.ended_by(SIGTERM), 0) << watch.err();
    reader.join();
    EXPECT_NE(watch.err().find("digest of all verdicts"), std::string::npos);
}

TEST(watch_command, takes_lines_over_tcp_until_it_is_interrupted) {
    rising_world rising;
    int const port = free_port();
    running_watch watch(rising.arguments() + " --listen " + std::to_string(port));
    int const fd = connected(port);
    ASSERT_GE(fd, 0);
    std::string const lines = text_of_file(rising.file());
    ASSERT_EQ(::write(fd, lines.data(), lines.size()), static_cast<ssize_t>(lines.size()));
    ::close(fd);
    auto const second = run_lockstep(rising.arguments() + " --listen " + std::to_string(port));
    EXPECT_EQ(second.exit, 4);
    EXPECT_NE(second.err.find("Address already in use"), std::string::npos) << second.err;
    ::usleep(300'000);
    EXPECT_EQ(watch.ended_by(SIGINT), 0) << watch.err();
    EXPECT_NE(watch.err().find("40 ticks"), std::string::npos) << watch.err();
    EXPECT_NE(watch.out().find("\"verdict\":\"liquidatable\""), std::string::npos);
}

TEST(watch_command, refuses_what_cannot_be_meant) {
    rising_world rising;
    EXPECT_EQ(run_lockstep("watch").exit, 2);
    EXPECT_EQ(run_lockstep(rising.arguments() + " --speed 10x").exit, 2) << "needs a recording";
    auto const speed =
        run_lockstep(rising.arguments() + " --replay " + rising.file() + " --speed fast");
    EXPECT_EQ(speed.exit, 3);
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
    ASSERT_EQ(run_lockstep("generate --accounts 3000 --chain " + chain + " --out " + book).exit,
              0);
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
