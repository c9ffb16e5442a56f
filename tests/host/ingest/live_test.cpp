// `lockstep run --live`: answers, sealed blocks, and a replay of them that ends at the same root.
#include <gtest/gtest.h>

#include <thread>

#include "host/ingest/ingest_queue.h"
#include "tests/host/run_binary.h"

namespace lockstep {
namespace {

std::string const opening = R"({"id": "1", "kind": "create_asset", "target": "445355"}
{"id": "2", "kind": "create_account"}
{"id": "3", "kind": "create_account"}
{"id": "4", "kind": "deposit", "account": 0, "amount": "100"}
)";

std::size_t count_of(std::string const& text, std::string const& what) {
    std::size_t found = 0;
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; ++at) ++found;
    return found;
}

std::string transfers(int first, int count) {
    std::string text;
    for (int i = 0; i < count; ++i)
        text += "{\"id\": \"" + std::to_string(first + i) +
                "\", \"kind\": \"transfer\", \"account\": 0, \"counterparty\": 1, \"amount\": 1}\n";
    return text;
}

class live : public ::testing::Test {
  protected:
    std::string path(std::string const& name) { return (scratch.path() / name).string(); }
    command_result run_live(std::string const& lines, std::string const& options) {
        write_file(path("lines"), lines);
        return run_lockstep("run --log - --live --out '" + path("out") + "' " + options,
                            "cat '" + path("lines") + "' |");
    }
    std::string manifest(std::string const& folder) {
        return text_of_file(std::filesystem::path(path(folder)) / "manifest.json");
    }
    scratch_folder scratch;
};

TEST_F(live, answers_each_line_and_seals_blocks_that_replay_to_the_same_root) {
    command_result const ran = run_live(opening + transfers(100, 300), "--block 64");
    ASSERT_EQ(0, ran.exit) << ran.err;
    EXPECT_EQ(304u, count_of(ran.out, R"("answer":"accepted")"));
    EXPECT_TRUE(ran.out.starts_with(R"({"line":1,"answer":"accepted","depth":)")) << ran.out;
    command_result const again =
        run_lockstep("run --log '" + path("out/sealed.log") + "' --out '" + path("again") + "'");
    ASSERT_EQ(0, again.exit) << again.err;
    EXPECT_EQ(manifest("out"), manifest("again"));
    EXPECT_NE(std::string::npos, manifest("out").find("\"commands\": 304"));
    EXPECT_NE(std::string::npos, manifest("out").find("\"account_lacks_free_cash\": 200"));
}

TEST_F(live, refuses_bad_lines_and_chains_around_them_and_goes_on) {
    std::string const chain =
        R"({"id": "a", "kind": "deposit", "account": 0, "amount": 1, "flags": ["linked"]}
{"id": "b", "kind": "gift", "flags": ["linked"]}
{"id": "c", "kind": "deposit", "account": 0, "amount": 1}
{"block": 5}

{"id": "d", "kind": "deposit", "account": 0, "amount": 1}
)";
    command_result const ran = run_live(opening + chain, "");
    EXPECT_EQ(1, ran.exit) << ran.err;
    EXPECT_EQ(5u, count_of(ran.out, R"("answer":"accepted")")) << ran.out;
    EXPECT_EQ(4u, count_of(ran.out, R"("answer":"refused")")) << ran.out;
    EXPECT_EQ(3u, count_of(ran.out, "'gift' is unknown"));
    EXPECT_NE(std::string::npos, ran.out.find(R"({"line":10,"answer":"accepted")")) << ran.out;
    EXPECT_NE(std::string::npos, manifest("out").find("\"applied\": 5"));
}

TEST_F(live, refuses_a_line_that_is_too_long_and_reads_on) {
    command_result const ran =
        run_live(opening + std::string(1'100'000, 'a') + "\n" + transfers(100, 1), "");
    EXPECT_EQ(1, ran.exit) << ran.err;
    EXPECT_EQ(5u, count_of(ran.out, R"("answer":"accepted")")) << ran.out;
    EXPECT_NE(std::string::npos, ran.out.find(R"({"line":5,"answer":"refused")")) << ran.out;
    EXPECT_NE(std::string::npos, ran.out.find("longer than 1 MiB")) << ran.out;
    EXPECT_NE(std::string::npos, ran.out.find(R"({"line":6,"answer":"accepted")")) << ran.out;
    EXPECT_NE(std::string::npos, manifest("out").find("\"applied\": 5"));
}

TEST_F(live, goes_on_in_a_store) {
    std::string const store = "--store '" + path("store") + "'";
    ASSERT_EQ(0, run_live(opening, store).exit);
    command_result const ran = run_live(transfers(100, 3), store);
    ASSERT_EQ(0, ran.exit) << ran.err;
    EXPECT_NE(std::string::npos, manifest("out").find("\"applied\": 3"));
}

TEST_F(live, says_busy_when_asked_to_and_loses_nothing_that_it_accepted) {
    command_result const ran =
        run_live(opening + transfers(100, 20'000), "--queue 64 --block 64 --when-full refuse");
    std::size_t const accepted = count_of(ran.out, R"("answer":"accepted")");
    std::size_t const busy = count_of(ran.out, R"("answer":"busy")");
    EXPECT_EQ(20'004u, accepted + busy);
    EXPECT_EQ(busy > 0 ? 1 : 0, ran.exit) << ran.err;
    EXPECT_NE(std::string::npos,
              manifest("out").find("\"commands\": " + std::to_string(accepted) + ","));
}

TEST(ingest_queue, keeps_producers_waiting_and_loses_nothing) {
    ingest_queue queue({.commands = 8, .for_urgent = 2, .longest_unit = 1});
    constexpr std::uint64_t each = 2'000;
    std::vector<std::thread> producers;
    for (std::uint64_t p = 1; p <= 3; ++p)
        producers.emplace_back([&queue, p] {
            for (std::uint64_t i = 1; i <= each; ++i) {
                transaction_row t{};
                t.id = {i, p};
                t.kind = transaction_kind::transfer;
                queue.offer_when_there_is_room({{t}, {}});
            }
        });
    std::thread closer([&] {
        for (std::thread& p : producers) p.join();
        queue.close();
    });
    std::uint64_t last[4] = {}, blocks = 0;
    for (block b; queue.take(5, std::chrono::nanoseconds(0), b); ++blocks, b = {}) {
        EXPECT_LE(b.commands.size(), 5u);
        for (transaction_row const& t : b.commands) EXPECT_EQ(++last[t.id.high], t.id.low);
    }
    closer.join();
    EXPECT_EQ(3 * each, last[1] + last[2] + last[3]);
}

}  // namespace
}  // namespace lockstep
