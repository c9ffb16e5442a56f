#include "tests/host/log/sample_blocks.h"

#include <algorithm>
#include <cstring>

#include "host/base/error.h"
#include "host/log/block_source.h"
#include "tests/workload/generated.h"

namespace lockstep {

std::vector<block> some_blocks() { return workload::blocks_of(workload::crowded(5, 6)); }

block signed_block(std::int64_t time) {
    block b{.time = time, .commands = big_vector<transaction_row>(3)};
    for (std::size_t i = 0; i < b.commands.size(); ++i) {
        b.commands.edit()[i].id = {i + 1, 0};
        b.commands.edit()[i].kind = transaction_kind::transfer;
        b.signatures.push_back({});
        if (i == 1) continue;
        for (std::size_t k = 0; k < 64; ++k)
            b.signatures[i].signature[k] = static_cast<std::uint8_t>(7 * k + i);
        b.signatures[i].nonce = UINT64_MAX - i;
        b.signatures[i].key = UINT32_MAX - static_cast<std::uint32_t>(i);
    }
    return b;
}

transaction_row full_command(transaction_kind kind) {
    transaction_row t{};
    t.id = {0xfedcba9876543210u, 0x0123456789abcdefu};
    t.target = {1, 0xffffffffffffffffu};
    t.amount = 9'223'372'036'854'775'807;
    t.price = -1;
    t.trigger = 1'500'000'000;
    t.display = 20;
    t.until = -9'223'372'036'854'775'807;
    t.account = 4'294'967'295;
    t.counterparty = 2;
    t.instrument = 3;
    t.asset = 4;
    t.user_data = 5;
    t.aux[0] = 4'294'967'295;
    t.aux[1] = 7;
    t.kind = kind;
    t.flags = 0xff;
    t.side = order_side::sell;
    t.type = order_type::trailing_stop;
    t.force = time_in_force::good_til_date;
    t.prevention = self_trade::decrement;
    t.leg_count = 255;
    t.contract = 254;
    return t;
}

std::vector<block> read_log(std::filesystem::path const& path) {
    std::vector<block> blocks;
    auto const log = open_log(path.string());
    for (block b; log->next(b);) blocks.push_back(b);
    return blocks;
}

std::string refusal_of(std::filesystem::path const& path) {
    try {
        read_log(path);
    } catch (input_error const& error) {
        return error.what();
    }
    return "";
}

bool same(std::vector<block> const& a, std::vector<block> const& b) {
    auto const equal = [](block const& x, block const& y) {
        return x.time == y.time && x.commands.size() == y.commands.size() &&
               (x.commands.empty() ||
                std::memcmp(x.commands.data(), y.commands.data(),
                            x.commands.size() * sizeof(transaction_row)) == 0) &&
               x.signatures.size() == y.signatures.size() &&
               (x.signatures.empty() ||
                std::memcmp(x.signatures.data(), y.signatures.data(),
                            x.signatures.size() * sizeof(signature_row)) == 0);
    };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), equal);
}

}  // namespace lockstep
