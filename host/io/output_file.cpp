#include "host/io/output_file.h"

#include <fcntl.h>
#include <stdio.h>  // renameat2
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <mutex>
#include <set>
#include <system_error>
#include <utility>

#include "host/base/error.h"
#include "host/base/interruption.h"
#include "host/io/own_manifest.h"

namespace lockstep {
namespace fs = std::filesystem;
namespace {

/// Outputs that are not whole yet. An interruption removes them before it ends the process.
class partial_outputs {
  public:
    static void add(fs::path const& path) {
        std::lock_guard const lock(all().mutex_);
        all().paths_.insert(path);
    }
    static void forget(fs::path const& path) {
        std::lock_guard const lock(all().mutex_);
        all().paths_.erase(path);
    }
    /// Then whoever finds that an output is gone says nothing any more.
    static bool are_gone() { return all().gone_; }

  private:
    static partial_outputs& all() {
        // Never gone: threads may write until the process is. Registered before anybody locks it,
        // for an interruption locks in the other order.
        static auto& only = *[] {
            before_interruption_ends_it(&remove_all);
            return new partial_outputs;
        }();
        return only;
    }
    static void remove_all() {
        std::lock_guard const lock(all().mutex_);
        all().gone_ = true;
        std::error_code error;
        for (fs::path const& path : all().paths_) {
            // Somebody may be writing there still.
            for (int tries = 0; tries < 100; ++tries)
                if (fs::remove_all(path, error); !error) break;
        }
    }

    std::mutex mutex_;
    std::set<fs::path> paths_;
    std::atomic<bool> gone_{false};
};

[[noreturn]] void refuse(fs::path const& path, char const* what, int error) {
    while (partial_outputs::are_gone()) ::pause();
    throw machine_error(path.string() + ": " + what + ": " +
                        std::generic_category().message(error));
}

/// `out/` and `out` mean the same folder; "out/" has no file name to put anything beside.
fs::path without_slash(fs::path path) {
    if (!path.has_filename() && path.has_parent_path()) path = path.parent_path();
    return path;
}

fs::path folder_of(fs::path const& path) {
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// A rename is durable only when the folder that holds the name is.
void sync_folder(fs::path const& folder) {
    int const file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) refuse(folder, "cannot be opened", errno);
    int const failed = ::fsync(file) == 0 ? 0 : errno;
    ::close(file);
    // Some file systems do not know how to sync a folder; the rename stands all the same.
    if (failed != 0 && failed != EINVAL) refuse(folder, "cannot be made durable", failed);
}

std::string beside(fs::path const& target) { return target.string() + ".partial-XXXXXX"; }

/// What is written whole or not at all has a name; whoever writes "-" means standard output.
void refuse_dash(fs::path const& target) {
    if (target == "-")
        throw input_error("-: standard output is no place for this result; name a file or folder");
}

/// It can only be read by setting it, which files that others make meanwhile would feel: once.
mode_t mask_of_process() {
    static mode_t const mask = [] {
        mode_t const was = ::umask(077);
        ::umask(was);
        return was;
    }();
    return mask;
}

fs::path new_partial_file(fs::path const& target) {
    std::string name = beside(target);
    int const file = ::mkostemp(name.data(), O_CLOEXEC);
    if (file < 0) refuse(target, "cannot be written", errno);
    // mkostemp makes files for the owner alone; results are for whoever the umask allows.
    ::fchmod(file, 0666 & ~mask_of_process());
    ::close(file);
    return name;
}

/// Where a file may be put: in no name's place but a file's, for a rename would replace a device or
/// a pipe as well. A link stays one, and what it names is replaced.
fs::path replaceable_file(fs::path const& target) {
    refuse_dash(target);
    std::error_code error;
    fs::path const named = fs::is_symlink(target, error) ? fs::weakly_canonical(target, error) : "";
    fs::path const place = named.empty() ? target : named;
    auto const about = fs::status(place, error);
    if (fs::exists(about) && !fs::is_regular_file(about))
        throw input_error(target.string() + ": exists and is not a file; choose another place");
    return place;
}

fs::path new_partial_folder(fs::path const& target) {
    std::error_code error;
    fs::create_directories(folder_of(target), error);
    if (error) refuse(folder_of(target), "cannot be created", error.value());
    std::string name = beside(target);
    if (::mkdtemp(name.data()) == nullptr) refuse(target, "cannot be written", errno);
    ::chmod(name.c_str(), 0777 & ~mask_of_process());
    return name;
}

void check_replaceable(fs::path const& target) {
    refuse_dash(target);
    std::error_code error;
    auto const about = fs::symlink_status(target, error);
    if (!fs::exists(about)) return;
    if (!fs::is_directory(about))
        throw input_error(target.string() + ": exists and is not a folder; choose another place");
    if (fs::is_empty(target, error) || has_own_manifest(target)) return;
    char const* const found = fs::exists(target / "manifest.json", error)
                                  ? "its manifest.json is not one of ours"
                                  : "it has no manifest.json";
    throw input_error(target.string() + ": exists and is not an output of lockstep (" + found +
                      "); nothing was written; choose another folder or remove it");
}

}  // namespace

output_file::output_file(fs::path const& path)
    : path_(path), file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
    if (file_ < 0) refuse(path_, "cannot be written", errno);
    buffer_.reserve(buffer_bytes);
}

