#include "host/market/instrument_name.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

// Seconds since 1970 at 08:00 UTC of the day, from `date -u -d '2027-06-25 08:00' +%s`.
constexpr std::int64_t jun_25_2027 = 1813910400, jun_26_2026 = 1782460800, jan_30_2026 = 1769760000,
                       jun_30_2023 = 1688112000, feb_6_2026 = 1770364800, feb_29_2028 = 1835424000;

TEST(instrument_name, what_names_say) {
    using enum instrument_kind;
    auto const call = option_type::call, put = option_type::put;
    auto const inverse = settlement::inverse, linear = settlement::linear;
    struct row {
        char const* name;
        char const* underlying;
        char const* settle_asset;
        instrument_kind kind;
        option_type type;
        settlement settle;
        std::int64_t strike_nanos;
        std::int64_t expiry_seconds;
    };
    static constexpr std::int64_t one = 1'000'000'000;
    row const rows[] = {
        {"BTC-25JUN27-150000-P", "BTC", "BTC", option, put, inverse, 150000 * one, jun_25_2027},
        {"ETH-6FEB26-2500-C", "ETH", "ETH", option, call, inverse, 2500 * one, feb_6_2026},
        {"BTC-PERPETUAL", "BTC", "BTC", perpetual, call, inverse, 0, 0},
        {"BTC-26JUN26", "BTC", "BTC", future, call, inverse, 0, jun_26_2026},
        {"BTC_USDC-PERPETUAL", "BTC", "USDC", perpetual, call, linear, 0, 0},
        {"BTC_USDC-26JUN26", "BTC", "USDC", future, call, linear, 0, jun_26_2026},
        {"SOL_USDC-30JAN26-200-C", "SOL", "USDC", option, call, linear, 200 * one, jan_30_2026},
        {"XRP_USDC-30JUN23-0d625-C", "XRP", "USDC", option, call, linear, 625000000, jun_30_2023},
        {"XRP_USDC-30JUN23-2d000000001-P", "XRP", "USDC", option, put, linear, 2 * one + 1,
         jun_30_2023},
        {"BTC-29FEB28", "BTC", "BTC", future, call, inverse, 0, feb_29_2028},
    };
    for (auto const& expected : rows) {
        auto const [terms, fault] = parse_instrument_name(expected.name);
        EXPECT_EQ(fault, name_fault::none) << expected.name;
        EXPECT_EQ(terms.underlying, expected.underlying) << expected.name;
        EXPECT_EQ(terms.settle_asset, expected.settle_asset) << expected.name;
        EXPECT_EQ(terms.kind, expected.kind) << expected.name;
        EXPECT_EQ(terms.type, expected.type) << expected.name;
        EXPECT_EQ(terms.settle, expected.settle) << expected.name;
        EXPECT_EQ(terms.strike.nanos, expected.strike_nanos) << expected.name;
        EXPECT_EQ(terms.expiry.value, expected.expiry_seconds * one) << expected.name;
        EXPECT_EQ(print_instrument_name(terms), expected.name);
    }
}

TEST(instrument_name, refusals) {
    struct row {
        char const* name;
        char const* reason;
    };
    static constexpr row rows[] = {
        {"", "is empty"},
        {"BTC", "names no contract: 'BTC'"},
        {"BTC_USDC", "names no contract: 'BTC_USDC'"},
        {"BTC-25JUN27-150000-P-X", "has more than four parts: 'BTC-25JUN27-150000-P-X'"},
        {"BTC-25JUN27-150000-P-", "has more than four parts: 'BTC-25JUN27-150000-P-'"},
        {"-25JUN27", "has no such underlying: ''"},
        {"btc-25JUN27", "has no such underlying: 'btc'"},
        {"SYN.BTC-7FEB26", "has no such underlying: 'SYN.BTC'"},
        {"BTC_-PERPETUAL", "has no such underlying: 'BTC_'"},
        {"_USDC-PERPETUAL", "has no such underlying: '_USDC'"},
        {"BTC_BTC-PERPETUAL", "has no such underlying: 'BTC_BTC'"},
        {"A_B_C-PERPETUAL", "has no such underlying: 'A_B_C'"},
        {"BTC-", "has no such day: ''"},
        {"BTC-PERP", "has no such day: 'PERP'"},
        {"BTC-PERPETUAL-1-C", "has no such day: 'PERPETUAL'"},
        {"BTC-31FEB26", "has no such day: '31FEB26'"},
        {"BTC-29FEB27", "has no such day: '29FEB27'"},
        {"BTC-0FEB26", "has no such day: '0FEB26'"},
        {"BTC-06FEB26", "has no such day: '06FEB26'"},
        {"BTC-6feb26", "has no such day: '6feb26'"},
        {"BTC-6FEX26", "has no such day: '6FEX26'"},
        {"BTC-6FEB2026", "has no such day: '6FEB2026'"},
        {"BTC-6FEB2x", "has no such day: '6FEB2x'"},
        {"BTC-26JUN26-", "has no such strike: ''"},
        {"BTC-26JUN26-0-C", "has no such strike: '0'"},
        {"BTC-26JUN26-0d0-C", "has no such strike: '0d0'"},
        {"BTC-26JUN26--5", "has no such strike: ''"},
        {"BTC-26JUN26-0150-C", "has no such strike: '0150'"},
        {"BTC-26JUN26-1d50-C", "has no such strike: '1d50'"},
        {"BTC-26JUN26-d5-C", "has no such strike: 'd5'"},
        {"BTC-26JUN26-1d-C", "has no such strike: '1d'"},
        {"BTC-26JUN26-1d2d3-C", "has no such strike: '1d2d3'"},
        {"BTC-26JUN26-1.5-C", "has no such strike: '1.5'"},
        {"BTC-26JUN26-1e5-C", "has no such strike: '1e5'"},
        {"BTC-26JUN26-0d0000000001-C", "has no such strike: '0d0000000001'"},
        {"BTC-26JUN26-99999999999-C", "has no such strike: '99999999999'"},
        {"BTC-26JUN26-50000", "lacks C or P at its end: 'BTC-26JUN26-50000'"},
        {"BTC-26JUN26-50000-X", "ends in neither C nor P: 'X'"},
        {"BTC-26JUN26-50000-c", "ends in neither C nor P: 'c'"},
        {"BTC-26JUN26-50000-CP", "ends in neither C nor P: 'CP'"},
    };
    for (auto const& [name, reason] : rows) {
        auto const parsed = parse_instrument_name(name);
        EXPECT_NE(parsed.fault, name_fault::none) << name;
        EXPECT_EQ(reason_for(parsed.fault, name), reason);
    }
}

}  // namespace
}  // namespace lockstep
