// Margin presets in TOML, and the scenario set that they make.
#include "host/margin/preset.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace lockstep;
    return fuzz::refuses_or_reads([&] {
        margin_preset const preset = parse_preset(fuzz::text_of(data, size), "preset");
        double const years[] = {0.0, 0.25};
        static_cast<void>(make_scenario_set(preset, "BTC", settlement::inverse));
        static_cast<void>(make_margin_rules(preset, "BTC", settlement::inverse, 60'000.0, years,
                                            offset_mode::segregated));
    });
}
