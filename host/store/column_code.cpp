#include "host/store/column_code.h"

#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <stdexcept>

#include "host/base/error.h"

namespace lockstep {

namespace {

/// On disk: never renumber.
enum class column_form : std::uint8_t { plain = 0, difference = 1, exclusive_or = 2 };

struct column_head {
    column_form form;
    std::uint8_t planes;  // bit b: byte plane b follows
};

/// Small differences of either sign become small numbers.
std::uint64_t fold_sign(std::uint64_t x) { return x << 1 ^ (0 - (x >> 63)); }
std::uint64_t unfold_sign(std::uint64_t x) { return x >> 1 ^ (0 - (x & 1)); }

std::uint64_t word_at(std::uint8_t const* bytes) {
    std::uint64_t word;
    std::memcpy(&word, bytes, sizeof word);
    return word;
}

std::uint64_t code(column_form form, std::uint64_t before, std::uint64_t word) {
    switch (form) {
        case column_form::difference: return fold_sign(word - before);
        case column_form::exclusive_or: return word ^ before;
        case column_form::plain: break;
    }
    return word;
}
std::uint64_t decode(column_form form, std::uint64_t before, std::uint64_t coded) {
    switch (form) {
        case column_form::difference: return before + unfold_sign(coded);
        case column_form::exclusive_or: return coded ^ before;
        case column_form::plain: break;
    }
    return coded;
}

std::uint64_t bytes_in(std::uint64_t word) {
    return static_cast<std::uint64_t>(71 - std::countl_zero(word)) / 8;
}

/// The form whose words are shortest, as a sample of the rows has it.
column_form best_form(std::uint8_t const* first, std::size_t count, std::size_t stride) {
    std::uint64_t cost[3] = {};
    std::size_t const step = count / 512 + 1;
    for (std::size_t i = 1; i < count; i += step) {
        std::uint64_t const before = word_at(first + (i - 1) * stride);
        std::uint64_t const word = word_at(first + i * stride);
        for (int form = 0; form < 3; ++form)
            cost[form] += bytes_in(code(static_cast<column_form>(form), before, word));
    }
    int best = 0;
    for (int form = 1; form < 3; ++form)
        if (cost[form] < cost[best]) best = form;
    return static_cast<column_form>(best);
}

}  // namespace

struct column_coder::contexts {
    ZSTD_CCtx* packing = ZSTD_createCCtx();
    ZSTD_DCtx* unpacking = ZSTD_createDCtx();
    std::string packed{};  // kept: a large one asked for anew costs its page faults each time
    contexts() = default;
    contexts(contexts const&) = delete;
    contexts& operator=(contexts const&) = delete;
    ~contexts() {
        ZSTD_freeCCtx(packing);
        ZSTD_freeDCtx(unpacking);
    }
};

column_coder::column_coder(int level) : zstd_(std::make_unique<contexts>()), level_(level) {
    if (zstd_->packing == nullptr || zstd_->unpacking == nullptr) throw std::bad_alloc();
}
column_coder::~column_coder() = default;
column_coder::column_coder(column_coder&&) noexcept = default;

std::string column_coder::pack(void const* rows, std::size_t count, std::size_t row_bytes) {
    auto const* bytes = static_cast<std::uint8_t const*>(rows);
    column_.resize(count);
    planes_.clear();
    for (std::size_t at = 0; at < row_bytes && count > 0; at += 8) {
        column_head head{best_form(bytes + at, count, row_bytes), 0};
        std::uint64_t before = 0, any = 0;
        for (std::size_t i = 0; i < count; ++i) {
            std::uint64_t const word = word_at(bytes + i * row_bytes + at);
            column_[i] = code(head.form, before, word);
            any |= column_[i];
            before = word;
        }
        for (int b = 0; b < 8; ++b)
            if ((any >> (8 * b) & 255) != 0) head.planes |= static_cast<std::uint8_t>(1 << b);
        planes_.append(reinterpret_cast<char const*>(&head), sizeof head);
        for (int b = 0; b < 8; ++b) {
            if ((head.planes >> b & 1) == 0) continue;
            std::size_t const from = planes_.size();
            planes_.resize(from + count);
            for (std::size_t i = 0; i < count; ++i)
                planes_[from + i] = static_cast<char>(column_[i] >> (8 * b));
        }
    }
    std::string& packed = zstd_->packed;
    packed.resize(std::max(packed.size(), ZSTD_compressBound(planes_.size())));
    ZSTD_CCtx_setParameter(zstd_->packing, ZSTD_c_compressionLevel, level_);
    ZSTD_CCtx_setParameter(zstd_->packing, ZSTD_c_checksumFlag, 1);
    std::size_t const size = ZSTD_compress2(zstd_->packing, packed.data(), packed.size(),
                                            planes_.data(), planes_.size());
    if (ZSTD_isError(size)) throw std::runtime_error(ZSTD_getErrorName(size));
    return packed.substr(0, size);
}

std::vector<std::uint8_t> column_coder::unpack(std::string_view packed, std::size_t count,
                                               std::size_t row_bytes, std::string const& what) {
    auto const damaged = [&](std::string const& why) { return input_error(what + ": " + why); };
    if (row_bytes % 8 != 0) throw damaged("has rows that are no whole words");
    std::size_t const most = row_bytes / 8 * (sizeof(column_head) + 8 * count);
    unsigned long long const claimed = ZSTD_getFrameContentSize(packed.data(), packed.size());
    if (claimed == ZSTD_CONTENTSIZE_ERROR || claimed == ZSTD_CONTENTSIZE_UNKNOWN || claimed > most)
        throw damaged("is not packed rows");
    planes_.resize(claimed);
    std::size_t const size = ZSTD_decompressDCtx(zstd_->unpacking, planes_.data(), planes_.size(),
                                                 packed.data(), packed.size());
    if (ZSTD_isError(size)) throw damaged(ZSTD_getErrorName(size));
    std::vector<std::uint8_t> rows(count * row_bytes);
    std::size_t read = 0;
    for (std::size_t at = 0; at < row_bytes && count > 0; at += 8) {
        column_head head;
        if (size - read < sizeof head) throw damaged("ends early");
        std::memcpy(&head, planes_.data() + read, sizeof head);
        read += sizeof head;
        if (head.form > column_form::exclusive_or) throw damaged("has an unknown column form");
        if (size - read < count * static_cast<std::size_t>(std::popcount(head.planes)))
            throw damaged("ends early");
        column_.assign(count, 0);
        for (int b = 0; b < 8; ++b) {
            if ((head.planes >> b & 1) == 0) continue;
            auto const* plane = reinterpret_cast<std::uint8_t const*>(planes_.data()) + read;
            for (std::size_t i = 0; i < count; ++i)
                column_[i] |= static_cast<std::uint64_t>(plane[i]) << (8 * b);
            read += count;
        }
        std::uint64_t before = 0;
        for (std::size_t i = 0; i < count; ++i) {
            before = decode(head.form, before, column_[i]);
            std::memcpy(rows.data() + i * row_bytes + at, &before, sizeof before);
        }
    }
    if (read != size) throw damaged(fmt::format("has {} bytes too many", size - read));
    return rows;
}

}  // namespace lockstep
