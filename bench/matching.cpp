// `lockstep bench matching`: one book on one core, in a calm, a swinging and a crashing market.
#include <fmt/core.h>
#include <time.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "bench/benches.h"
#include "bench/inputs.h"
#include "bench/plain_book.h"
#include "host/book/order_book.h"
#include "host/generate/market_flow.h"

namespace lockstep::bench {

namespace {

/// Messages before the clock starts: the book is about as full then as it will ever be. Small forms
/// are content with less.
std::size_t warm_up_of(std::size_t messages) {
    return std::min<std::size_t>(400'000, 16 * messages);
}
constexpr std::size_t at_once = 256;

/// One core's own time, which is what messages per second and core are about: a book belongs to one
/// thread, and who else wants that core does not change what a message costs.
double own_seconds() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}
template <class Work>
double own_time(Work&& work) {
    double const start = own_seconds();
    work();
    return own_seconds() - start;
}

/// Takes in every field of every report, in order; quick beside a book.
struct listener {
    std::uint64_t digest = 0;
    std::uint64_t reports = 0;
    std::uint64_t kinds[16]{};
    void operator()(book_report const& r) {
        std::uint64_t words[8];
        std::memcpy(words, &r, sizeof words);
        std::uint64_t mixed = 0;
        for (std::uint64_t i = 0; i < 8; ++i)
            mixed +=
                (words[i] ^ words[i] >> 29) * (0x9e3779b97f4a7c15u + 2 * i * 0xd1342543de82ef95u);
        digest = (digest + mixed) * 0xbf58476d1ce4e5b9u;
        digest ^= digest >> 31;
        ++reports;
        ++kinds[static_cast<int>(r.kind)];
    }
};

struct matching_work {
    market_mood mood{};
    std::size_t messages = 0;
    std::uint64_t seed = 0;
    std::size_t warm_up = 0;
    std::vector<book_command> commands;  // of the warm-up and the timed part
    listener heard;                      // of the timed part
    std::int64_t traded = 0;             // by the plain book

    template <class Apply>
    void warm(market_flow& flow, Apply&& apply) const {
        book_command c;
        for (std::size_t i = 0; i < warm_up; ++i) {
            flow.next(c);
            apply(c);
        }
    }

    double run_with_generator() {
        auto const book = std::make_unique<order_book>();
        market_flow flow(mood, seed);
        warm(flow, [&](book_command const& c) { book->apply(c, [](book_report const&) {}); });
        heard = {};
        return own_time([&] {
            book_command batch[at_once];
            for (std::size_t done = 0; done < messages; done += at_once) {
                std::size_t const count = std::min(at_once, messages - done);
                for (std::size_t i = 0; i < count; ++i) flow.next(batch[i]);
                for (std::size_t i = 0; i < count; ++i) book->apply(batch[i], heard);
            }
        });
    }
    double run_alone() {
        auto const book = std::make_unique<order_book>();
        for (std::size_t i = 0; i < warm_up; ++i)
            book->apply(commands[i], [](book_report const&) {});
        heard = {};
        return own_time([&] {
            for (std::size_t i = warm_up; i < commands.size(); ++i) book->apply(commands[i], heard);
        });
    }
    double run_plain() {
        plain_book book;
        for (std::size_t i = 0; i < warm_up; ++i) book.apply(commands[i]);
        double const seconds = own_time([&] {
            for (std::size_t i = warm_up; i < commands.size(); ++i) book.apply(commands[i]);
        });
        traded = book.traded();
        return seconds;
    }
    std::string digest() const { return digest_text({heard.digest, heard.reports}); }
};

/// The book that goes on after a journey as rows, half way, must say what the other one says;
/// nothing may cross and positions must sum to zero. (Byte for byte against a slow book: in the
/// tests.)
std::string check_matching(matching_work const& work) {
    auto straight = std::make_unique<order_book>();
    auto travelled = std::make_unique<order_book>();
    listener first, second;
    std::size_t const half = work.commands.size() / 2;
    for (std::size_t i = 0; i < work.commands.size(); ++i) {
        if (i == half) {
            auto fresh = std::make_unique<order_book>();
            fresh->import_rows(travelled->export_rows());
            travelled = std::move(fresh);
        }
        straight->apply(work.commands[i], first);
        travelled->apply(work.commands[i], second);
        std::int64_t const bid = straight->best(order_side::buy);
        std::int64_t const offer = straight->best(order_side::sell);
        if (bid != 0 && offer != 0 && bid >= offer)
            throw check_failed(
                fmt::format("matching: bid {} meets offer {} after message {}", bid, offer, i + 1));
    }
    std::int64_t sum = 0;
    for (auto const& p : straight->export_rows().positions) sum += p.position;
    if (sum != 0) throw check_failed(fmt::format("matching: positions sum to {}", sum));
    if (first.digest != second.digest || first.reports != second.reports)
        throw check_failed("matching: a book that was stored half way answers otherwise");
    auto const n = static_cast<double>(work.commands.size());
    auto const share = [&](report_kind kind) {
        return 100.0 * static_cast<double>(first.kinds[static_cast<int>(kind)]) / n;
    };
    return fmt::format(
        "same reports when stored and brought back half way, never crossed, positions sum to 0; "
        "{} orders open; in 100 messages {:.0f} rest, {:.0f} fills, {:.0f} cancels, {:.0f} amends, "
        "{:.1f} triggers, {:.0f} refused (too late, mostly)",
        straight->open_orders(), share(report_kind::rested), share(report_kind::filled),
        share(report_kind::cancelled), share(report_kind::amended) + share(report_kind::replaced),
        share(report_kind::triggered), share(report_kind::rejected));
}

}  // namespace

void bench_matching(settings const& chosen, case_sink const& sink) {
    constexpr std::pair<market_mood, char const*> moods[] = {
        {market_mood::calm, "calm"},
        {market_mood::swinging, "swinging"},
        {market_mood::crashing, "crashing"},
    };
    auto const sizes = chosen.sizes.empty() ? std::vector<std::size_t>{1'000'000} : chosen.sizes;
    for (std::size_t const size : sizes)
        for (auto const& [mood, name] : moods) {
            auto const state = std::make_shared<matching_work>();
            state->mood = mood;
            state->messages = size;
            state->seed = chosen.seed;
            state->warm_up = warm_up_of(size);
            market_flow flow(mood, chosen.seed);
            state->commands.resize(state->warm_up + size);
            for (auto& c : state->commands) flow.next(c);
            bench_case work;
            work.name = fmt::format("matching, {} market", name);
            work.size = size;
            work.size_of_what = "messages";
            work.items = static_cast<double>(size);
            work.item = "message";
            work.check = [state] { return check_matching(*state); };
            work.contenders = {
                {"book, generator included", 1, [=] { return state->run_with_generator(); },
                 [=] { return state->digest(); }},
                {"book alone", 1, [=] { return state->run_alone(); },
                 [=] { return state->digest(); }},
                {"plain book of std::map, std::list", 1, [=] { return state->run_plain(); }, {}},
            };
            work.peer = "plain book of std::map, std::list";
            sink(work);
        }
}

}  // namespace lockstep::bench
