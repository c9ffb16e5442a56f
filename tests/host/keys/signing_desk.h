// An exchange whose commands are signed, for tests: keys by name, and blocks put together one
// command at a time. It numbers keys and nonces itself, as a client would.
#pragma once

#include <array>
#include <cstring>
#include <map>
#include <string>

#include "host/block/engine.h"
#include "host/keys/command_signature.h"
#include "margin/ledger/signer.h"

namespace lockstep {

class signing_desk {
  public:
    private_key const& key(std::string const& name) {
        auto const known = keys_.find(name);
        if (known != keys_.end()) return known->second;
        std::array<std::uint8_t, 32> seed{};
        std::memcpy(seed.data(), name.data(), std::min(name.size(), seed.size()));
        return keys_.emplace(name, private_key::from_seed(seed)).first->second;
    }

    transaction_row make(transaction_kind kind) {
        transaction_row t{};
        t.id = {++ids_, 7};
        t.kind = kind;
        return t;
    }
    transaction_row bind(std::string const& name, std::uint32_t account) {
        transaction_row t = make(transaction_kind::set_key);
        t.account = account;
        carry_key(key(name).public_part(), t);
        return t;
    }
    transaction_row bind_operator(std::string const& name) {
        transaction_row t = bind(name, 0);
        t.flags = transaction_flag::operator_key;
        return t;
    }
    transaction_row rotate(std::string const& to, std::uint32_t account) {
        transaction_row t = bind(to, account);
        t.kind = transaction_kind::rotate_key;
        return t;
    }
    transaction_row revoke(transaction_row const& bound) {
        transaction_row t = make(transaction_kind::revoke_key);
        t.target = bound.id;
        t.account = bound.account;
        t.flags = bound.flags;
        return t;
    }
    transaction_row transfer(std::uint32_t from, std::uint32_t to, std::int64_t nanos = 1) {
        transaction_row t = make(transaction_kind::transfer);
        t.account = from;
        t.counterparty = to;
        t.amount = nanos;
        return t;
    }

    /// The next command of the block, signed by the key of that name, whose row has that number.
    signing_desk& add(transaction_row const& t, std::string const& name, std::uint32_t number,
                      std::uint64_t nonce = 0) {
        if (nonce == 0) nonce = ++nonce_;
        return add_signed(t, sign_command(key(name), t, id_, number, nonce));
    }
    signing_desk& add_signed(transaction_row const& t, signature_row const& s) {
        block_.commands.edit().push_back(t);
        block_.signatures.push_back(s);
        return *this;
    }
    signing_desk& add_unsigned(transaction_row const& t) { return add_signed(t, {}); }

    /// The first operator key, whose binding names the exchange.
    signing_desk& open(std::string const& name) {
        transaction_row const t = bind_operator(name);
        add(t, name, 0);
        id_ = exchange_id_of(t);
        return *this;
    }
    /// Operator "op" (key 0), an asset, and accounts 0 and 1 with 100 and the keys "a" (1) and "b"
    /// (2).
    signing_desk& open_with_two_accounts() {
        open("op");
        transaction_row asset = make(transaction_kind::create_asset);
        asset.target = {'U', 0};
        add(asset, "op", 0);
        for (std::uint32_t a = 0; a < 2; ++a) add(make(transaction_kind::create_account), "op", 0);
        for (std::uint32_t a = 0; a < 2; ++a) {
            transaction_row deposit = make(transaction_kind::deposit);
            deposit.account = a;
            deposit.amount = 100;
            add(deposit, "op", 0);
        }
        bind_a_ = bind("a", 0);
        add(bind_a_, "op", 0);
        return add(bind("b", 1), "op", 0);
    }
    transaction_row const& bound_a() const { return bind_a_; }

    block take() {
        block_.time += 1;
        block done = block_;
        block_.commands.clear();
        block_.signatures.clear();
        return done;
    }
    sha256_digest const& exchange() const { return id_; }

  private:
    std::map<std::string, private_key> keys_;
    std::uint64_t ids_ = 0;
    std::uint64_t nonce_ = 0;
    sha256_digest id_{};
    transaction_row bind_a_{};
    block block_;
};

}  // namespace lockstep
