// The binary transaction log. Nearly every input fails its digests, so what follows a block's
// header is also read with digests put right.
#include <cstring>

#include "host/log/binary_log.h"
#include "host/log/format.h"
#include "pricing/base/digest.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace lockstep;

void mend(std::string& log) {
    std::size_t at = sizeof(log_header);
    while (log.size() - at >= sizeof(log_block_header) && at <= log.size()) {
        log_block_header header;
        std::memcpy(&header, log.data() + at, sizeof header);
        std::size_t const body = at + sizeof header, left = log.size() - body;
        if (header.commands > left / sizeof(transaction_row)) return;
        std::size_t const commands = header.commands * sizeof(transaction_row);
        if (header.signatures > (left - commands) / sizeof(signature_row)) return;
        std::size_t const signatures = header.signatures * sizeof(signature_row);
        digest128 const inner = digest_bytes(log.data() + body, commands);
        digest128 const second = digest_bytes(log.data() + body + commands, signatures);
        header.magic = log_magic;
        header.signatures_low = signatures == 0 ? 0 : second.lo;
        header.signatures_high = signatures == 0 ? 0 : second.hi;
        header.digest_low = inner.lo;
        header.digest_high = inner.hi;
        digest128 const outer = digest_bytes(&header, sizeof header);
        header.digest_low = outer.lo;
        header.digest_high = outer.hi;
        std::memcpy(log.data() + at, &header, sizeof header);
        at = body + commands + signatures;
    }
}

void read(std::string log) {
    fuzz::refuses_or_reads([&] {
        binary_log_reader reader("log", bytes_of(std::move(log)));
        for (block b; reader.next(b);)
            if (!b.signatures.empty() && b.signatures.size() != b.commands.size()) std::abort();
    });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string log(fuzz::text_of(data, size));
    read(log);
    if (log.size() > sizeof(log_header)) {
        mend(log);
        read(std::move(log));
    }
    return 0;
}
