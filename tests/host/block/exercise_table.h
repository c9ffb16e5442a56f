// Where every table of exercise begins: five accounts with cash, and options of both styles.
#pragma once

#include <string>

namespace lockstep {

/// L and M are long, S, T and V short; nobody pays fees. C is an American call, P an American put,
/// E a European call, all at 100 until 100.
inline std::string const exercise_market = R"(
    asset      USD                      applied
    account    L  1 USD                 applied
    account    M  2 USD                 applied
    account    S  3 USD                 applied
    account    T  4 USD                 applied
    account    V  5 USD                 applied
    deposit    L  1000                  applied
    deposit    M  1000                  applied
    deposit    S  1000                  applied
    deposit    T  1000                  applied
    deposit    V  1000                  applied
    instrument C USD option american strike=100 until=100 tick=0.01 lot=0.1 initial=50000 maintenance=25000 band=900000 applied
    instrument P USD option american put strike=100 until=100 tick=0.01 lot=0.1 initial=50000 maintenance=25000 band=900000 applied
    instrument E USD option strike=100 until=100 tick=0.01 lot=0.1 initial=50000 maintenance=25000 band=900000 applied
    instrument X USD perpetual tick=0.01 lot=0.1 initial=50000 maintenance=25000 band=900000 applied
    mark       C 5                      applied
    mark       P 5                      applied
    mark       E 5                      applied
    mark       X 100                    applied
    block      20
)";

}  // namespace lockstep
