#include "tests/workload/generated.h"

#include "host/generate/draws.h"
#include "host/generate/signed_transactions.h"

namespace lockstep::workload {

std::vector<block> blocks_of(transaction_plan const& plan) {
    std::vector<block> blocks;
    generate_transactions(plan, [&](block const& b) { blocks.push_back(b); });
    return blocks;
}

transaction_plan crowded(std::uint64_t seed, std::uint32_t blocks) {
    return {
        .seed = seed,
        .transactions = 60ull * blocks,
        .accounts = 12,
        .books = 7,
        .mix = mix_of("transfer=70,deposit=12,withdraw=12,insure=2,promise=30,keep=36,order=400,"
                      "cancel=200,amend=80,mass_cancel=4,combo=16,trade=12,chain=24,mark=56,"
                      "funding=12,session=4,fees=12,suspend=8,account=6,exercise=24,advise=12,"
                      "assign=12,tier=12"),
        .bad = 40,
        .repeats = 25,
        .block = 60};
}

std::vector<block> signed_blocks_of(transaction_plan const& plan) {
    std::vector<block> blocks;
    generate_signed_transactions(plan, 1, [&](block const& b) { blocks.push_back(b); });
    for (std::size_t n = 1; n < blocks.size(); ++n) {
        block& b = blocks[n];
        for (std::size_t i = 0; i < b.commands.size(); ++i) {
            draws d(plan.seed, draw_stream::transaction, n << 20 | i);
            if (d.below(1000) >= 30) continue;
            std::uint32_t const how = d.below(3);
            if (how == 0) b.signatures[i] = {};
            if (how == 1) reinterpret_cast<unsigned char*>(&b.signatures[i])[d.below(64)] ^= 1;
            if (how == 2 && i > 0) {
                b.commands.edit()[i] = b.commands[i - 1];
                b.signatures[i] = b.signatures[i - 1];
            }
        }
    }
    return blocks;
}

void scramble(std::vector<block>& blocks, std::uint64_t seed, std::uint32_t of_1000) {
    for (std::size_t b = 1; b < blocks.size(); ++b)
        for (std::size_t i = 0; i < blocks[b].commands.size(); ++i) {
            draws d(seed, draw_stream::transaction, b << 20 | i);
            if (d.below(1000) >= of_1000) continue;
            auto* const bytes = reinterpret_cast<unsigned char*>(&blocks[b].commands.edit()[i]);
            bytes[d.below(sizeof(transaction_row))] = static_cast<unsigned char>(d.below(256));
        }
}

}  // namespace lockstep::workload
