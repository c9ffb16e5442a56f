// Fills margin/model/pmrm.h from a portfolio and its TOML parameters.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "host/margin/query/models.h"
#include "host/margin/query/pmrm_book.h"
#include "host/margin/query/preset_checks.h"
#include "host/margin/toml_reader.h"

namespace lockstep {

namespace {

pmrm::vol_move move_of(std::string const& word, toml_reader const& in, std::string_view key) {
    if (word == "none") return pmrm::vol_move::none;
    if (word == "up") return pmrm::vol_move::up;
    if (word == "down") return pmrm::vol_move::down;
    if (word == "linear") return pmrm::vol_move::linear;
    if (word == "absolute") return pmrm::vol_move::absolute;
    in.fail(key, "must hold none, up, down, linear or absolute, not '" + word + "'");
}

std::vector<pmrm::scenario> read_scenarios(toml_reader&& in) {
    std::vector<pmrm::scenario> all;
    in.tables("grid", [&all](toml_reader&& row) {
        double const move = row.number("move", -0.999, 100);
        for (std::string const& word : row.texts("vol"))
            all.push_back({1.0 + move, 1.0, move_of(word, row, "vol")});
        row.expect_no_other_keys();
    });
    std::vector<double> const tails = in.numbers("tails", 1e-6, 1000);
    std::vector<double> const dampening = in.numbers("tail_dampening", 0, 1000);
    if (tails.size() != dampening.size())
        in.fail("tail_dampening", "must hold one number for each of 'tails'");
    for (std::size_t i = 0; i < tails.size(); ++i)
        all.push_back({tails[i], dampening[i], pmrm::vol_move::up});
    std::vector<std::string> const skew = in.texts("skew");
    std::vector<double> weights(skew.size(), 1.0);
    if (in.has("skew_dampening")) weights = in.numbers("skew_dampening", 0, 1000);
    if (weights.size() != skew.size())
        in.fail("skew_dampening", "must hold one number for each of 'skew'");
    for (std::size_t i = 0; i < skew.size(); ++i)
        all.push_back({1.0, weights[i], move_of(skew[i], in, "skew")});
    in.expect_no_other_keys();
    return all;
}

/// Every parameter is a number of its table under its own name, within what its formula can take.
struct pmrm_field {
    char const* key;
    double* into;
    double low, high;
};

constexpr double share_max = 100, tiny = 1e-6;

pmrm::parameters read_parameters(toml_reader& root) {
    pmrm::parameters p{};
    auto const read = [&root](char const* table, std::vector<pmrm_field> const& fields,
                              std::vector<not_below> const& ordered = {}) {
        toml_reader in = root.table(table);
        for (pmrm_field const& f : fields) *f.into = in.number(f.key, f.low, f.high);
        expect_ordered(in, table, ordered);
        in.expect_no_other_keys();
    };
    read("vol", {{"range_up", &p.vol.range_up, 0, share_max},
                 {"range_down", &p.vol.range_down, 0, share_max},
                 {"floor_up", &p.vol.floor_up, 0, share_max},
                 {"power_short", &p.vol.power_short, 0, 10},
                 {"power_long", &p.vol.power_long, 0, 10},
                 {"days_min", &p.vol.days_min, tiny, 36500}});
    // What comes late counts for less when it is a gain and for more when it is a debt.
    read("margin",
         {{"initial", &p.margin.initial, 0, share_max},
          {"maintenance", &p.margin.maintenance, 0, share_max},
          {"rate_factor_positive", &p.margin.rate_factor_positive, 0, share_max},
          {"add_positive", &p.margin.add_positive, 0, share_max},
          {"base_positive", &p.margin.base_positive, 0, 1},
          {"rate_factor_negative", &p.margin.rate_factor_negative, 0, share_max},
          {"add_negative", &p.margin.add_negative, 0, share_max},
          {"base_negative", &p.margin.base_negative, 1, share_max}},
         {{"initial", "maintenance"}});
    read("basis", {{"up", &p.basis.up, 1, share_max},
                   {"down", &p.basis.down, tiny, 1},
                   {"add", &p.basis.add, 0, share_max},
                   {"by_year", &p.basis.by_year, 0, share_max}});
    auto& c = p.other;
    read("contingency", {{"peg_threshold", &c.peg_threshold, 0, share_max},
                         {"peg_factor", &c.peg_factor, 0, share_max},
                         {"confidence_threshold", &c.confidence_threshold, 0, 1},
                         {"confidence_share", &c.confidence_share, 0, share_max},
                         {"perpetual_initial", &c.perpetual_initial, 0, share_max},
                         {"perpetual_maintenance", &c.perpetual_maintenance, 0, share_max},
                         {"short_option_initial", &c.short_option_initial, 0, share_max},
                         {"short_option_maintenance", &c.short_option_maintenance, 0, share_max}});
    // A cap and a width may shrink with time.
    read("skew", {{"linear_cap", &p.skew.linear_cap, 0, share_max},
                  {"linear_by_root_year", &p.skew.linear_by_root_year, -share_max, share_max},
                  {"absolute_cap", &p.skew.absolute_cap, 0, share_max},
                  {"absolute_by_root_year", &p.skew.absolute_by_root_year, -share_max, share_max},
                  {"width_min", &p.skew.width_min, tiny, share_max},
                  {"width_factor", &p.skew.width_factor, 0, share_max},
                  {"width_static", &p.skew.width_static, 0, share_max},
                  {"width_by_root_year", &p.skew.width_by_root_year, -share_max, share_max}});
    return p;
}

std::string describe(pmrm::scenario const& s) {
    char const* vol = s.vol == pmrm::vol_move::up     ? "up"
                      : s.vol == pmrm::vol_move::down ? "down"
                                                      : "same";
    std::string text = s.vol == pmrm::vol_move::linear ? "smile slope"
                       : s.vol == pmrm::vol_move::absolute
                           ? "smile bend"
                           : fmt::format("{:+.4g} %, vol {}", 100 * (s.price_multiplier - 1), vol);
    if (s.dampening != 1) text += fmt::format(", {:.4g} of it", s.dampening);
    return text;
}

class pmrm_model : public margin_model {
  public:
    pmrm_model(std::vector<pmrm::scenario> scenarios, pmrm::parameters const& p)
        : scenarios_(std::move(scenarios)), parameters_(p) {}

