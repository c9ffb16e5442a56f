#include "host/generate/signed_transactions.h"

#include "host/keys/log_signer.h"
#include "host/log/format.h"
#include "margin/ledger/signer.h"
#include "pricing/base/sha256.h"

namespace lockstep {

namespace {

class transaction_signer {
  public:
    transaction_signer(transaction_plan const& plan, int threads,
                       std::function<void(block const&)> const& write)
        : seed_(plan.seed), threads_(threads), write_(write) {}

    void take(block const& b) {
        block_.time = b.time;
        if (made_ == 0) add(bind(0, transaction_flag::operator_key));
        for (transaction_row const& t : b.commands) {
            add(t);
            if (t.kind == transaction_kind::create_account) add(bind(accounts_++, 0));
        }
        pass_on();
    }

  private:
    private_key key(std::uint64_t number) const {
        std::uint64_t const what[2] = {seed_, number};
        sha256_digest const seed =
            sha256_of(reinterpret_cast<std::uint8_t const*>(what), sizeof what);
        return private_key::from_seed(std::span<std::uint8_t const, 32>(seed.bytes));
    }
    transaction_row bind(std::uint32_t account, std::uint16_t flags) {
        private_key secret = key(made_);
        transaction_row t{};
        t.id = {++made_, 3};
        t.kind = transaction_kind::set_key;
        t.account = account;
        t.flags = flags;
        carry_key(secret.public_part(), t);
        signer_.add(std::move(secret));
        return t;
    }
    void add(transaction_row const& t) {
        if (block_.commands.size() == block_commands_max) pass_on();
        block_.commands.edit().push_back(t);
    }
    void pass_on() {
        signer_.sign(block_, threads_);
        write_(block_);
        block_.commands.clear();
        block_.signatures.clear();
    }

    std::uint64_t const seed_;
    int const threads_;
    std::function<void(block const&)> const& write_;
    log_signer signer_{{}};
    block block_;
    std::uint64_t made_ = 0;  // keys
    std::uint32_t accounts_ = 0;
};

}  // namespace

void generate_signed_transactions(transaction_plan const& plan, int threads,
                                  std::function<void(block const&)> const& write) {
    transaction_signer signer(plan, threads, write);
    generate_transactions(plan, [&](block const& b) { signer.take(b); });
}

}  // namespace lockstep
