// The text that a device runs for a netting set, run here by teams of 1, 4 and 16 threads that
// exchange their values in step, and held to the bytes of the CPU backend.
#include "kernels/group_margin.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <barrier>
#include <cstdlib>
#include <optional>
#include <random>
#include <thread>

#include "kernels/group_check.h"
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

/// Runs f(lane, board) in each of a team's lanes, in step.
template <unsigned Lanes, class F>
void run_team(F const& f) {
    team_board board(Lanes);
    std::vector<std::thread> team;
    for (unsigned l = 0; l < Lanes; ++l)
        team.emplace_back([&, l] { f(team_lane<Lanes>(board, l)); });
    for (std::thread& t : team) t.join();
}

template <unsigned Lanes>
std::vector<margin_row> rows_of_team(margin_book const& book, risk_matrix const& matrix,
                                     sum_lanes mode, std::size_t chunk_positions) {
    using lane = team_lane<Lanes>;
    std::vector<margin_row> rows(book.rule.size());
    margin_batch const batch{book.positions(), matrix, view_of(book.rules), view_of(rows)};
    chunk_sums<lane, static_cast<int>(72 / Lanes + 1)> scratch{};
    run_team<Lanes>(
        [&](lane const& own) { check_sets(own, batch, mode, chunk_positions, scratch); });
    return rows;
}

/// What the short road says of each set; none where it leaves it to the whole rule.
template <unsigned Lanes>
std::vector<std::optional<check_row>> short_rows_of_team(margin_book const& book,
                                                         risk_matrix const& matrix) {
    std::vector<std::optional<check_row>> rows(book.rule.size());
    margin_batch const batch{book.positions(), matrix, view_of(book.rules), {}};
    run_team<Lanes>([&](team_lane<Lanes> const& own) {
        for (std::size_t set = 0; set < rows.size(); ++set) {
            deciding_sums found;
            if (set_refusal(batch, set) != 0 ||
                !decide_shortly<static_cast<int>(72 / Lanes + 1)>(own, batch, set, found))
                continue;
            check_row row;
            bool const served = row_of_deciding(batch, set, found, row);
            if (own.lane() == 0 && served) rows[set] = row;
        }
    });
    return rows;
}

/// One position in `large` is of a size that 64 bits do not hold.
margin_book wild_book(unsigned large = 16) {
    margin_book book;
    margin_preset const preset = load_preset("deribit_pm");
    std::vector<double> years;  // more expiries than any team has lanes
    for (int e = 0; e < 40; ++e) years.push_back(0.03 * e);
    std::mt19937_64 random(41);
    for (settlement s : {settlement::inverse, settlement::linear}) {
        book.sets.push_back(make_scenario_set(preset, "ETH", s));
        book.rules.push_back(make_margin_rules(preset, "ETH", s, 3000, years, offset_mode::cross));
    }
    book.rules[1].scenarios = 2;  // of 35 in the matrix: the others do not count
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
            std::int64_t const unit = random() % large == 0 ? 777'777'777'777'777 : 100'000'000;
            positions.push_back({id, (static_cast<std::int64_t>(random() % 100) - 50) * unit});
        }
        if (set == 5) positions.push_back({120, 1'000'000'000});  // quarantined
        if (set == 6) positions.push_back({999, 1'000'000'000});  // unknown
        margin_addons const addons{{set}, {2 * set}, {3 * set}};
        book.add_set(static_cast<std::uint32_t>(set % 2), positions, addons);
    }
    for (std::uint32_t id = 60; id < 64; ++id)  // some gain in both scenarios of their rule
        for (std::int64_t const size : {1'000'000'000, -1'000'000'000})
            book.add_set(1, {{id, size}});
    book.add_set(7, {{0, 1'000'000'000}});  // no such rules
    return book;
}

template <unsigned Lanes>
void expect_team_equals_cpu(sum_lanes mode, std::size_t chunk_positions) {
    margin_book const book = wild_book();
    auto const backend = cpu_backend("base");
    margin_answer answer = book.run(*backend);
    auto const rows = rows_of_team<Lanes>(book, answer.table.matrix(), mode, chunk_positions);
    for (std::size_t i = 0; i < rows.size(); ++i)
        EXPECT_EQ(0, std::memcmp(&rows[i], &answer.rows[i], sizeof(margin_row)))
            << "set " << i << " of " << rows[i].positions << " positions";
}

/// It serves at least the sets of a few positions, all of a usual size and with a risk array.
template <unsigned Lanes>
void expect_short_road_equals_cpu() {
    margin_book const book = wild_book(100);
    auto const backend = cpu_backend("base");
    margin_answer answer = book.run(*backend);
    auto const rows = short_rows_of_team<Lanes>(book, answer.table.matrix());
    std::size_t served = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto const first = book.lots.begin() + book.begin[i],
                   last = book.lots.begin() + book.begin[i + 1];
        bool const usual = std::all_of(
            first, last, [](std::int64_t lots) { return std::abs(lots) < 100'000'000'000; });
        bool const refused = i == 5 || i == 6 || book.rule[i] == 7;
        bool const few = book.begin[i + 1] - book.begin[i] <= 16;
        bool const narrow =
            narrow_sums_serve(book.rules[refused ? 0 : book.rule[i]], book.lot_exponent[i]);
        bool const must = usual && few && narrow && !refused;
        EXPECT_TRUE(rows[i].has_value() ? !refused : !must) << "set " << i;
        if (!rows[i]) continue;
        served += 1;
        check_row const whole = check_of(answer.rows[i]);
        EXPECT_EQ(0, std::memcmp(&*rows[i], &whole, sizeof whole)) << "set " << i;
    }
    EXPECT_GE(served, 10u);
    EXPECT_LT(served, rows.size() - 5);
}

TEST(group_check, one_lane_equals_the_cpu) { expect_short_road_equals_cpu<1>(); }
TEST(group_check, four_lanes_equal_the_cpu) { expect_short_road_equals_cpu<4>(); }
TEST(group_check, sixteen_lanes_equal_the_cpu) { expect_short_road_equals_cpu<16>(); }

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
