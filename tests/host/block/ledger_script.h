// Ledger tests are pictures: one event a line, the expected status last; facts about rows on lines
// that begin with "=". Every block runs on a serial and on a parallel engine, with every invariant
// checked, and both must write the same receipts and rows.
//
//     asset    USD                     applied
//     account  A 1 USD                 applied    // owner 1
//     deposit  A 100                   applied
//     block    20                                 // what came before ran; time 20 begins
//     transfer A B 30 #p pending       applied    // #p: its id, so that others can name it
//     = A      cash 100 reserved 30
#pragma once

#include <string>

namespace lockstep {

/// Runs the script and returns what was not as written, a line each; empty when all was.
std::string run_ledger_script(std::string const& script);

}  // namespace lockstep
