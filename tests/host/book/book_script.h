// A book as a table: one command on a line, behind the bar what it must answer.
//
//     buy  1 A 10@100           | accepted; rests 10
//     sell 2 B  4@99  ioc       | accepted; 2 takes 4@100 from 1
//
// Accounts are letters, each its own owner unless `of=X`. Words after the price: ioc fok post
// reduce show=N until=T stop=P trail=D trailppm=D mark newest oldest both decrement; `mkt` is no
// price.
#pragma once

#include <string>

#include "host/book/order_book.h"

namespace lockstep::test {

/// The command of one line, without the bar and what follows.
book_command parse_command(std::string const& line);

/// One report in words.
std::string in_words(book_report const& r);

/// Runs every line on a new book and on its slow twin, and fails the test for each line that was
/// answered otherwise, with what was answered.
void play(std::string const& table, book_limits const& limits = {});

}  // namespace lockstep::test
