#include "host/paths/contract_file.h"

#include <algorithm>
#include <map>
#include <memory>

#include "host/io/byte_source.h"
#include "host/margin/toml_reader.h"

namespace lockstep {
namespace {

constexpr double far = 1e15;

template <class T>
T choose(toml_reader& in, std::string_view key, std::map<std::string, T> const& choices) {
    std::string const text = in.text(key);
    if (auto const found = choices.find(text); found != choices.end()) return found->second;
    std::string names;
    for (auto const& [name, value] : choices) names += (names.empty() ? "" : ", ") + name;
    in.fail(key, "is '" + text + "', it can be " + names);
}

int whole(toml_reader& in, std::string_view key, int low, int high) {
    double const x = in.number(key, low, high);
    if (x != static_cast<int>(x)) in.fail(key, "must be a whole number");
    return static_cast<int>(x);
}

std::map<std::string, path_payoff> const payoffs{
    {"european", path_payoff::european}, {"asian", path_payoff::asian},
    {"worst_of", path_payoff::worst_of}, {"best_of", path_payoff::best_of},
    {"barrier", path_payoff::barrier},   {"american", path_payoff::american}};

void read_barrier(toml_reader& in, path_contract& c) {
    struct kind {
        bool above, in;
    };
    auto const chosen = choose<kind>(in, "barrier_kind",
                                     {{"down_out", {false, false}},
                                      {"down_in", {false, true}},
                                      {"up_out", {true, false}},
                                      {"up_in", {true, true}}});
    c.barrier_above = chosen.above;
    c.knock_in = chosen.in;
    c.barrier = in.number("barrier", 1e-9, far);
    c.continuous = choose<bool>(in, "watched", {{"always", true}, {"dates", false}});
    if (c.continuous != 0 && c.assets > 1)
        in.fail("watched", "can be 'always' for one asset alone");
    double basket = 0.0;
    for (int a = 0; a < c.assets; ++a) basket += c.asset[a].weight * c.asset[a].spot;
    bool const passed = c.barrier_above != 0 ? basket >= c.barrier : basket <= c.barrier;
    if (passed)
        in.fail("barrier", "has been passed: the basket stands at " + std::to_string(basket));
}

void read_assets(toml_reader& in, named_contract& n) {
    path_contract& c = n.contract;
    in.tables("asset", [&](toml_reader asset) {
        if (c.assets == path_assets_max)
            in.fail("asset", "is listed more often than " + std::to_string(path_assets_max));
        std::string const name = asset.text("name");
        if (std::ranges::find(n.assets, name) != n.assets.end())
            asset.fail("name", "is '" + name + "', which is listed already");
        n.assets.push_back(name);
        path_asset& a = c.asset[c.assets++];
        a.spot = asset.number("spot", 1e-9, far);
        a.vol = asset.number("vol", 1e-6, 10);
        a.dividend = asset.has("dividend") ? asset.number("dividend", -1, 1) : 0.0;
        a.weight = asset.has("weight") ? asset.number("weight", 1e-12, far) : 1.0;
        asset.expect_no_other_keys();
    });
    if (c.assets == 0) in.fail("asset", "must hold at least one");
}

/// Every pair must be there, once: a correlation that is not given is not zero.
void read_correlations(toml_reader& in, named_contract& n) {
    path_contract& c = n.contract;
    double matrix[path_assets_max][path_assets_max] = {};
    bool given[path_assets_max][path_assets_max] = {};
    for (int a = 0; a < c.assets; ++a) matrix[a][a] = 1.0;
    auto const place = [&](toml_reader& pair, char const* key) {
        std::string const name = pair.text(key);
        auto const found = std::ranges::find(n.assets, name);
        if (found == n.assets.end()) pair.fail(key, "is '" + name + "', which is no asset");
        return static_cast<int>(found - n.assets.begin());
    };
    if (c.assets > 1 || in.has("correlation"))
        in.tables("correlation", [&](toml_reader pair) {
            int const a = place(pair, "first"), b = place(pair, "second");
            if (a == b) pair.fail("second", "is the first");
            if (given[a][b]) pair.fail("value", "is given twice for this pair");
            given[a][b] = given[b][a] = true;
            matrix[a][b] = matrix[b][a] = pair.number("value", -1, 1);
            pair.expect_no_other_keys();
        });
    for (int a = 0; a < c.assets; ++a)
        for (int b = 0; b < a; ++b)
            if (!given[a][b])
                in.fail("correlation", "lacks " + n.assets[static_cast<std::size_t>(b)] + " and " +
                                           n.assets[static_cast<std::size_t>(a)]);
    if (!factor_correlation(matrix, c.assets, c.factor))
        in.fail("correlation", "is not positive definite: no assets can be correlated like this");
}

int dates_of(toml_reader& in, path_contract const& c) {
    bool const on_the_way = c.payoff == path_payoff::asian || c.payoff == path_payoff::barrier ||
                            c.payoff == path_payoff::american;
    if (!on_the_way) return 1;
    int const most = std::min(path_dates_max, path_numbers_max / c.assets);
    return whole(in, "dates", 1, most);
}

std::string whole_text(std::string const& file) {
    auto const source = open_bytes(file);
    std::string text;
    char piece[4096];
    while (std::size_t const n = source->read(piece)) text.append(piece, n);
    return text;
}

}  // namespace

named_contract read_contract(std::string const& file) {
    toml::table const table = parse_toml(whole_text(file), file);
    toml_reader in(table, file);
    named_contract n;
    path_contract& c = n.contract;
    c.payoff = choose(in, "payoff", payoffs);
    c.put = choose<bool>(in, "type", {{"C", false}, {"P", true}});
    c.strike = in.number("strike", 1e-9, far);
    c.time = in.number("time", 1e-6, 100);
    c.rate = in.has("rate") ? in.number("rate", -1, 1) : 0.0;
    read_assets(in, n);
    read_correlations(in, n);
    c.dates = dates_of(in, c);
    if (c.payoff == path_payoff::barrier) read_barrier(in, c);
    c.control = c.payoff == path_payoff::asian && c.assets == 1;
    in.expect_no_other_keys();
    return n;
}

}  // namespace lockstep