output_file::~output_file() {
    if (file_ >= 0) ::close(file_);
}

void output_file::flush() {
    write_through(buffer_);
    buffer_.clear();
}

void output_file::write_through(std::string_view text) {
    while (!text.empty()) {
        auto const count = ::write(file_, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) refuse(path_, "cannot be written", errno);
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

void output_file::close() {
    flush();
    // Pipes and devices cannot be synced and need not be.
    if (::fsync(file_) != 0 && errno != EINVAL && errno != EROFS)
        refuse(path_, "cannot be made durable", errno);
    int const failed = ::close(file_) == 0 ? 0 : errno;
    file_ = -1;
    if (failed != 0) refuse(path_, "cannot be closed", failed);
}

atomic_file::atomic_file(fs::path const& target)
    : target_(replaceable_file(target)), partial_(new_partial_file(target_)), file_(partial_) {
    partial_outputs::add(partial_);
}

atomic_file::~atomic_file() {
    partial_outputs::forget(partial_);
    std::error_code ignored;
    if (!committed_) fs::remove(partial_, ignored);
}

void atomic_file::commit() {
    file_.close();
    if (::rename(partial_.c_str(), target_.c_str()) != 0)
        refuse(target_, "cannot be replaced", errno);
    committed_ = true;
    sync_folder(folder_of(target_));
}

atomic_directory::atomic_directory(fs::path target) : target_(without_slash(std::move(target))) {
    check_replaceable(target_);
    partial_ = new_partial_folder(target_);
    partial_outputs::add(partial_);
}

atomic_directory::~atomic_directory() {
    partial_outputs::forget(partial_);
    std::error_code ignored;
    if (!committed_) fs::remove_all(partial_, ignored);
}

void atomic_directory::commit() {
    check_replaceable(target_);
    sync_folder(partial_);
    // Over nothing and over an empty folder a rename is enough; a full one changes places with the
    // new one in a single step, so that there is no moment without a result.
    if (::rename(partial_.c_str(), target_.c_str()) == 0) {
        committed_ = true;
    } else if (errno != ENOTEMPTY && errno != EEXIST) {
        refuse(target_, "cannot be replaced", errno);
    } else {
        if (::renameat2(AT_FDCWD, partial_.c_str(), AT_FDCWD, target_.c_str(), RENAME_EXCHANGE) !=
            0)
            refuse(target_, "cannot be replaced", errno);
        committed_ = true;
        std::error_code error;
        fs::remove_all(partial_, error);  // it holds the old output now
        if (error) refuse(partial_, "the old output cannot be removed", error.value());
    }
    sync_folder(folder_of(target_));
}

}  // namespace lockstep
