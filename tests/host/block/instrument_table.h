// What tables of instruments begin with: three accounts with cash, and the terms of a listing.
#pragma once

#include <string>

namespace lockstep {

inline std::string const plain_terms =
    " tick=0.01 lot=0.1 initial=50000 maintenance=25000 band=300000 applied\n";

inline std::string holders(std::string const& a, std::string const& b, std::string const& c) {
    return "asset USD applied\naccount A 1 USD applied\naccount B 2 USD applied\n"
           "account C 3 USD applied\ndeposit A " +
           a + " applied\ndeposit B " + b + " applied\ndeposit C " + c + " applied\n";
}

}  // namespace lockstep
