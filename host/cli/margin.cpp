// `lockstep margin`: one portfolio, one model, one answer in JSON.
#include <fmt/core.h>

#include <memory>
#include <string>
#include <vector>

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
           "\nExamples:\n"
           "  lockstep margin --model pmrm --portfolio data/sample/margin.json\n"
           "  lockstep margin --model srm --portfolio data/sample/margin.json "
           "--add ETH_USDC-27MAR26-3000-C:-2@0.71\n"
           "  lockstep margin --model pmrm --preset my.toml --portfolio book.json\n"
           "  lockstep margin --model span --preset cme.pa2 --portfolio book.json\n";
}

exit_code run(margin_command const& command) {
    auto const model = make_margin_model(command.model, command.preset);
    margin_query query = read_margin_query(command.portfolio);
    full_answer const before = answer_query(*model, query);
    for (std::string const& key : before.not_counted)
        say("lockstep: {}: `{}` is not counted by model {}\n", command.portfolio, key,
            command.model);
    if (command.add.empty()) {
        fmt::print("{}", answer_json(command.model, before, {}, nullptr));
        return exit_code::done;
    }
    add_legs(query, command.add);
    full_answer const after = answer_query(*model, query);
    fmt::print("{}", answer_json(command.model, before, command.add, &after));
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
        ->add_option("--add", chosen->add,
                     "what if this leg came on top: NAME:SIZE or NAME:SIZE@VOL; may be repeated")
        ->type_name("LEG");
    command->callback([chosen, &result] { result = run(*chosen); });
}

}  // namespace lockstep
