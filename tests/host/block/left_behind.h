// Who trades in the tests of orders that the mark leaves behind, and where.
#pragma once

#include <string>

namespace lockstep {

inline std::string const people = R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    B  2 USD                 applied
    account    C  3 USD                 applied
    deposit    A  100                   applied
    deposit    B  5000                  applied
    deposit    C  5000                  applied
)";

/// 5 % of margin, and a band that lets marks go far.
inline std::string const wide_market = people + R"(
    instrument X USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 band=500000 applied
    mark       X 100                    applied
    block      20
)";

}  // namespace lockstep
