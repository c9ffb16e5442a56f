// Files that appear whole or not at all. Everything is written beside its target under a name that
// nobody looks for, made durable, and renamed in one step; whoever leaves without commit() leaves
// nothing behind.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace lockstep {

/// A buffered file for writing. Throws machine_error when the disk refuses.
class output_file {
  public:
    explicit output_file(std::filesystem::path const& path);
    output_file(output_file const&) = delete;
    output_file& operator=(output_file const&) = delete;
    ~output_file();  // closes without a word: what matters was said by close()

    void write(std::string_view text) {
        if (buffer_.size() + text.size() > buffer_bytes) flush();
        if (text.size() > buffer_bytes) return write_through(text);
        buffer_.append(text);
    }
    /// Writes what is buffered, makes it durable, closes.
    void close();

  private:
    static constexpr std::size_t buffer_bytes = 1 << 20;

    void flush();
    void write_through(std::string_view text);

    std::filesystem::path path_;
    std::string buffer_;
    int file_;
};

/// One file that replaces `target` at commit(), or what it is a link to. What is there and no file
/// is refused with an input_error at once.
class atomic_file {
  public:
    explicit atomic_file(std::filesystem::path const& target);
    ~atomic_file();
    void write(std::string_view text) { file_.write(text); }
    void commit();

  private:
    std::filesystem::path target_;
    std::filesystem::path partial_;
    output_file file_;
    bool committed_ = false;
};

/// A folder of results. An output of an earlier run (its manifest.json is ours) or an empty folder
/// is replaced at commit(), and stays whole until then; anything else in the place is refused with
/// an input_error at once, before any work is done.
class atomic_directory {
  public:
    explicit atomic_directory(std::filesystem::path target);
    atomic_directory(atomic_directory const&) = delete;
    atomic_directory& operator=(atomic_directory const&) = delete;
    ~atomic_directory();

    /// Where to write until then.
    std::filesystem::path const& path() const { return partial_; }
    void commit();

  private:
    std::filesystem::path target_;
    std::filesystem::path partial_;
    bool committed_ = false;
};

}  // namespace lockstep
