// The text that a device runs for a netting set, run here by teams of 1, 4 and 16 threads that
// exchange their values in step, and held to the bytes of the CPU backend.
#include "kernels/group_margin.h"

#include <gtest/gtest.h>

#include <barrier>
#include <random>
#include <thread>

#include "tests/model/margin_book.h"

namespace {

using namespace lockstep;
using namespace lockstep::test;

/// What a team shares: a slot for each lane and the barrier between writing and reading it.
struct team_board {
    explicit team_board(unsigned lanes) : slots(lanes), step(static_cast<std::ptrdiff_t>(lanes)) {}
    std::vector<std::uint64_t> slots;
    std::barrier<> step;
};

template <unsigned Lanes>
class team_lane {
  public:
    static constexpr unsigned lanes = Lanes;
    team_lane(team_board& board, unsigned lane) : board_(&board), lane_(lane) {}
    unsigned lane() const { return lane_; }

    template <class T>
    T shuffle(T x, unsigned from) const {
        board_->slots[lane_] = static_cast<std::uint64_t>(x);
        board_->step.arrive_and_wait();
        T const got = static_cast<T>(board_->slots[from]);
        board_->step.arrive_and_wait();
        return got;
    }
    template <class T>
    T exchange(T x, unsigned mask) const {
        return shuffle(x, lane_ ^ mask);
    }
    bool all(bool condition) const {
        std::uint32_t missing = condition ? 0u : 1u;
        return flags_of_all(*this, missing) == 0;
    }

  private:
    team_board* board_;
    unsigned lane_;
};

/// Checks every set in chunks of a few positions, stored and read back as a device does.
template <class Lane>
void check_sets(Lane const& lane, margin_batch const& batch, sum_lanes mode,
                std::size_t chunk_positions,
                chunk_sums<Lane, static_cast<int>(72 / Lane::lanes + 1)>& scratch) {
    constexpr int columns_per_lane = static_cast<int>(72 / Lane::lanes + 1);
    for (std::size_t set = 0; set < batch.positions.sets(); ++set) {
        std::uint16_t const refused = set_refusal(batch, set);
        std::uint32_t const first = batch.positions.begin[set];
        std::uint32_t const last = batch.positions.begin[set + 1];
        group_sums<Lane, columns_per_lane> total;
        clear(total);
        for (std::size_t at = first; refused == 0 && at < last; at += chunk_positions) {
            group_sums<Lane, columns_per_lane> part;
            clear(part);
            add_positions(lane, batch, at, std::min<std::size_t>(last, at + chunk_positions), mode,
                          part);
            store(lane, part, scratch);
            add_stored(lane, scratch, total);
        }
        margin_row const row =
            refused != 0 ? refused_row(refused, last - first)
                         : row_of_parts(batch, set, parts_of_sums(lane, batch, set, total));
        if (lane.lane() == 0) batch.rows[set] = row;
    }
}

template <unsigned Lanes>
std::vector<margin_row> run_team(margin_book const& book, risk_matrix const& matrix, sum_lanes mode,
                                 std::size_t chunk_positions) {
    using lane = team_lane<Lanes>;
    std::vector<margin_row> rows(book.rule.size());
    margin_batch const batch{book.positions(), matrix, view_of(book.rules), view_of(rows)};
    team_board board(Lanes);
    chunk_sums<lane, static_cast<int>(72 / Lanes + 1)> scratch{};
    std::vector<std::thread> team;
    for (unsigned l = 0; l < Lanes; ++l)
        team.emplace_back(
            [&, l] { check_sets(lane(board, l), batch, mode, chunk_positions, scratch); });
    for (std::thread& t : team) t.join();
    return rows;
}

margin_book wild_book() {
    margin_book book;
    margin_preset const preset = load_preset("deribit_pm");
    std::vector<double> years;  // more expiries than any team has lanes
    for (int e = 0; e < 40; ++e) years.push_back(0.03 * e);
    std::mt19937_64 random(41);
    for (settlement s : {settlement::inverse, settlement::linear}) {
        book.sets.push_back(make_scenario_set(preset, "ETH", s));
        book.rules.push_back(make_margin_rules(preset, "ETH", s, 3000, years, offset_mode::cross));
    }
    for (std::uint32_t set : {0u, 1u})
        for (int i = 0; i < 60; ++i) {
            settlement const s = set == 0 ? settlement::inverse : settlement::linear;
            auto const bucket = static_cast<std::uint8_t>(1 + random() % 39);
            auto const type = random() % 2 ? option_type::put : option_type::call;
            book.instruments.push_back(option_of(3000, 1000 + static_cast<double>(random() % 4000),
                                                 years[bucket], 0.7, type, s, set, bucket));
        }
    book.instruments.push_back(
        option_of(NAN, 1, 1, 1, option_type::call, settlement::inverse, 0, 1));
    for (int set = 0; set < 24; ++set) {
        std::vector<held> positions;
        std::uint64_t const count = random() % 40;
        for (std::uint64_t i = 0; i < count; ++i) {
            auto const id = static_cast<std::uint32_t>(random() % 60 + (set % 2) * 60u);
            std::int64_t const unit = random() % 16 == 0 ? 777'777'777'777'777 : 100'000'000;
            positions.push_back({id, (static_cast<std::int64_t>(random() % 100) - 50) * unit});
        }
        if (set == 5) positions.push_back({120, 1'000'000'000});  // quarantined
        if (set == 6) positions.push_back({999, 1'000'000'000});  // unknown
        margin_addons const addons{{set}, {2 * set}, {3 * set}};
        book.add_set(static_cast<std::uint32_t>(set % 2), positions, addons);
    }
    book.add_set(7, {{0, 1'000'000'000}});  // no such rules
    return book;
}

template <unsigned Lanes>
void expect_team_equals_cpu(sum_lanes mode, std::size_t chunk_positions) {
    margin_book const book = wild_book();
    auto const backend = cpu_backend("base");
    margin_answer answer = book.run(*backend);
    auto const rows = run_team<Lanes>(book, answer.table.matrix(), mode, chunk_positions);
    for (std::size_t i = 0; i < rows.size(); ++i)
        EXPECT_EQ(0, std::memcmp(&rows[i], &answer.rows[i], sizeof(margin_row)))
            << "set " << i << " of " << rows[i].positions << " positions";
}

TEST(group_margin, one_lane_equals_the_cpu) {
    expect_team_equals_cpu<1>(sum_lanes::automatic, 1000);
    expect_team_equals_cpu<1>(sum_lanes::wide, 3);
}

TEST(group_margin, four_lanes_equal_the_cpu) {
    expect_team_equals_cpu<4>(sum_lanes::automatic, 7);
    expect_team_equals_cpu<4>(sum_lanes::wide, 1000);
}

TEST(group_margin, sixteen_lanes_equal_the_cpu) {
    expect_team_equals_cpu<16>(sum_lanes::automatic, 20);
}

}  // namespace
