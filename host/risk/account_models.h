// Which margin model each account is held to. Most are held to the scenario engine, whose numbers
// come from a backend; the others ask a formula about each of their netting sets
// (host/risk/formula_margin.h).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "host/margin/query/model.h"
#include "pricing/base/ids.h"

namespace lockstep {

/// What margins the accounts that name no model, and whose parameters the models take.
struct model_choice {
    std::string model = "deribit";
    std::map<std::string, std::string>
        parameters;  // TOML files by model; built in where there is none
};

/// What the manifest says of a model.
struct used_model {
    std::string name;
    std::string parameters_sha256;  // empty for a model without parameters
    std::uint64_t accounts = 0;
};

class account_models {
  public:
    /// The scenario engine: the first of margin_models().
    static constexpr std::uint8_t engine = 0;

    /// Throws input_error for a model that is not known and for parameters that cannot be used.
    explicit account_models(model_choice choice = {});

    /// `named` is portfolio::models; `accounts` of them.
    void assign(std::vector<std::uint8_t> named, std::size_t accounts);

    /// True when no account asks a formula.
    bool engine_alone() const { return by_account_.empty() && default_ == engine; }
    std::uint8_t of(account_id account) const {
        return by_account_.empty() ? default_ : by_account_[account.value];
    }
    std::string_view name(std::uint8_t model) const { return models_[model].is.name; }
    margin_model const& formula(std::uint8_t model) const { return *models_[model].formula; }

    /// Whether a model other than the engine is asked about each netting set, or about the account.
    bool asks_netting_sets(std::uint8_t model) const {
        return model != engine && formula(model).takes_netting_sets();
    }
    bool asks_whole_accounts(std::uint8_t model) const {
        return model != engine && !formula(model).takes_netting_sets();
    }

    /// The models that margin some account, in the order of margin_models(). The engine's
    /// parameters are the preset, whose digest the caller knows.
    std::vector<used_model> used(std::string const& preset_sha256) const;

  private:
    struct row {
        model_description is;
        std::unique_ptr<margin_model> formula;  // once some account asks it
        std::uint64_t accounts = 0;
    };
    std::string file_of(std::string const& model) const;
    void make(std::uint8_t model);

    model_choice choice_;
    std::vector<row> models_;
    std::uint8_t default_ = engine;
    std::vector<std::uint8_t> by_account_;  // empty: all are held to the default
};

}  // namespace lockstep
