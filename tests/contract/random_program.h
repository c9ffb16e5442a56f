// Random programs for the executors: rows of three sizes, two to eight declared rows for a task,
// arithmetic in which every change of order shows, rows chosen by what was read, and refusals.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <map>
#include <random>
#include <span>
#include <thread>
#include <vector>

#include "host/exec/program.h"

namespace lockstep::exec {

template <std::size_t Words>
struct test_row {
    std::array<std::uint64_t, Words> words;
};
using small_row = test_row<2>;
using middle_row = test_row<8>;
using large_row = test_row<16>;

enum class program_shape {
    skewed,   // rows by Zipf's law
    one_row,  // every task writes row 0
    chains,   // each task shares a row with the one before it
    islands,  // tasks in groups that share nothing
    wide,     // every task declares one hot row and hardly ever touches it
};

struct program_options {
    program_shape shape = program_shape::skewed;
    double theta = 0;
    std::size_t tasks = 300;
    std::uint32_t rows = 64;  // of each table
    std::uint64_t seed = 1;
};

/// Ranks drawn by Zipf's law: rank r as often as 1 / (r + 1)^theta.
class zipf_ranks {
  public:
    zipf_ranks(std::uint32_t count, double theta) {
        double sum = 0;
        for (std::uint32_t r = 0; r < count; ++r) {
            sum += std::pow(r + 1, -theta);
            sums_.push_back(sum);
        }
    }
    std::uint32_t operator()(std::mt19937_64& random) const {
        double const u = static_cast<double>(random() >> 11) * 0x1p-53 * sums_.back();
        auto const at = std::upper_bound(sums_.begin(), sums_.end(), u) - sums_.begin();
        return static_cast<std::uint32_t>(std::min<std::ptrdiff_t>(at, std::ssize(sums_) - 1));
    }

  private:
    std::vector<double> sums_;
};

class random_program {
  public:
    struct output_slot {
        std::uint64_t status = 0;
        std::uint64_t value = 0;
        friend bool operator==(output_slot const&, output_slot const&) = default;
    };

    explicit random_program(program_options const& o)
        : small_(o.rows), middle_(o.rows), large_(o.rows), outputs_(o.tasks) {
        std::mt19937_64 random(o.seed);
        fill(small_, random);
        fill(middle_, random);
        fill(large_, random);
        store_.tables[0] = {bytes_of(small_), sizeof(small_row), o.rows};
        store_.tables[2] = {bytes_of(middle_), sizeof(middle_row), o.rows};
        store_.tables[5] = {bytes_of(large_), sizeof(large_row), o.rows};
        zipf_ranks const ranks(o.rows, o.theta);
        key_begin_.push_back(0);
        for (std::size_t t = 0; t < o.tasks; ++t) {
            declare(o, t, ranks, random);
            key_begin_.push_back(keys_.size());
            salts_.push_back(random());
        }
    }
    random_program(random_program const&) = delete;

    std::size_t tasks() const { return outputs_.size(); }
    row_store const& rows() const { return store_; }
    std::span<row_key const> keys(std::size_t task) const {
        return {keys_.data() + key_begin_[task], key_begin_[task + 1] - key_begin_[task]};
    }
    template <class Take>
    void each_output(std::size_t task, Take&& take) {
        take(reinterpret_cast<std::byte*>(&outputs_[task]), sizeof outputs_[task]);
    }

    template <class Rows>
    void execute(std::size_t task, Rows& rows) {
        std::span<row_key const> const named = keys(task);
        std::uint64_t mixed = salts_[task];
        bool const wide = !named.empty() && named.size() > 1 && hot_declared_;
        // The last row is read only by one in sixteen when it is the one everybody declares.
        std::size_t const usual = named.size() - (wide && salts_[task] % 16 != 0 ? 1 : 0);
        // What is read says which rows are read next, and how many of them are written.
        for (std::size_t i = 0; i < usual; ++i) {
            if (i >= 2 && mixed % 3 == 0) continue;
            mixed = mix(mixed ^ first_word(named[i], rows));
            if (yields && mixed % 4 == 0) std::this_thread::yield();
        }
        outputs_[task] = {mixed % 8 == 3 ? 1u : 0u, mixed};
        std::size_t const writes = usual == 0 ? 0 : 1 + mixed / 8 % usual;
        for (std::size_t i = 0; i < writes; ++i)
            with_row(named[i], rows, [&](auto& row) {
                if (mixed % 8 == 3) return;  // refused: the row was asked for and stays as it is
                for (std::uint64_t& word : row.words)
                    word = mix(word * 6364136223846793005u + mixed);
            });
    }

