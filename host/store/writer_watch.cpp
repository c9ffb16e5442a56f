#include "host/store/writer_watch.h"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <utility>

namespace lockstep {

namespace {

/// Whether another process holds the lock that RocksDB takes to write.
bool is_locked(std::filesystem::path const& folder) {
    int const file = ::open((folder / "LOCK").c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    struct flock lock {};
    lock.l_type = F_RDLCK;
    lock.l_whence = SEEK_SET;
    bool const known = ::fcntl(file, F_GETLK, &lock) == 0;
    ::close(file);
    return known && lock.l_type != F_UNLCK;
}

std::string current_of(std::filesystem::path const& folder) {
    std::ifstream in(folder / "CURRENT", std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

writer_watch::writer_watch(std::filesystem::path folder)
    : folder_(std::move(folder)), locked_(is_locked(folder_)), current_(current_of(folder_)) {}

void writer_watch::excuse(std::string const& fault) const {
    if (!locked_ && !is_locked(folder_) && current_of(folder_) == current_) return;
    throw machine_error(folder_.string() +
                        ": is in use by another process, which writes it; that may be why, so try "
                        "again or when it has ended: " +
                        fault);
}

}  // namespace lockstep
