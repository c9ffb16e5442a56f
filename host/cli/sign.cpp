// `lockstep keygen`: a key in a file. `lockstep sign`: a log in, the same log with signatures out.
#include <fmt/core.h>
#include <oneapi/tbb/info.h>

#include <memory>
#include <string>

#include "host/base/error.h"
#include "host/cli/checks.h"
#include "host/cli/command.h"
#include "host/io/hex.h"
#include "host/io/output_file.h"
#include "host/keys/log_signer.h"
#include "host/log/block_source.h"
#include "host/log/log_writer.h"

namespace lockstep {

namespace {

struct sign_command_flags {
    std::string log, key, out, exchange;
    std::uint32_t number = 0, account = 0;
    bool bound = false, of_operator = false;
    std::uint64_t nonce = 1;
};

exit_code sign(sign_command_flags const& flags) {
    keep_apart(flags.out, {flags.log, flags.key});
    signing_start start{.nonce = flags.nonce};
    if (!flags.exchange.empty() && !read_hex(flags.exchange, start.exchange.bytes))
        throw CLI::ValidationError("--exchange", "is not 64 lower-case hexadecimal digits");
    if (flags.bound != !flags.exchange.empty())
        throw CLI::ValidationError("--exchange",
                                   "goes with --number, for a log that does not bind the key");
    private_key secret = private_key::read(flags.key);
    if (flags.bound) start.keys = UINT32_MAX / 2;  // the key is known: no number has to be counted
    log_signer signer(start);
    if (flags.bound)
        signer.add_bound(std::move(secret), flags.number, flags.account, flags.of_operator);
    else
        signer.add(std::move(secret));
    auto const log = open_log(flags.log);
    auto const out = make_log_writer(flags.out);
    std::uint64_t commands = 0, made = 0;
    for (block b; log->next(b);) {
        made += signer.sign(b, tbb::info::default_concurrency());
        commands += b.commands.size();
        out->write(b);
    }
    if (!signer.has_bound_one())
        throw input_error(
            fmt::format("{}: binds no such key as {}; where an exchange knows it "
                        "already, give --number and --exchange",
                        flags.log, flags.key));
    fmt::print("{}: {} of {} commands signed\n", flags.out, made, commands);
    fmt::print("exchange {}\n", hex_text(signer.exchange().bytes, sizeof signer.exchange().bytes));
    expect_printed();
    out->commit();
    return exit_code::done;
}

}  // namespace

void add_keygen_command(CLI::App& app, exit_code& result) {
    auto* command = app.add_subcommand("keygen", "Make an Ed25519 key for signing commands");
    auto out = std::make_shared<std::string>();
    command->add_option("--out", *out, "File for the private key (PEM); must not exist")
        ->required();
    command->footer(
        "Prints the public key, as a set_key command carries it.\n\n"
        "Example:\n  lockstep keygen --out operator.pem");
    command->callback([out, &result] {
        keep_apart(*out, {});
        private_key const made = private_key::generate();
        made.write(*out);
        fmt::print("{}\n", hex_text(made.public_part().bytes, sizeof(public_key)));
        result = exit_code::done;
    });
}

void add_sign_command(CLI::App& app, exit_code& result) {
    auto* command = app.add_subcommand("sign", "Sign the commands of a log that one key may sign");
    auto flags = std::make_shared<sign_command_flags>();
    command->add_option("--log", flags->log, "Log: binary or JSON lines")->required();
    command->add_option("--key", flags->key, "Private key (PEM), as keygen writes it")->required();
    command
        ->add_option("--out", flags->out, "Log with signatures; JSON lines when it ends in .jsonl")
        ->required();
    command->add_option("--nonce", flags->nonce, "Of the first signature; then one more each")
        ->check(CLI::Range(std::uint64_t{1}, UINT64_MAX))
        ->capture_default_str();
    auto* number = command->add_option("--number", flags->number,
                                       "Number of the key, where the log does not bind it");
    auto* account = command->add_option("--account", flags->account, "Whose key it is");
    auto* operators =
        command->add_flag("--operator", flags->of_operator, "It is an operator's key");
    command->add_option("--exchange", flags->exchange,
                        "Id of the exchange (manifest.json of a run)");
    account->needs(number)->excludes(operators);
    operators->needs(number);
    command->footer(
        "A log that begins with the exchange says which account and number the key has; commands\n"
        "that are signed already are left as they are, so that several keys sign one after the "
        "other.\n"
        "Keys are numbered as if every command that binds one succeeds: what follows one that the\n"
        "exchange refuses is signed as a log of its own, with --number.\n\n"
        "Examples:\n"
        "  lockstep sign --log day.jsonl --key operator.pem --out signed.jsonl\n"
        "  lockstep sign --log orders.jsonl --key mine.pem --number 7 --account 3 --nonce 120 \\\n"
        "                --exchange 5f0c... --out signed.jsonl");
    command->callback([flags, number, account, operators, &result] {
        flags->bound = number->count() > 0;
        if (flags->bound && account->count() + operators->count() != 1)
            throw CLI::ValidationError("--number", "needs --account or --operator");
        result = sign(*flags);
    });
}

}  // namespace lockstep
