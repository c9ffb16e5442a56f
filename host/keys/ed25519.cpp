#include "host/keys/ed25519.h"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>
#include <string_view>

#include "host/base/error.h"

namespace lockstep {

namespace {

struct context_closer {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using context = std::unique_ptr<EVP_MD_CTX, context_closer>;

struct bio_closer {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
using bio = std::unique_ptr<BIO, bio_closer>;

template <class Pointer>
Pointer there(Pointer made) {
    if (!made) throw std::bad_alloc();
    return made;
}

/// No passphrase is asked for on a terminal: a key that needs one cannot be used. Notes that it
/// does.
int no_passphrase(char*, int, int, void* needed) {
    *static_cast<bool*>(needed) = true;
    return -1;
}

}  // namespace

bool signature_holds(public_key const& key, std::span<std::uint8_t const> message,
                     std::span<std::uint8_t const, 64> signature) {
    thread_local context const kept = there(context(EVP_MD_CTX_new()));
    std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> const pkey(
        there(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.bytes, sizeof key.bytes)),
        EVP_PKEY_free);
    EVP_MD_CTX_reset(kept.get());
    if (EVP_DigestVerifyInit(kept.get(), nullptr, nullptr, nullptr, pkey.get()) != 1)
        throw std::bad_alloc();
    bool const holds = EVP_DigestVerify(kept.get(), signature.data(), signature.size(),
                                        message.data(), message.size()) == 1;
    if (!holds) ERR_clear_error();
    return holds;
}

void private_key::closer::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

private_key::private_key(evp_pkey_st* key) : key_(there(key)) {
    std::size_t size = sizeof public_.bytes;
    if (EVP_PKEY_get_raw_public_key(key, public_.bytes, &size) != 1 || size != sizeof public_.bytes)
        throw std::bad_alloc();
}

private_key private_key::generate() {
    EVP_PKEY* made = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    if (made == nullptr) throw machine_error("libcrypto could not make a key");
    return private_key(made);
}

private_key private_key::from_seed(std::span<std::uint8_t const, 32> seed) {
    return private_key(
        EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
}

private_key private_key::read(std::string const& path) {
    ERR_clear_error();
    bio const file(BIO_new_file(path.c_str(), "rb"));
    if (!file) {
        std::string const why = std::strerror(ERR_GET_REASON(ERR_peek_error()));
        ERR_clear_error();
        throw input_error(path + ": cannot be opened: " + why);
    }
    bool locked = false;
    EVP_PKEY* const key = PEM_read_bio_PrivateKey(file.get(), nullptr, no_passphrase, &locked);
    ERR_clear_error();
    if (key == nullptr && locked)
        throw input_error(path +
                          ": its key needs a passphrase; give it without one (openssl pkey)");
    if (key == nullptr) throw input_error(path + ": holds no private key in PEM");
    std::unique_ptr<EVP_PKEY, closer> owner(key);
    if (EVP_PKEY_get_id(key) != EVP_PKEY_ED25519)
        throw input_error(path + ": its key is not an Ed25519 key");
    return private_key(owner.release());
}

void private_key::write(std::filesystem::path const& path) const {
    bio const memory(there(BIO_new(BIO_s_mem())));
    if (PEM_write_bio_PKCS8PrivateKey(memory.get(), key_.get(), nullptr, nullptr, 0, nullptr,
                                      nullptr) != 1)
        throw std::bad_alloc();
    char* text = nullptr;
    long const size = BIO_get_mem_data(memory.get(), &text);
    int const file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        throw machine_error(
            path.string() + ": " +
            (errno == EEXIST ? "exists; a key is never written over" : std::strerror(errno)));
    bool const written = ::write(file, text, static_cast<std::size_t>(size)) == size;
    bool const kept = ::fsync(file) == 0;
    if (::close(file) != 0 || !written || !kept) {
        ::unlink(path.c_str());
        throw machine_error(path.string() + ": the key could not be written");
    }
}

ed25519_signature private_key::sign(std::span<std::uint8_t const> message) const {
    ed25519_signature signature;
    std::size_t size = signature.size();
    context const made = there(context(EVP_MD_CTX_new()));
    if (EVP_DigestSignInit(made.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
        EVP_DigestSign(made.get(), signature.data(), &size, message.data(), message.size()) != 1)
        throw std::bad_alloc();
    return signature;
}

}  // namespace lockstep
