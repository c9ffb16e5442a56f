// `lockstep verify-proof`: is this row in the state with this root? The proof and the root are all
// that is looked at.
#include <fmt/core.h>

#include <array>
#include <memory>
#include <string>

#include "host/base/error.h"
#include "host/cli/command.h"
#include "host/io/byte_source.h"
#include "host/root/proof_json.h"

namespace lockstep {

namespace {

// Larger than any proof: a leaf of 64 KiB in digits, 32 siblings, 64 tables.
constexpr std::size_t proof_bytes_max = std::size_t{1} << 20;

struct verify_options {
    std::string proof;
    std::string root;
};

std::string read_whole(std::string const& path) {
    std::string text;
    std::array<char, 65536> buffer;
    auto const source = open_bytes(path);
    while (std::size_t const n = source->read(buffer)) {
        text.append(buffer.data(), n);
        if (text.size() > proof_bytes_max)
            throw input_error(path + ": is longer than any proof (1 MiB)");
    }
    return text;
}

exit_code refuse(std::string const& why) {
    fmt::print("refused: {}\n", why);
    return exit_code::bad_input;
}

exit_code run(verify_options const& options) {
    sha256_digest root;
    if (auto const status = read_digest(options.root, root); status != proof_status::verified)
        throw CLI::ValidationError("--root",
                                   fmt::format("{}; a root has 64 digits", sentence_of(status)));
    auto const [status, where, proof] = read_proof(read_whole(options.proof));
    if (status != proof_status::verified)
        return refuse(where.empty() ? std::string(sentence_of(status))
                                    : fmt::format("{}: {}", where, sentence_of(status)));
    if (auto const answer = verify(proof, root); answer != proof_status::verified)
        return refuse(sentence_of(answer));
    fmt::print("verified: row {} of table {} under root {}\n{}\n", proof.row, proof.table,
               options.root, hex_text(proof.bytes.data(), proof.bytes.size()));
    return exit_code::done;
}

}  // namespace

void add_verify_proof_command(CLI::App& app, exit_code& result) {
    auto* command =
        app.add_subcommand("verify-proof", "Check a proof that a row is in the state with a root");
    auto options = std::make_shared<verify_options>();
    command->add_option("--proof", options->proof, "The proof, as JSON; - reads standard input")
        ->required();
    command->add_option("--root", options->root, "The state root, 64 lower-case hexadecimal digits")
        ->required();
    command->footer(
        "Prints the row's bytes and ends with 0 when the proof holds, says why and ends with 3 "
        "when it does not.\nExample:\n  lockstep verify-proof --proof proof.json --root "
        "73f4...");
    command->callback([options, &result] { result = run(*options); });
}

}  // namespace lockstep
