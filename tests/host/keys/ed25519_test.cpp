// Ed25519 against the vectors of RFC 8032, section 7.1, and keys in files against `openssl`.
#include "host/keys/ed25519.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <vector>

#include "host/base/error.h"
#include "host/io/hex.h"
#include "margin/ledger/signer.h"
#include "tests/host/run_binary.h"

namespace lockstep {
namespace {

struct vector_row {
    char const *secret, *key, *message, *signature;
};

vector_row const rfc_8032[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9"
     "b46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f1"
     "1d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984d"
     "c6594a7c15e9716ed28dc027beceea1ec40a"},
};

std::vector<std::uint8_t> bytes(std::string_view hex) {
    std::vector<std::uint8_t> out(hex.size() / 2);
    EXPECT_TRUE(read_hex(hex, out)) << hex;
    return out;
}

template <class Array>
Array array_of(std::string_view hex) {
    Array out;
    EXPECT_TRUE(read_hex(hex, {reinterpret_cast<std::uint8_t*>(&out), sizeof out})) << hex;
    return out;
}

TEST(ed25519, gives_and_takes_the_signatures_of_rfc_8032) {
    for (vector_row const& v : rfc_8032) {
        auto const secret =
            private_key::from_seed(array_of<std::array<std::uint8_t, 32>>(v.secret));
        auto const message = bytes(v.message);
        auto const signature = array_of<ed25519_signature>(v.signature);
        EXPECT_EQ(v.key, hex_text(secret.public_part().bytes, 32));
        EXPECT_EQ(v.signature, hex_text(secret.sign(message).data(), 64));
        EXPECT_TRUE(signature_holds(array_of<public_key>(v.key), message, signature)) << v.key;
    }
}

TEST(ed25519, refuses_when_any_bit_of_key_message_or_signature_changes) {
    vector_row const& v = rfc_8032[2];
    auto const key = array_of<public_key>(v.key);
    auto const message = bytes(v.message);
    auto const signature = array_of<ed25519_signature>(v.signature);
    for (std::size_t bit = 0; bit < 256; ++bit) {
        public_key other = key;
        other.bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
        EXPECT_FALSE(signature_holds(other, message, signature)) << "key bit " << bit;
    }
    for (std::size_t bit = 0; bit < 512; ++bit) {
        ed25519_signature other = signature;
        other[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
        EXPECT_FALSE(signature_holds(key, message, other)) << "signature bit " << bit;
    }
    for (std::size_t bit = 0; bit < 16; ++bit) {
        auto other = message;
        other[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
        EXPECT_FALSE(signature_holds(key, other, signature)) << "message bit " << bit;
    }
}

/// RFC 8032, 5.1.7: the second half must be less than the order of the group, or a signature could
/// be changed into another that holds as well.
TEST(ed25519, refuses_a_signature_to_which_the_order_was_added) {
    vector_row const& v = rfc_8032[1];
    auto signature = array_of<ed25519_signature>(v.signature);
    auto const order = bytes("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    unsigned carry = 0;
    for (std::size_t i = 0; i < 32; ++i) {
        carry += static_cast<unsigned>(signature[32 + i]) + order[i];
        signature[32 + i] = static_cast<std::uint8_t>(carry);
        carry >>= 8;
    }
    ASSERT_EQ(0u, carry);
    EXPECT_FALSE(signature_holds(array_of<public_key>(v.key), bytes(v.message), signature));
}

TEST(ed25519, takes_no_key_of_small_order_and_none_that_is_not_canonical) {
    for (vector_row const& v : rfc_8032) EXPECT_TRUE(is_sound(array_of<public_key>(v.key)));
    // The points of order 1, 2, 4 and 8, with both signs, and 2^255 - 19 .. 2^255 - 1.
    for (char const* bad : {"0100000000000000000000000000000000000000000000000000000000000000",
                            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                            "0000000000000000000000000000000000000000000000000000000000000000",
                            "0000000000000000000000000000000000000000000000000000000000000080",
                            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
                            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
                            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                            "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"})
        EXPECT_FALSE(is_sound(array_of<public_key>(bad))) << bad;
    EXPECT_TRUE(is_sound(
        array_of<public_key>("ebffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")));
    EXPECT_TRUE(is_sound(
        array_of<public_key>("0200000000000000000000000000000000000000000000000000000000000000")));
}

std::string input_refusal(std::string const& path) {
    try {
        private_key::read(path);
    } catch (input_error const& error) {
        return error.what();
    }
    return "";
}

TEST(ed25519, keeps_keys_in_files_that_are_for_their_owner_alone_and_never_written_over) {
    scratch_folder scratch;
    auto const path = scratch.path() / "key.pem";
    private_key const made = private_key::generate();
    made.write(path);
    struct stat info {};
    ASSERT_EQ(0, ::stat(path.c_str(), &info));
    EXPECT_EQ(0600u, info.st_mode & 0777u);
    EXPECT_TRUE(private_key::read(path).public_part() == made.public_part());
    EXPECT_FALSE(private_key::generate().public_part() == made.public_part());
    std::string const before = text_of_file(path);
    EXPECT_THROW(private_key::generate().write(path), machine_error);
    EXPECT_EQ(before, text_of_file(path));
}

TEST(ed25519, names_a_file_that_holds_no_key) {
    scratch_folder scratch;
    auto const path = scratch.path() / "no.pem";
    EXPECT_NE(std::string::npos,
              input_refusal(path).find("no.pem: cannot be opened: No such file"));
    write_file(path, "garbage");
    EXPECT_NE(std::string::npos, input_refusal(path).find("holds no private key"));
    private_key::generate().write(scratch.path() / "good.pem");
    std::string text = text_of_file(scratch.path() / "good.pem");
    text[text.find('\n') + 9] ^= 1;  // of what kind the key is
    write_file(path, text);
    EXPECT_NE("", input_refusal(path));
}

constexpr char const* locked_pem = R"(-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhiLUmzn5t5mgICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEELW02iKnSKmLZnFd8o62pgEEQLN9
dyJuiMt/4FOVoAPWMvUtlwJT+MEdgeXe9BXq9nlq14YNVoRgmx0Qrnpi4WfEbX0b
NhDpUZVlfCU1T4n4iDc=
-----END ENCRYPTED PRIVATE KEY-----
)";

// Made by `openssl genpkey -algorithm ed25519 -aes256 -pass pass:x`.
TEST(ed25519, says_of_a_key_under_a_passphrase_that_it_needs_one) {
    scratch_folder scratch;
    auto const path = scratch.path() / "locked.pem";
    write_file(path, locked_pem);
    EXPECT_NE(std::string::npos,
              input_refusal(path).find("locked.pem: its key needs a passphrase"));
}

}  // namespace
}  // namespace lockstep
