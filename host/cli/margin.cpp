// `lockstep margin`: one portfolio, one model, one answer in JSON.
#include <fmt/core.h>

#include <memory>
#include <string>
#include <vector>

#include "host/base/error.h"
#include "host/cli/checks.h"
#include "host/cli/command.h"
#include "host/cli/say.h"
#include "host/margin/query/answer.h"

namespace lockstep {
namespace {

struct margin_command {
    std::string model, portfolio, preset;
    std::vector<std::string> add;
};

std::string margin_help() {
    std::string text =
        "The portfolio is one JSON document: time, cash, underlyings with their expiries, legs "
        "with "
        "size and vol (data/FORMATS.md has every key; data/sample/margin.json is "
        "one). Legs of one instrument are one position.\n\nModels:\n";
    for (model_description const& m : margin_models())
        text += fmt::format("  {:<18}{}\n", m.name, m.what);
    return text +
           "\nLegs of --add are traded at the market, at the model's own values: cash pays for\n"
           "them or is paid (`cash_change`), and a position that is closed leaves its gain.\n"
           "\nExit codes: 0 answered, 2 usage, 3 a file cannot be used: file and key are named.\n"
           "\nExamples:\n"
           "  lockstep margin --model pmrm --portfolio data/sample/margin.json\n"
           "  lockstep margin --model srm --portfolio data/sample/margin.json "
           "--add ETH_USDC-27MAR26-3000-C:-2@0.71\n"
           "  lockstep margin --model pmrm --preset my.toml --portfolio book.json\n"
           "  lockstep margin --model span --preset cme.pa2 --portfolio book.json\n";
}

/// What models say of a portfolio says which file it is in.
template <class Ask>
auto named_by(std::string const& file, Ask&& asked) try {
    return asked();
} catch (input_error const& error) {
    throw input_error(file + ": " + error.what());
}

/// A vol in percent gives an answer, and a wrong one.
void doubt_vol(std::string const& whose, query_leg const& leg) {
    constexpr double usual_most = 5;
    if (leg.vol && *leg.vol > usual_most)
        say("lockstep: {}: vol {} is {} %: a vol is a fraction\n", whose, *leg.vol, *leg.vol * 100);
}

exit_code run(margin_command const& command) {
    auto const model = make_margin_model(command.model, command.preset);
    margin_query const query = read_margin_query(command.portfolio);
    std::string const file = shown_name(command.portfolio);
    full_answer const before = named_by(file, [&] { return answer_query(*model, query); });
    for (std::string const& key : before.not_counted)
        say("lockstep: {}: `{}` is not counted by model {}\n", file, key, command.model);
    for (query_leg const& leg : query.legs) doubt_vol(file + ": " + named(leg), leg);
    fmt::print("{}", named_by(file, [&] {
                   if (command.add.empty()) return answer_json(command.model, before, nullptr);
                   what_if_answer const traded = named_by("with --add", [&] {
                       for (std::string const& text : command.add)
                           doubt_vol("--add " + text, parse_leg(text));
                       return answer_what_if(*model, query, before, command.add);
                   });
                   return answer_json(command.model, before, &traded);
               }));
    return exit_code::done;
}

}  // namespace

void add_margin_command(CLI::App& app, exit_code& result) {
    auto* command = app.add_subcommand(
        "margin", "Answer one portfolio by one margin model, as JSON, with what-if legs");
    auto chosen = std::make_shared<margin_command>();
    command->footer(margin_help());
    command->add_option("--model", chosen->model, "One of the models below")
        ->required()
        ->check(known_margin_model())
        ->type_name("NAME");
    command->add_option("--portfolio", chosen->portfolio, "JSON document of the portfolio")
        ->required()
        ->type_name("FILE");
    command
        ->add_option("--preset", chosen->preset,
                     "TOML file of the model's parameters; for span also an exchange's .pa2 file")
        ->type_name("FILE");
    command
        ->add_option(
            "--add", chosen->add,
            "what if this leg were traded at the market: NAME:SIZE or NAME:SIZE@VOL; may be "
            "repeated. Its price is paid from the cash or comes to it")
        ->type_name("LEG");
    command->callback([chosen, &result] { result = run(*chosen); });
}

}  // namespace lockstep
