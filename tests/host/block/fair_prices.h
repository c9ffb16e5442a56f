// The account that tests of closing and of liquidation at fair prices begin with.
#pragma once

#include <string>

namespace lockstep {

/// A is long 10 at 100 with 60; the mark is 96: equity 20 of an initial margin of 48 and a
/// maintenance margin of 24.
inline std::string const fallen = R"(
    asset      USD                      applied
    account    A  1 USD                 applied
    account    B  2 USD                 applied
    account    C  3 USD                 applied
    deposit    A  60                    applied
    deposit    B  1000                  applied
    deposit    C  1000                  applied
    instrument X USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 maker=1000 taker=1000 band=500000 applied
    mark       X 100                    applied
    block      20
    trade  A B X buy 10 100 consent     applied
    mark       X 96                     applied
    block      30
    = A    cash 59 unrealised -40 maintenance 24
)";

}  // namespace lockstep
