# Flags that the results depend on, in one place. Contraction is off on every compiler: a fused
# multiply-add happens only where the source says so.
add_library(lockstep_flags INTERFACE)
set(LOCKSTEP_SHADOW -Wshadow)
if(LOCKSTEP_UNITY)  # a local name may be that of another file's own
    set(LOCKSTEP_SHADOW $<$<CXX_COMPILER_ID:GNU>:-Wshadow=local>)
endif()
target_compile_options(lockstep_flags INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra ${LOCKSTEP_SHADOW} -ffp-contract=off -fno-math-errno>
    $<$<COMPILE_LANGUAGE:CUDA>:-std=c++20 --fmad=false --ftz=false --prec-div=true --prec-sqrt=true
        -Xcompiler=-Wall,-Wextra,-ffp-contract=off,-fno-math-errno>)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # GCC 12 sees overlapping copies in std::string's operator+ that are not there (PR 105651).
    target_compile_options(lockstep_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)
endif()
if(LOCKSTEP_WERROR)
    target_compile_options(lockstep_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Werror>
        $<$<COMPILE_LANGUAGE:CUDA>:-Werror=all-warnings -Xcompiler=-Werror>)
endif()
if(LOCKSTEP_SANITIZE)
    target_compile_options(lockstep_flags INTERFACE
        $<$<COMPILE_LANGUAGE:CXX>:-fsanitize=${LOCKSTEP_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all>)
    target_link_options(lockstep_flags INTERFACE -fsanitize=${LOCKSTEP_SANITIZE})
endif()

# What half of all files include, parsed once. Not a licence to leave includes out: whoever keeps a
# compiler cache builds with CMAKE_DISABLE_PRECOMPILE_HEADERS=ON, and so does the fresh eye.
set(LOCKSTEP_COMMON_HEADERS
    <algorithm> <array> <cmath> <filesystem> <functional> <map> <memory> <optional> <span> <string>
    <string_view> <vector> <fmt/format.h>)

# Files of one target read the same large headers: eight together take little longer than one. What a
# file calls its own must so have a name that no other file of the target gives to something else.
# `together`: how many; 0 for all.
function(lockstep_unity target together)
    if(LOCKSTEP_UNITY)
        set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${together})
    endif()
endfunction()

# Loops over lanes want -O3; sanitizers do not, and so compile them in a fraction of the time. clang
# says of those that it does not vectorise.
set(LOCKSTEP_LANE_LEVEL $<$<CXX_COMPILER_ID:Clang>:-Wno-pass-failed>)
if(NOT LOCKSTEP_SANITIZE)
    list(APPEND LOCKSTEP_LANE_LEVEL -O3)
endif()

# Two passes of g++ turn selects back into jumps before its vectoriser sees the loop (partial
# redundancy elimination and jump threading); without them loops over lanes run eight at a time.
set(LOCKSTEP_LANE_FLAGS "")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    set(LOCKSTEP_LANE_FLAGS -fno-tree-pre -fno-thread-jumps)
endif()

# The instruction sets that the CPU backend is compiled for; the best one is chosen at run time.
set(LOCKSTEP_ISAS base)
set(LOCKSTEP_ISA_FLAGS_base "")
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64" AND NOT LOCKSTEP_BASE_ISA_ONLY)
    list(APPEND LOCKSTEP_ISAS v3 v4)
    set(LOCKSTEP_ISA_FLAGS_v3 -march=x86-64-v3)
    set(LOCKSTEP_ISA_FLAGS_v4 -march=x86-64-v4 -mprefer-vector-width=512)
endif()
