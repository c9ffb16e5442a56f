// The Gauss-Legendre rule of 20 points on [0, 1]: an integral is the sum of weight times value. As
// functions, because a table at namespace scope does not exist on a device. Computed in 50-digit
// arithmetic.
#pragma once

#include "pricing/base/platform.h"

namespace lockstep {

inline constexpr int gauss_points = 20;

LOCKSTEP_HD double gauss_node(int k) {
    static constexpr double values[gauss_points] = {
        0x1.c252f9c718fd2p-9, 0x1.2724584289613p-6, 0x1.677cdf4601373p-5, 0x1.497d0a840a463p-4,
        0x1.03c191972b564p-3, 0x1.74ae580b1de4ap-3, 0x1.f4df47d810013p-3, 0x1.40a998754d69ep-2,
        0x1.8b5fa725b5d10p-2, 0x1.d8d1840ce8f2ap-2, 0x1.13973df98b86bp-1, 0x1.3a502c6d25178p-1,
        0x1.5fab33c5594b1p-1, 0x1.82c82e09fbffbp-1, 0x1.a2d469fd3886ep-1, 0x1.bf0f9b9a352a7p-1,
        0x1.d6d05eaf7eb74p-1, 0x1.e988320b9fec9p-1, 0x1.f6c6dd3debb4fp-1, 0x1.fe3dad0638e70p-1};
    return values[k];
}

LOCKSTEP_HD double gauss_weight(int k) {
    static constexpr double values[gauss_points] = {
        0x1.209680274e8afp-7, 0x1.4c9b5ea53b67fp-6, 0x1.00b467df7e475p-5, 0x1.5519fe196e24ap-5,
        0x1.a1817a317a821p-5, 0x1.e41ff31573b48p-5, 0x1.0db2c5db26dffp-4, 0x1.230348f34a535p-4,
        0x1.31819b52c5992p-4, 0x1.38d6c490a3370p-4, 0x1.38d6c490a3370p-4, 0x1.31819b52c5992p-4,
        0x1.230348f34a535p-4, 0x1.0db2c5db26dffp-4, 0x1.e41ff31573b48p-5, 0x1.a1817a317a821p-5,
        0x1.5519fe196e24ap-5, 0x1.00b467df7e475p-5, 0x1.4c9b5ea53b67fp-6, 0x1.209680274e8afp-7};
    return values[k];
}

}  // namespace lockstep
