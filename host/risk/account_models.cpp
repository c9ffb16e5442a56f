#include "host/risk/account_models.h"

#include <algorithm>
#include <utility>

#include "host/base/error.h"
#include "host/io/sha256.h"
#include "host/portfolio/portfolio.h"

namespace lockstep {

account_models::account_models(model_choice choice) : choice_(std::move(choice)) {
    for (model_description const& is : margin_models()) models_.push_back({is, nullptr, 0});
    auto const place = [this](std::string const& name) {
        auto const at = std::find_if(models_.begin(), models_.end(),
                                     [&name](row const& m) { return m.is.name == name; });
        // The complaint of an unknown name lists those that there are.
        if (at == models_.end()) (void)make_margin_model(name, "");
        return static_cast<std::uint8_t>(at - models_.begin());
    };
    default_ = place(choice_.model);
    if (default_ != engine) make(default_);
    for (auto const& [name, file] : choice_.parameters) {
        std::uint8_t const model = place(name);
        if (model == engine)
            throw input_error("the parameters of model " + name + " are the run's preset");
        make(model);
    }
}

std::string account_models::file_of(std::string const& model) const {
    auto const found = choice_.parameters.find(model);
    return found == choice_.parameters.end() ? std::string() : found->second;
}

void account_models::make(std::uint8_t model) {
    row& m = models_[model];
    if (m.formula != nullptr) return;
    std::string const name(m.is.name);
    m.formula = make_margin_model(name, file_of(name));
}

void account_models::assign(std::vector<std::uint8_t> named, std::size_t accounts) {
    by_account_ = std::move(named);
    for (row& m : models_) m.accounts = 0;
    if (by_account_.empty()) {
        models_[default_].accounts = accounts;
        return;
    }
    for (std::uint8_t& model : by_account_) {
        if (model == model_of_the_run) model = default_;
        ++models_[model].accounts;
    }
    for (std::size_t m = 0; m < models_.size(); ++m)
        if (m != engine && models_[m].accounts > 0) make(static_cast<std::uint8_t>(m));
}

std::vector<used_model> account_models::used(std::string const& preset_sha256) const {
    std::vector<used_model> all;
    for (row const& m : models_) {
        if (m.accounts == 0) continue;
        std::string const name(m.is.name);
        used_model one{name, preset_sha256, m.accounts};
        if (&m != &models_[engine]) {
            std::string const text = parameters_of_model(name, file_of(name));
            sha256 digest;
            digest.update(text);
            one.parameters_sha256 = text.empty() ? "" : digest.finish();
        }
        all.push_back(std::move(one));
    }
    return all;
}

}  // namespace lockstep
