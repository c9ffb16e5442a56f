// Nodes and weights of the American option's rules, as functions, because a table at namespace
// scope does not exist on a device. Gauss-Legendre with y = 2 f - 1: an integral over [0, t] of
// g(u) is t sum weight g(t f^2) where f = root is the square root of a fraction of the time, rest
// that of what is left of it, and weight carries du = 2 f df. Chebyshev nodes are (1 + cos(k pi /
// 8)) / 2. Computed in 40-digit arithmetic.
#pragma once

#include "pricing/base/platform.h"

namespace lockstep::detail {

inline constexpr int boundary_nodes = 8;    // beside expiry itself
inline constexpr int boundary_points = 16;  // of the integrals at each node
inline constexpr int premium_points = 40;   // of the integral that is the premium
inline constexpr int boundary_sweeps = 5;

#define LOCKSTEP_TABLE(name, count, ...)                     \
    LOCKSTEP_HD double name(int k) {                         \
        static constexpr double values[count] = __VA_ARGS__; \
        return values[k];                                    \
    }

LOCKSTEP_TABLE(boundary_root, 16,
               {0x1.5b4f66ca1e083p-8, 0x1.c60a99e906503p-6, 0x1.132ff2bac6df4p-4,
                0x1.f4ee8896e3653p-4, 0x1.874b732542e90p-3, 0x1.157ed32de2c47p-2,
                0x1.6fd1a8cdee642p-2, 0x1.cf5a853312ac1p-2, 0x1.1852bd6676aa0p-1,
                0x1.48172b9908cdfp-1, 0x1.754096690e9ddp-1, 0x1.9e2d2336af45cp-1,
                0x1.c1622eed23936p-1, 0x1.dd9a01a8a7241p-1, 0x1.f1cfab30b7cd8p-1,
                0x1.fd4961326bc3fp-1})
LOCKSTEP_TABLE(boundary_rest, 16,
               {0x1.fffe28cecde5fp-1, 0x1.ffcda8ecd24abp-1, 0x1.fed7da4dbb3f0p-1,
                0x1.fc2819fe241adp-1, 0x1.f691640fccc74p-1, 0x1.ecd782808a06dp-1,
                0x1.ddd46c7e7514ap-1, 0x1.c895c2823313dp-1, 0x1.ac71420b8bca4p-1,
                0x1.8910cf7f26935p-1, 0x1.5e77687c57ddep-1, 0x1.2d006a5feb178p-1,
                0x1.eab519d0cacc4p-2, 0x1.7100a820782ddp-2, 0x1.decc6dd58babep-3,
                0x1.a521a02bdcbc4p-4})
LOCKSTEP_TABLE(boundary_weight, 16,
               {0x1.2dc5391b5d72dp-13, 0x1.c440376a3b8e1p-10, 0x1.a2fb8ce527f77p-8,
                0x1.f371e46060a0ep-7, 0x1.d449fa063134dp-6, 0x1.778571634e905p-5,
                0x1.0ca8f658543f9p-4, 0x1.5f21678297f9cp-4, 0x1.a8dbf57f31c5bp-4,
                0x1.df4898a3c3c25p-4, 0x1.f91abeb9a7776p-4, 0x1.efac44f7bb4abp-4,
                0x1.c00cb62ec7728p-4, 0x1.6b9535ab79a61p-4, 0x1.efd91870c0896p-5,
                0x1.ba8220d945662p-6})
LOCKSTEP_TABLE(
    premium_root, 40,
    {0x1.cdf94ca3070eap-11, 0x1.2fe1f2bf9542dp-8, 0x1.7492aec84312bp-7, 0x1.58bed3a6078a4p-6,
     0x1.1332e072735e7p-5,  0x1.9100d764edd8bp-5, 0x1.1283d2f057f02p-4, 0x1.6731b3e583bc1p-4,
     0x1.c607afc6a6241p-4,  0x1.1739e220b3b14p-3, 0x1.4fea963d0398cp-3, 0x1.8cbeac535a8e1p-3,
     0x1.cd587d6df506cp-3,  0x1.08aa49dc89aacp-2, 0x1.2c2521d2eb097p-2, 0x1.50e62688f4cb5p-2,
     0x1.76b4c1be15f78p-2,  0x1.9d56be21bd13ap-2, 0x1.c490a0f1b9f8dp-2, 0x1.ec26058da6390p-2,
     0x1.09ecfd392ce38p-1,  0x1.1db7af872303ap-1, 0x1.3154a0ef21763p-1, 0x1.44a59f20f5044p-1,
     0x1.578cecbb859a5p-1,  0x1.69ed6f168a7b5p-1, 0x1.7baadb11bb2aap-1, 0x1.8ca9e0a482be5p-1,
     0x1.9cd054eb295c8p-1,  0x1.ac055a70bf19dp-1, 0x1.ba318777d313bp-1, 0x1.c73f0a072b3b8p-1,
     0x1.d319c9834f888p-1,  0x1.ddaf85a1f5020p-1, 0x1.e6eff289b1227p-1, 0x1.eeccd1f8d8ca2p-1,
     0x1.f53a0962cfc3bp-1,  0x1.fa2db544def3bp-1, 0x1.fda03c1a80d58p-1, 0x1.ff8c81acd73e4p-1})
LOCKSTEP_TABLE(
    premium_rest, 40,
    {0x1.fffff2f950927p-1, 0x1.fffe9746dcdf9p-1, 0x1.fff787038dbb7p-1, 0x1.ffe2fb1707f71p-1,
     0x1.ffb60511a6f16p-1, 0x1.ff62defaec274p-1, 0x1.fed94cbc84d26p-1, 0x1.fe070a8df4d46p-1,
     0x1.fcd84396f61b7p-1, 0x1.fb380c2d34e58p-1, 0x1.f910db88a83a4p-1, 0x1.f64d017020c6fp-1,
     0x1.f2d7151d5d530p-1, 0x1.ee9a5b57c3b32p-1, 0x1.e9832276b03efp-1, 0x1.e37f1395d4115p-1,
     0x1.dc7d78c259bccp-1, 0x1.d46f7845cbc17p-1, 0x1.cb48457643cfdp-1, 0x1.c0fd479e3d1efp-1,
     0x1.b58637a636cb4p-1, 0x1.a8dd3533dc57dp-1, 0x1.9afed3f1ed764p-1, 0x1.8bea21ad32fcdp-1,
     0x1.7ba0a5e85471ep-1, 0x1.6a265b7c8ec9fp-1, 0x1.5781a4d1d5e86p-1, 0x1.43bb3b2f3879ap-1,
     0x1.2ede199de4f03p-1, 0x1.18f763d803249p-1, 0x1.021649c4a1002p-1, 0x1.d497d0378750ap-2,
     0x1.a3564e1bdc777p-2, 0x1.709130ce79046p-2, 0x1.3c74b07872cffp-2, 0x1.072fef7f32431p-2,
     0x1.a1ea24b109cf5p-3, 0x1.33f48d26b9c83p-3, 0x1.89fd220def2bfp-4, 0x1.57d24b10b2087p-5})
LOCKSTEP_TABLE(
    premium_weight, 40,
    {0x1.0b5ae77dd1995p-18, 0x1.9859fc03ca310p-15, 0x1.878e02bf7430cp-13, 0x1.ead36da28b97ep-12,
     0x1.ec0bf1d5a812bp-11, 0x1.ad5d5fed36897p-10, 0x1.54ae5ca710591p-9,  0x1.f842f558718ebp-9,
     0x1.61bfef038a595p-8,  0x1.db9a74b62ec29p-8,  0x1.34b825bd14949p-7,  0x1.852abccc29b96p-7,
     0x1.de5a51be00e6bp-7,  0x1.1f95514a4b551p-6,  0x1.53198b2ec2765p-6,  0x1.88e2fe980d9d5p-6,
     0x1.bffcd440e87b9p-6,  0x1.f75992e3809dfp-6,  0x1.16ec96bf6a0c5p-5,  0x1.3127cefc46005p-5,
     0x1.49c5f1fdbc8dcp-5,  0x1.602f9eb0c0cf8p-5,  0x1.73d235f63efcfp-5,  0x1.84236dcafc032p-5,
     0x1.90a4beaa9a799p-5,  0x1.98e695f10334dp-5,  0x1.9c8b3953d7546p-5,  0x1.9b49495ec2807p-5,
     0x1.94edd31e7cf1cp-5,  0x1.895de3c96c712p-5,  0x1.7897942a44670p-5,  0x1.62b284c765462p-5,
     0x1.47dfc727609dep-5,  0x1.286934195862cp-5,  0x1.04b0328f3070cp-5,  0x1.ba57ed4645a0cp-6,
     0x1.64ce8cfa250bep-6,  0x1.09fbcd28540dcp-6,  0x1.5669a460d63fdp-7,  0x1.280b9a8c5c990p-8})
LOCKSTEP_TABLE(chebyshev_node, 9,
               {0x1.0000000000000p+0, 0x1.ec835e79946a3p-1, 0x1.b504f333f9de6p-1,
                0x1.61f78a9abaa59p-1, 0x1.0000000000000p-1, 0x1.3c10eaca8ab4fp-2,
                0x1.2bec333018867p-3, 0x1.37ca1866b95cfp-5, 0x0.0p+0})
LOCKSTEP_TABLE(chebyshev_cosine, 16,
               {0x1.0000000000000p+0, 0x1.d906bcf328d46p-1, 0x1.6a09e667f3bcdp-1,
                0x1.87de2a6aea963p-2, 0x1.27044533e63a0p-142, -0x1.87de2a6aea963p-2,
                -0x1.6a09e667f3bcdp-1, -0x1.d906bcf328d46p-1, -0x1.0000000000000p+0,
                -0x1.d906bcf328d46p-1, -0x1.6a09e667f3bcdp-1, -0x1.87de2a6aea963p-2,
                0x1.f22bccc191354p-136, 0x1.87de2a6aea963p-2, 0x1.6a09e667f3bcdp-1,
                0x1.d906bcf328d46p-1})

#undef LOCKSTEP_TABLE

}  // namespace lockstep::detail
