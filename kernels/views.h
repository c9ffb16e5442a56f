// What crosses the seam: batches as columns. Nothing here owns memory, and every struct is plain
// data, so that it can be handed to a device by value.
#pragma once

#include "kernels/ledger_batch.h"
#include "kernels/margin_batch.h"
#include "kernels/pricing_batch.h"
