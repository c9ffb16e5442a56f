// Makers of the models, for the table in model.cpp alone. The text is the model's parameters, TOML;
// `origin` names it in complaints.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "host/margin/query/model.h"

namespace lockstep {

std::unique_ptr<margin_model> make_pmrm_model(std::string_view text, std::string const& origin);
std::unique_ptr<margin_model> make_srm_model(std::string_view text, std::string const& origin);
std::unique_ptr<margin_model> make_leverage_model(std::string_view text, std::string const& origin);
std::unique_ptr<margin_model> make_span_model(std::string_view text, std::string const& origin);
/// The text is a .pa2 file.
std::unique_ptr<margin_model> make_span_file_model(std::string_view text,
                                                   std::string const& origin);
std::unique_ptr<margin_model> make_reg_t_model();
std::unique_ptr<margin_model> make_tims_model(std::string_view text, std::string const& origin);
/// `preset` is a name or a file as load_preset takes them.
std::unique_ptr<margin_model> make_deribit_model(std::string const& preset);
std::unique_ptr<margin_model> make_deribit_cross_model(std::string const& preset);
std::unique_ptr<margin_model> make_standard_model(std::string_view text, std::string const& origin);

}  // namespace lockstep
