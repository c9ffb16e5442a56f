// A margin model answers one portfolio. Each is a preset over the scenario engine or a rule of
// margin/model; here it only reads parameters, fills in plain structs and reports the parts.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/margin/query/keys.h"

namespace lockstep {

/// As an answer shows them what amounts add up to, exactly.
inline double units(int128 nanos) { return static_cast<double>(nanos) / 1e9; }

struct margin_part {
    std::string name;
    double amount;           // not a number where there is none
    std::string why_none{};  // the reason then
};

struct scenario_line {
    std::string description;
    double gain;
};

/// Amounts in the currency that the portfolio's cash is in. Requirements are what a model asks for,
/// >= 0; equity is what there is.
struct margin_amounts {
    double equity = 0;
    double initial = 0, maintenance = 0;
};

/// Parts need not add up: a model says what each is.
struct margin_answer : margin_amounts {
    /// True where the value of an option is no collateral for anything else: who counts it as
    /// equity asks for it too, at the same value. What of it the requirements hold already is
    /// `value_asked_for`, which equity then holds as well.
    bool options_are_paid_in_full = false;
    double value_asked_for = 0;
    /// What the options are worth that equity leaves out, where it is the balance beside them. With
    /// it equity is what the account is worth.
    double value_beside_equity = 0;
    std::vector<margin_part> parts;
    std::vector<scenario_line> scenarios;  // of scenario models, in the model's order
};

class margin_model {
  public:
    virtual ~margin_model() = default;
    /// Throws input_error when the portfolio lacks what the model needs, holds what has expired or
    /// settles in several assets, naming the leg.
    margin_answer evaluate(margin_query const& query) const {
        if (legs_name_their_day()) expect_none_expired(query);
        expect_one_asset(query, takes_netting_sets());
        if (keys_read() & query_key::haircuts) expect_haircuts(query);
        return answer_to(query);
    }
    /// What the answer would be without each of the legs by itself: to the bit that of the
    /// portfolio of the others. Of a portfolio that has been evaluated.
    virtual std::vector<margin_amounts> amounts_without_each(margin_query const& query) const = 0;
    /// False for a model that looks at an account across its assets: it cannot be asked about the
    /// netting sets of a nightly run one by one.
    virtual bool takes_netting_sets() const { return true; }
    /// Those of the keys that may be left out which this model reads: query_key.
    virtual std::uint32_t keys_read() const = 0;
    /// Keys of the portfolio that say something which this model does not count.
    std::vector<std::string> not_counted(margin_query const& query) const {
        return keys_not_read(query, keys_read());
    }
    /// What one unit of the portfolio's cash adds to equity.
    virtual double worth_of_cash(margin_query const&) const { return 1; }

  private:
    virtual margin_answer answer_to(margin_query const& query) const = 0;
    /// False where any day of a contract's month names it.
    virtual bool legs_name_their_day() const { return true; }
};

struct model_description {
    std::string_view name, what;
};

/// Where an amount leaves the models: what there is of it beyond `paid`, in nanos, rounded as
/// asked. A double is known to a part in 2^52 of itself, or of the larger that it is the difference
/// of: a whole number of nanos within that is the amount, and rounding does not go past it. So what
/// units() made comes back, up to 2^52 nanos.
checked_int64 in_nanos(double whole, rounding direction, double paid = 0);

/// An amount that a portfolio states, to the nearest nano. Throws input_error: `what` is too large.
std::int64_t nanos_of(double stated, std::string const& what);
/// A value as in_nanos rounds it down. Throws as well.
std::int64_t nanos_down(double value, std::string const& what);

/// What a leg that is no option has gained on `held` units since it was entered, rounded down once,
/// and the funding that it is still to receive. Exact where sizes and prices have nine decimals at
/// most. Added up in integers the order of legs is no matter. Throws input_error for what is too
/// large.
int128 open_gain(std::string const& model, query_leg const& leg, double held, double price);

/// Every model that there is.
std::vector<model_description> margin_models();
/// Their names, separated by commas.
std::string margin_model_names();

/// By name. `preset` is a TOML file of the model's parameters, or empty for the built-in ones.
/// Throws input_error for a name that is not known.
std::unique_ptr<margin_model> make_margin_model(std::string const& name, std::string const& preset);

/// The text of the parameters that make_margin_model reads; empty for a model without any. For
/// manifests: whoever digests it says which parameters a number was made with.
std::string parameters_of_model(std::string const& name, std::string const& preset);

}  // namespace lockstep
