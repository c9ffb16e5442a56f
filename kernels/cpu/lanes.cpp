#include "kernels/cpu/lanes.h"

#include <algorithm>
#include <cstring>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "kernels/backend_error.h"

namespace lockstep::cpu {

namespace isa_base {
extern lane_table const table;
}
#ifdef LOCKSTEP_HAS_ISA_v3
namespace isa_v3 {
extern lane_table const table;
}
#endif
#ifdef LOCKSTEP_HAS_ISA_v4
namespace isa_v4 {
extern lane_table const table;
}
#endif

namespace {

std::vector<lane_table const*> runnable_tables() {
    std::vector<lane_table const*> tables{&isa_base::table};
#ifdef LOCKSTEP_HAS_ISA_v3
    bool const v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                    __builtin_cpu_supports("bmi2");
    if (v3) tables.push_back(&isa_v3::table);
#endif
#ifdef LOCKSTEP_HAS_ISA_v4
    bool const v4 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                    __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                    __builtin_cpu_supports("avx512cd");
    if (v4) tables.push_back(&isa_v4::table);
#endif
    return tables;
}

}  // namespace

std::vector<std::string> available_lanes() {
    std::vector<std::string> names;
    for (auto const* table : runnable_tables()) names.emplace_back(table->name);
    return names;
}

std::string describe_processor() {
#if defined(__x86_64__)
    unsigned brand[12] = {};
    for (unsigned leaf = 0; leaf < 3; ++leaf)
        __get_cpuid(0x80000002u + leaf, &brand[4 * leaf], &brand[4 * leaf + 1],
                    &brand[4 * leaf + 2], &brand[4 * leaf + 3]);
    std::string name(reinterpret_cast<char const*>(brand), sizeof brand);
    name.resize(std::strlen(name.c_str()));
    name.erase(0, std::min(name.find_first_not_of(' '), name.size()));
    if (!name.empty()) return name;
#endif
    return "unknown processor";
}

lane_table const& choose_lanes(std::string const& name) {
    auto const tables = runnable_tables();
    if (name.empty()) return *tables.back();
    for (auto const* table : tables)
        if (name == table->name) return *table;
    std::string have;
    for (auto const* table : tables) have += std::string(have.empty() ? "" : ", ") + table->name;
    throw backend_unavailable("instruction set '" + name +
                              "' is not available; this build on this CPU has: " + have);
}

}  // namespace lockstep::cpu
