// Records that were read but could not be used. Each becomes one row of exceptions.csv, so that
// rows read = rows used + rows here, and nothing is dropped without a word.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

namespace lockstep {

struct exception_row {
    std::string file;    // as the user named it
    std::uint64_t line;  // 1-based, counting the header
    std::string field;   // the column at fault; empty when the whole record is
    std::string reason;  // a sentence without a full stop: "is not a number: 'abc'"
    std::string account{}, instrument{};  // that the record names, where it could be read
};

/// Rows in the order in which they came; one rejected record may be named once only, under its
/// first fault. Beyond a bound the rows lie in a temporary file without a name, so that an input
/// in which everything is wrong costs no more memory than any other.
class exception_log {
    class spool;
    /// Where somebody reads in the file.
    struct cursor {
        std::uint64_t offset = 0;  // of the next row
        std::string buffer{};      // of the file, from buffer_at on
        std::uint64_t buffer_at = 0;
        exception_row row{};  // the one read last
    };

  public:
    static constexpr std::size_t kept_in_memory = 1u << 16;  // rows

    explicit exception_log(std::size_t rows_in_memory = kept_in_memory);
    exception_log(exception_log&&) noexcept;
    exception_log& operator=(exception_log&&) noexcept;
    ~exception_log();

    /// Throws machine_error when the temporary file cannot be written; so do all that read it.
    void push_back(exception_row row);
    /// The other's rows after these.
    void append(exception_log const& other);
    /// Rows of one file into the order of its lines; those of one line stay as they stand.
    void sort_by_line();

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    exception_row front() const { return *begin(); }

    class iterator {
      public:
        using iterator_category = std::input_iterator_tag;
        using value_type = exception_row;
        using difference_type = std::ptrdiff_t;
        using pointer = exception_row const*;
        using reference = exception_row const&;

        reference operator*() const { return file_.row; }
        pointer operator->() const { return &file_.row; }
        iterator& operator++() {
            ++at_;
            return fetch(), *this;
        }
        void operator++(int) { ++*this; }
        bool operator==(iterator const& other) const { return at_ == other.at_; }

      private:
        friend class exception_log;
        iterator(exception_log const& log, std::size_t at) : log_(&log), at_(at) { fetch(); }
        void fetch();

        exception_log const* log_;
        std::size_t at_;
        cursor file_{};
    };
    iterator begin() const { return {*this, 0}; }
    iterator end() const { return {*this, size_}; }

  private:
    void spill();

    std::size_t rows_in_memory_;
    std::size_t size_ = 0;
    std::vector<exception_row> rows_;  // none once they lie in the file
    std::unique_ptr<spool> spool_;
};

}  // namespace lockstep