    std::vector<std::byte> all_bytes() const {
        std::vector<std::byte> all;
        auto const add = [&all](auto const& rows) {
            auto const bytes = std::as_bytes(std::span(rows));
            all.insert(all.end(), bytes.begin(), bytes.end());
        };
        add(small_);
        add(middle_);
        add(large_);
        add(outputs_);
        return all;
    }

    bool yields = false;  // in the middle of tasks, to let others in

  private:
    template <class Rows_>
    static std::byte* bytes_of(Rows_& rows) {
        return reinterpret_cast<std::byte*>(rows.data());
    }
    template <class Row>
    static void fill(std::vector<Row>& rows, std::mt19937_64& random) {
        for (Row& row : rows)
            for (std::uint64_t& word : row.words) word = random();
    }
    static std::uint64_t mix(std::uint64_t x) {
        x ^= x >> 31;
        x *= 0x9e3779b97f4a7c15u;
        return x ^ x >> 29;
    }

    template <class Rows>
    static std::uint64_t first_word(row_key key, Rows& rows) {
        if (key.table() == 0) return rows.template read<small_row>(key).words[0];
        if (key.table() == 2) return rows.template read<middle_row>(key).words[0];
        return rows.template read<large_row>(key).words[0];
    }
    template <class Rows, class Change>
    static void with_row(row_key key, Rows& rows, Change const& change) {
        if (key.table() == 0) return change(rows.template write<small_row>(key));
        if (key.table() == 2) return change(rows.template write<middle_row>(key));
        change(rows.template write<large_row>(key));
    }

    void declare(program_options const& o, std::size_t task, zipf_ranks const& ranks,
                 std::mt19937_64& random) {
        static constexpr std::uint32_t tables[] = {0, 2, 5};
        std::size_t const begin = keys_.size();
        auto const add = [&](row_key key) {
            for (std::size_t i = begin; i < keys_.size(); ++i)
                if (keys_[i] == key) return;
            keys_.push_back(key);
        };
        std::size_t const wanted = 2 + random() % 7;
        if (o.shape == program_shape::one_row) add(row_key::of(2, 0));
        if (o.shape == program_shape::chains) {
            add(row_key::of(0, static_cast<std::uint32_t>(task % o.rows)));
            add(row_key::of(0, static_cast<std::uint32_t>((task + 1) % o.rows)));
        }
        if (o.shape == program_shape::skewed && random() % 50 == 0) return;  // names no row at all
        for (std::size_t k = 0; k < wanted; ++k) {
            std::uint32_t index = ranks(random);
            if (o.shape == program_shape::islands)
                index = static_cast<std::uint32_t>(task % 8) + 8 * (index / 8);
            add(row_key::of(tables[random() % 3], std::min(index, o.rows - 1)));
        }
        if (o.shape == program_shape::wide) {
            hot_declared_ = true;
            row_key const hot = row_key::of(5, 0);
            if (auto const at =
                    std::find(keys_.begin() + static_cast<std::ptrdiff_t>(begin), keys_.end(), hot);
                at != keys_.end())
                keys_.erase(at);  // it stands last, and only there
            keys_.push_back(hot);
        }
    }

    std::vector<small_row> small_;
    std::vector<middle_row> middle_;
    std::vector<large_row> large_;
    std::vector<output_slot> outputs_;
    row_store store_;
    std::vector<row_key> keys_;
    std::vector<std::size_t> key_begin_;
    std::vector<std::uint64_t> salts_;
    bool hot_declared_ = false;
};

/// The oracle: rows in a map, tasks one after the other, no executor at all.
class map_rows {
  public:
    explicit map_rows(row_store const& store) : store_(store) {}

    template <class Row>
    Row const& read(row_key key) {
        return write<Row>(key);
    }
    template <class Row>
    Row& write(row_key key) {
        auto const [at, fresh] = rows_.try_emplace(key.value);
        if (fresh) std::memcpy(at->second.bytes, store_.at(key), sizeof(Row));
        return *reinterpret_cast<Row*>(at->second.bytes);
    }
    void put_back() const {
        for (auto const& [value, row] : rows_) {
            row_key const key{value};
            std::memcpy(store_.at(key), row.bytes, store_.tables[key.table()].row_bytes);
        }
    }

  private:
    struct padded {
        alignas(64) std::byte bytes[row_bytes_max];
    };
    row_store const& store_;
    std::map<std::uint64_t, padded> rows_;
};

inline std::vector<std::byte> expected_bytes(program_options const& options) {
    random_program program(options);
    map_rows rows(program.rows());
    for (std::size_t t = 0; t < program.tasks(); ++t) program.execute(t, rows);
    rows.put_back();
    return program.all_bytes();
}

}  // namespace lockstep::exec
