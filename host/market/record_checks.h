// Checks that every chain format makes of a record. Each answers false once it has rejected the
// record, so a reader is a row of them joined by &&.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "host/io/csv_table.h"
#include "host/market/listing.h"

namespace lockstep {

/// The field must be a number above zero, ...
bool positive_number(csv_reader& table, std::size_t column, double& value);
/// ... zero or above, ...
bool required_amount(csv_reader& table, std::size_t column, double& value);
/// ... or zero, above, or empty, which is not_quoted.
bool amount_or_none(csv_reader& table, std::size_t column, double& value);

/// Reads the instrument's name and what it says.
bool take_name(csv_reader& table, std::size_t column, listing& row);

/// Where a format repeats in columns what the name says already.
struct contract_columns {
    std::size_t type, strike, expiry;
    std::optional<utc_ns> (*time_in)(std::string_view text);
};

/// Columns that are absent or empty agree with anything.
bool agrees_with_name(csv_reader& table, contract_columns const& said,
                      instrument_terms const& terms);

/// An instrument that had expired when it was observed has no price to speak of.
bool not_expired(csv_reader& table, std::size_t column, listing const& row);

}  // namespace lockstep
