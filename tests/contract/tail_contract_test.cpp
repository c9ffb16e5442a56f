// Every backend judges the tail of every account to the same numbers as the formula called account
// by account, and these are those of sums and sorted losses written out.
#include <algorithm>
#include <random>
#include <utility>
#include <vector>

#include "kernels/tail_batch.h"
#include "tests/contract/backends.h"

namespace lockstep {
namespace {

struct tail_question {
    std::uint32_t scenarios = 0;
    std::size_t instruments = 0;
    std::vector<std::int64_t> gains, lots;
    std::vector<std::uint32_t> tails_ppm, first_set{0}, begin{0}, instrument;
    std::vector<std::uint8_t> lot_exponent;

    tail_batch batch() const {
        return {{gains.data(), scenarios, view_of(tails_ppm), view_of(first_set), view_of(begin),
                 view_of(instrument), view_of(lots), view_of(lot_exponent)},
                instruments};
    }
};

/// Accounts of up to four books, some without any; gains so coarse that many are equal, or wide.
tail_question random_question(std::size_t accounts, std::uint32_t scenarios, bool coarse,
                              std::uint64_t seed) {
    std::mt19937_64 random(seed);
    tail_question q;
    q.scenarios = scenarios;
    q.instruments = 17;
    q.tails_ppm = {1, 10'000, 25'000, 400'000, 1'000'000};
    for (std::size_t i = 0; i < q.instruments * scenarios; ++i) {
        auto const wide = static_cast<std::int64_t>(random()) >> 3;
        q.gains.push_back(coarse ? wide % 3 * 1'000'000'000 : wide);
    }
    for (std::size_t a = 0; a < accounts; ++a) {
        for (std::uint64_t book = random() % 5; book > 0; --book) {
            for (std::uint64_t p = random() % 6; p > 0; --p) {
                q.instrument.push_back(static_cast<std::uint32_t>(random() % q.instruments));
                q.lots.push_back(static_cast<std::int64_t>(random() % 2001) - 1000);
            }
            q.lot_exponent.push_back(static_cast<std::uint8_t>(random() % 10));
            q.begin.push_back(static_cast<std::uint32_t>(q.lots.size()));
        }
        q.first_set.push_back(static_cast<std::uint32_t>(q.lot_exponent.size()));
    }
    return q;
}

struct tail_answer {
    std::vector<tail_extreme> worst;
    std::vector<tail_loss> losses;
    std::vector<component_loss> components;

    explicit tail_answer(tail_batch const& batch)
        : worst(batch.size(), {-7, 7}),
          losses(batch.size() * batch.inputs.tails_ppm.size(), {-7, -7, 7}),
          components(batch.sets() * batch.inputs.tails_ppm.size(), {-7, -7, -7}) {}
    tail_outputs out() { return {worst.data(), losses.data(), components.data()}; }

    /// Every field; the rows themselves have padding.
    std::vector<int128> numbers() const {
        std::vector<int128> all;
        for (auto const& w : worst) all.insert(all.end(), {w.loss, w.scenario});
        for (auto const& l : losses)
            all.insert(all.end(), {l.value_at_risk, l.expected_shortfall, l.place});
        for (auto const& c : components)
            all.insert(all.end(), {c.value_at_risk, c.expected_shortfall, c.incremental});
        return all;
    }
};

tail_answer by_formula(tail_batch const& batch) {
    tail_answer answer(batch);
    std::uint32_t const n = batch.inputs.scenarios, places = batch.inputs.places();
    std::vector<int128> sums(2 * n);
    std::vector<std::uint32_t> orders(2 * places);
    for (std::size_t a = 0; a < batch.size(); ++a)
        judge_tail(batch.inputs, a, places,
                   {{sums.data(), 1},
                    {sums.data() + n, 1},
                    {orders.data(), 1},
                    {orders.data() + places, 1}},
                   answer.out());
    return answer;
}

/// Losses of some of an account's books, the largest first, each with its scenario.
using ordered_losses = std::vector<std::pair<int128, std::uint32_t>>;
ordered_losses losses_of(tail_question const& q, std::uint32_t first, std::uint32_t last,
                         std::uint32_t but) {
    ordered_losses all;
    for (std::uint32_t s = 0; s < q.scenarios; ++s) {
        int128 gain = 0;
        for (std::uint32_t set = first; set < last; ++set) {
            if (set == but) continue;
            int128 sum = 0, unit = 1;
            for (std::uint32_t p = q.begin[set]; p < q.begin[set + 1]; ++p)
                sum += int128{q.lots[p]} * q.gains[q.instrument[p] * q.scenarios + s];
            for (int k = q.lot_exponent[set]; k < 9; ++k) unit *= 10;
            int128 const quotient = sum / unit;
            gain += quotient - (sum % unit < 0 ? 1 : 0);
        }
        all.push_back({gain, s});
    }
    std::sort(all.begin(), all.end());
    for (auto& [gain, scenario] : all) gain = -gain;
    return all;
}

void expect_plain_sums(tail_question const& q, tail_answer const& answer) {
    std::uint32_t const none = UINT32_MAX;
    std::size_t const levels = q.tails_ppm.size();
    for (std::size_t a = 0; a + 1 < q.first_set.size(); ++a) {
        std::uint32_t const first = q.first_set[a], last = q.first_set[a + 1];
        ordered_losses const whole = losses_of(q, first, last, none);
        ASSERT_TRUE(answer.worst[a].loss == whole[0].first) << "account " << a;
        ASSERT_EQ(answer.worst[a].scenario, whole[0].second) << "account " << a;
        for (std::size_t l = 0; l < levels; ++l) {
            std::size_t const at = std::max<std::size_t>(
                1, (std::size_t{q.scenarios} * q.tails_ppm[l] + 999'999) / 1'000'000);
            ASSERT_TRUE(answer.losses[a * levels + l].value_at_risk == whole[at - 1].first);
            int128 parts = 0;
            for (std::uint32_t set = first; set < last; ++set) {
                component_loss const& c = answer.components[set * levels + l];
                int128 const rest = losses_of(q, first, last, set)[at - 1].first;
                ASSERT_TRUE(c.incremental == whole[at - 1].first - rest) << "set " << set;
                parts += c.value_at_risk;
            }
            ASSERT_TRUE(first == last || parts == whole[at - 1].first) << "account " << a;
        }
    }
}

void expect_same(backend& ours, tail_question const& q) {
    tail_answer answer(q.batch());
    ours.tails(q.batch(), answer.out());
    ASSERT_TRUE(answer.numbers() == by_formula(q.batch()).numbers())
        << q.first_set.size() - 1 << " accounts, " << q.scenarios << " scenarios";
}

TEST(TailFormula, IsThatOfPlainSumsAndSortedLosses) {
    for (bool coarse : {false, true})
        for (std::uint32_t scenarios : {1u, 2u, 7u, 100u}) {
            tail_question const q = random_question(60, scenarios, coarse, scenarios);
            expect_plain_sums(q, by_formula(q.batch()));
        }
}

class TailContract : public testing::TestWithParam<backend_options> {};

TEST_P(TailContract, SameNumbersAsTheFormula) {
    auto const ours = make_backend(GetParam());
    for (bool coarse : {false, true})
        for (std::size_t accounts : {0u, 1u, 63u, 64u, 65u, 300u})
            for (std::uint32_t scenarios : {1u, 3u, 250u})
                expect_same(*ours, random_question(accounts, scenarios, coarse, accounts + 3));
}

INSTANTIATE_TEST_SUITE_P(Cpu, TailContract, testing::ValuesIn(cpu_backends()), backend_test_name);

TEST(TailContractGpu, SameNumbersAsTheFormula) {
    LOCKSTEP_SKIP_WITHOUT_DEVICE();
    auto const ours = make_backend({backend_kind::cuda, 0, ""});
    for (std::size_t accounts : {0u, 1u, 65u})
        expect_same(*ours, random_question(accounts, 250, accounts % 2 == 0, accounts));
}

TEST(TailContractGpu, ManyAccountsOrScenarios) {
    LOCKSTEP_SKIP_WITHOUT_DEVICE();
    auto const ours = make_backend({backend_kind::cuda, 0, ""});
    expect_same(*ours, random_question(20'000, 250, true, 20'000));  // more than threads
    // So many scenarios that not all accounts fit side by side: scratch for ten blocks of 64.
    tail_question wide = random_question(700, 100'000, false, 5);
    wide.tails_ppm = {1, 100};
    expect_same(*ours, wide);
}

}  // namespace
}  // namespace lockstep
