#include "host/io/sha256.h"

#include <openssl/evp.h>

#include <array>
#include <cstdio>
#include <vector>

#include "host/base/error.h"
#include "host/io/hex.h"

namespace lockstep {

struct sha256::state {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    ~state() { EVP_MD_CTX_free(context); }
};

sha256::sha256() : state_(std::make_unique<state>()) {
    if (state_->context == nullptr ||
        EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) != 1)
        throw machine_error("the cryptographic library gives no SHA-256");
}
sha256::sha256(sha256&&) noexcept = default;
sha256& sha256::operator=(sha256&&) noexcept = default;
sha256::~sha256() = default;

void sha256::update(std::string_view bytes) {
    if (EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) != 1)
        throw machine_error("SHA-256 failed");
}

std::string sha256::finish() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned length = 0;
    if (EVP_DigestFinal_ex(state_->context, digest.data(), &length) != 1)
        throw machine_error("SHA-256 failed");
    return hex_text(digest.data(), length);
}

file_digest digest_file(std::string const& path) {
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> const file(std::fopen(path.c_str(), "rb"),
                                                               &std::fclose);
    if (!file) throw input_error(path + ": cannot be opened");
    std::vector<char> block(1 << 20);
    sha256 digest;
    file_digest result;
    while (std::size_t const got = std::fread(block.data(), 1, block.size(), file.get())) {
        digest.update({block.data(), got});
        result.bytes += got;
    }
    if (std::ferror(file.get())) throw input_error(path + ": cannot be read");
    result.sha256 = digest.finish();
    return result;
}

}  // namespace lockstep
