#include "host/store/lasting_log.h"

#include <rocksdb/env.h>

#include <chrono>
#include <cstdarg>
#include <cstdio>
#include <mutex>
#include <string>
#include <utility>

#include "host/io/timestamp.h"

namespace lockstep {

namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

utc_ns now() {
    auto const since = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::nanoseconds>(since).count()};
}

class lasting_log final : public rocksdb::Logger {
  public:
    explicit lasting_log(std::unique_ptr<rocksdb::FSWritableFile> file) : file_(std::move(file)) {}
    using rocksdb::Logger::Logv;
    void Logv(char const* format, std::va_list arguments) override {
        char text[1 << 12];
        std::vsnprintf(text, sizeof text, format, arguments);
        std::string const line = time_text(now()) + " " + text + "\n";
        std::lock_guard const held(mutex_);
        file_->Append(line, IOOptions(), nullptr).PermitUncheckedError();
    }

  private:
    std::mutex mutex_;
    std::unique_ptr<rocksdb::FSWritableFile> file_;
};

class files_with_log final : public rocksdb::FileSystemWrapper {
  public:
    using FileSystemWrapper::FileSystemWrapper;
    char const* Name() const override { return "lockstep_lasting_log"; }
    IOStatus NewLogger(std::string const& path, IOOptions const&,
                       std::shared_ptr<rocksdb::Logger>* result, IODebugContext* context) override {
        std::unique_ptr<rocksdb::FSWritableFile> file;
        IOStatus status = NewWritableFile(path, rocksdb::FileOptions(), &file, context);
        if (status.ok()) *result = std::make_shared<lasting_log>(std::move(file));
        return status;
    }
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> with_lasting_log(std::shared_ptr<rocksdb::FileSystem> files) {
    return std::make_shared<files_with_log>(std::move(files));
}

}  // namespace lockstep
