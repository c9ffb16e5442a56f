#include "host/log/binary_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string_view>

#include "host/io/row_bytes.h"
#include "host/log/format.h"
#include "pricing/base/digest.h"

namespace lockstep {

namespace {

template <class Rows>
std::string_view bytes_of_rows(Rows const& rows) {
    return {reinterpret_cast<char const*>(rows.data()), rows.size() * sizeof rows[0]};
}

/// Enters the digest of the signatures into the header, which the block's digest covers.
void enter_digest(log_block_header& header, std::vector<signature_row> const& signatures) {
    if (signatures.empty()) return;
    digest128 const digest =
        digest_bytes(signatures.data(), signatures.size() * sizeof(signature_row));
    header.signatures_low = digest.lo;
    header.signatures_high = digest.hi;
}

/// Of the header and the commands: of the header's bytes with the digest of the commands in its
/// place, so that no bit of either can change unnoticed.
digest128 digest_of(log_block_header header, std::span<transaction_row const> commands) {
    digest128 const inner =
        digest_bytes(commands.data(), commands.size() * sizeof(transaction_row));
    header.digest_low = inner.lo;
    header.digest_high = inner.hi;
    return digest_bytes(&header, sizeof header);
}

bool all_zero(std::span<std::uint64_t const> reserved) {
    return std::all_of(reserved.begin(), reserved.end(), [](std::uint64_t w) { return w == 0; });
}

}  // namespace

binary_log_writer::binary_log_writer(std::filesystem::path const& target) : file_(target) {
    log_header const header{.magic = log_magic,
                            .version = log_version,
                            .row_bytes = sizeof(transaction_row),
                            .reserved = {}};
    file_.write(bytes_of_row(header));
}

void binary_log_writer::write(block const& b) {
    log_block_header header{.magic = log_magic,
                            .time = b.time,
                            .commands = b.commands.size(),
                            .digest_low = 0,
                            .digest_high = 0,
                            .signatures = b.signatures.size(),
                            .signatures_low = 0,
                            .signatures_high = 0};
    enter_digest(header, b.signatures);
    digest128 const digest = digest_of(header, b.commands);
    header.digest_low = digest.lo;
    header.digest_high = digest.hi;
    file_.write(bytes_of_row(header));
    file_.write(bytes_of_rows(b.commands));
    file_.write(bytes_of_rows(b.signatures));
}

binary_log_reader::binary_log_reader(std::string name, std::unique_ptr<byte_source> source)
    : name_(std::move(name)), source_(std::move(source)) {
    log_header header;
    if (!fill(&header, sizeof header, "the header")) throw input_error(name_ + ": is empty");
    if (header.magic != log_magic) throw input_error(name_ + ": is not a transaction log");
    if (header.version != log_version || header.row_bytes != sizeof(transaction_row))
        throw input_error(fmt::format(
            "{}: is a log of version {} with {}-byte commands; this is version {} with {}", name_,
            header.version, header.row_bytes, log_version, sizeof(transaction_row)));
    if (!all_zero(header.reserved))
        throw input_error(name_ + ": the reserved words of its header are not zero");
}

bool binary_log_reader::next(block& b) {
    log_block_header header;
    std::uint64_t const at = offset_;
    if (!fill(&header, sizeof header, "a block's header")) return false;
    auto const damaged = [&](std::string const& why) {
        return input_error(fmt::format("{}: block {} at byte {}: {}", name_, blocks_ + 1, at, why));
    };
    if (header.magic != log_magic) throw damaged("does not begin as a block does");
    if (header.commands > block_commands_max)
        throw damaged(
            fmt::format("claims {} commands; {} is the most", header.commands, block_commands_max));
    if (header.signatures != 0 && header.signatures != header.commands)
        throw damaged(
            fmt::format("has {} signatures for {} commands", header.signatures, header.commands));
    b.time = header.time;
    b.commands.clear();
    b.signatures.clear();
    if (!fill_rows(b.commands.edit(), header.commands, "a block's commands"))
        throw damaged("ends before its commands do");
    if (!fill_rows(b.signatures, header.signatures, "a block's signatures"))
        throw damaged("ends before its signatures do");
    digest128 const digest = digest_of(header, b.commands);
    if (digest.lo != header.digest_low || digest.hi != header.digest_high)
        throw damaged("it is not what was written: the digest differs");
    log_block_header signed_header{};
    enter_digest(signed_header, b.signatures);
    if (signed_header.signatures_low != header.signatures_low ||
        signed_header.signatures_high != header.signatures_high)
        throw damaged("its signatures are not what was written: the digest differs");
    if (blocks_ > 0 && header.time < last_time_) throw damaged("is earlier than the one before it");
    last_time_ = header.time;
    longest_ = std::max(longest_, header.commands);
    ++blocks_;
    return true;
}

/// False at a clean end; throws when the source ends in the middle.
bool binary_log_reader::fill(void* into, std::size_t bytes, char const* what) {
    auto* to = static_cast<char*>(into);
    std::size_t have = 0;
    while (have < bytes) {
        std::size_t got = 0;
        try {
            got = source_->read({to + have, bytes - have});
        } catch (damaged_source const& damage) {
            throw input_error(
                fmt::format("{}: breaks after byte {}: {}", name_, offset_ + have, damage.what()));
        }
        if (got == 0) break;
        have += got;
    }
    offset_ += have;
    if (have == bytes) return true;
    if (have == 0) return false;
    throw input_error(
        fmt::format("{}: ends at byte {}, in the middle of {}", name_, offset_, what));
}

}  // namespace lockstep