    std::uint32_t keys_read() const override {
        return query_key::cash_price | query_key::confidence | query_key::perpetual_confidence |
               query_key::expiry_confidence | query_key::of_positions | query_key::rate |
               query_key::vol | query_key::collateral | query_key::haircuts |
               query_key::collateral_confidence | query_key::moves_with_spot;
    }
    margin_answer answer_to(margin_query const& query) const override {
        pmrm_book const book(query, view_of(scenarios_), parameters_);
        std::vector<double> gains(scenarios_.size());
        pmrm::result const r = book.whole(view_of(gains));
        margin_answer a;
        static_cast<margin_amounts&>(a) = amounts_of(r);
        a.parts = {{"worst_gain", r.worst_gain},
                   {"initial_factor", r.initial_factor},
                   {"maintenance_factor", parameters_.margin.maintenance},
                   {"basis_contingency", r.basis_contingency},
                   {"maintenance_contingency", r.maintenance_contingency},
                   {"initial_contingency", r.initial_contingency},
                   {"confidence_contingency", r.confidence_contingency},
                   {"options_value", r.options_value},
                   {"collateral_value", r.collateral_value}};
        for (std::size_t s = 0; s < scenarios_.size(); ++s)
            a.scenarios.push_back({describe(scenarios_[s]), gains[s]});
        a.scenarios.push_back({"forward moves alone (basis)", r.basis_contingency});
        return a;
    }
    std::vector<margin_amounts> amounts_without_each(margin_query const& query) const override {
        pmrm_book const book(query, view_of(scenarios_), parameters_);
        std::vector<margin_amounts> all;
        for (std::size_t leg = 0; leg < query.legs.size(); ++leg)
            all.push_back(amounts_of(book.without(leg)));
        return all;
    }

  private:
    static margin_amounts amounts_of(pmrm::result const& r) {
        if (r.faulty) throw input_error("model pmrm: a leg cannot be valued in every scenario");
        return {.equity = r.mark_to_market,
                .initial = r.mark_to_market - r.initial,
                .maintenance = r.mark_to_market - r.maintenance};
    }

    std::vector<pmrm::scenario> scenarios_;
    pmrm::parameters parameters_;
};

}  // namespace

std::unique_ptr<margin_model> make_pmrm_model(std::string_view text, std::string const& origin) {
    toml::table const root = parse_toml(text, origin);
    toml_reader in(root, origin);
    expect_name_of(in, "pmrm");
    std::vector<pmrm::scenario> scenarios = read_scenarios(in.table("scenarios"));
    pmrm::parameters const p = read_parameters(in);
    in.expect_no_other_keys();
    return std::make_unique<pmrm_model>(std::move(scenarios), p);
}

}  // namespace lockstep
