// Proofs: what is read is checked, written and read again.
#include "host/root/proof_json.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace lockstep;
    proof_reading const read = read_proof(fuzz::text_of(data, size));
    if (read.status != proof_status::verified) return 0;
    static_cast<void>(verify(read.proof, sha256_digest{}));
    std::string const text = proof_text(read.proof);
    proof_reading const again = read_proof(text);
    if (again.status != proof_status::verified || proof_text(again.proof) != text) std::abort();
    return 0;
}
