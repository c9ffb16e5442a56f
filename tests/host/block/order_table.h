// Where every table of orders begins. Where nothing else is said the instrument asks 5% initial
// and 2.5% maintenance margin, 200 ppm of makers and 500 ppm of takers, and stands at 100.
#pragma once

#include <string>

namespace lockstep {

inline std::string const terms_with_fees =
    " lot=0.1 initial=50000 maintenance=25000 maker=200 taker=500 band=300000 applied\n";

/// X and Y, linear perpetuals at 100 and 50; A and A2 have one owner; E holds another asset.
inline std::string const order_market = R"(
    asset      USD                      applied
    asset      EUR                      applied
    account    A  1 USD                 applied
    account    A2 1 USD                 applied
    account    B  2 USD                 applied
    account    C  3 USD                 applied
    account    E  4 EUR                 applied
    deposit    A  1000                  applied
    deposit    A2 1000                  applied
    deposit    B  1000                  applied
    deposit    C  1000                  applied
    deposit    E  1000                  applied
    instrument X USD perpetual tick=0.01)" +
                                        terms_with_fees + R"(
    instrument Y USD perpetual tick=0.01)" +
                                        terms_with_fees + R"(
    instrument N USD perpetual tick=0.01)" +
                                        terms_with_fees + R"(
    mark       X 100                    applied
    mark       Y 50                     applied
    block      20
)";

}  // namespace lockstep
