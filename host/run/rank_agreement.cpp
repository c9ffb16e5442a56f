#include "host/run/rank_agreement.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "host/io/hex.h"
#include "pricing/base/digest.h"

namespace lockstep {

namespace {

char const* given(bool is) { return is ? "given" : "not given"; }

/// One line for each option.
std::string words_of(engine_options const& options, run_liquidation const& liquidation) {
    std::string key = given(false);
    if (liquidation.operator_key != nullptr) {
        public_key const half = liquidation.operator_key->public_part();
        key = "that of " + hex_text(half.bytes, sizeof half.bytes);
    }
    return fmt::format("--require-signatures {}\n--liquidate {}\n--operator-key {}\n--trades {}\n",
                       given(options.require_signatures), given(liquidation.on), key,
                       given(options.keep_trades));
}

std::vector<std::string> lines_in(std::string const& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t const end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

/// Its size, its time and a digest of all its bytes.
std::string words_of(block const& b) {
    digest128 const parts[] = {
        digest_bytes(b.commands.data(), b.commands.size() * sizeof(transaction_row)),
        digest_bytes(b.signatures.data(), b.signatures.size() * sizeof(signature_row))};
    digest128 const both = digest_bytes(parts, sizeof parts);
    return fmt::format("{} commands and {} signatures at time {}, digest {:016x}{:016x}",
                       b.commands.size(), b.signatures.size(), b.time, both.hi, both.lo);
}

}  // namespace

std::string differences(std::span<std::string const> by_rank) {
    std::vector<std::pair<std::string, std::string>> groups;  // what is said, by which ranks
    for (std::size_t rank = 0; rank < by_rank.size(); ++rank) {
        auto const known = std::find_if(groups.begin(), groups.end(), [&](auto const& group) {
            return group.first == by_rank[rank];
        });
        if (known == groups.end())
            groups.emplace_back(by_rank[rank], std::to_string(rank));
        else
            known->second += ", " + std::to_string(rank);
    }
    if (groups.size() < 2) return "";
    std::string text;
    for (auto const& [said, ranks] : groups)
        text += fmt::format("{}{} on rank{} {}", text.empty() ? "" : "; ", said,
                            ranks.find(',') == ranks.npos ? "" : "s", ranks);
    return text;
}

std::vector<std::string> rank_agreement::gather(std::string const& mine) const {
    exec::byte_string letter(mine.size());
    if (!mine.empty()) std::memcpy(letter.data(), mine.data(), mine.size());
    std::vector<std::string> all;
    for (exec::byte_string const& from : ranks_->gather(letter))
        all.emplace_back(reinterpret_cast<char const*>(from.data()), from.size());
    return all;
}

void rank_agreement::on_options(engine_options const& options,
                                run_liquidation const& liquidation) const {
    if (ranks_ == nullptr) return;
    std::vector<std::vector<std::string>> lines;
    std::size_t most = 0;
    for (std::string const& from : gather(words_of(options, liquidation))) {
        lines.push_back(lines_in(from));
        most = std::max(most, lines.back().size());
    }
    std::vector<std::string> one(lines.size());
    for (std::size_t line = 0; line < most; ++line) {
        for (std::size_t rank = 0; rank < lines.size(); ++rank)
            one[rank] = line < lines[rank].size() ? lines[rank][line] : "no such option";
        std::string const difference = differences(one);
        if (!difference.empty())
            throw ranks_differ("the ranks of the job were not started alike: " + difference);
    }
}

void rank_agreement::on_block(block const* b, std::uint64_t number) const {
    if (ranks_ == nullptr) return;
    std::string const difference = differences(gather(b == nullptr ? "no block" : words_of(*b)));
    if (!difference.empty())
        throw ranks_differ(fmt::format("the ranks of the job do not have the same block {}: {}",
                                       number, difference));
}

}  // namespace lockstep
