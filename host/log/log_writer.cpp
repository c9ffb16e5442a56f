#include "host/log/log_writer.h"

#include "host/log/binary_log.h"
#include "host/log/json_log.h"

namespace lockstep {

namespace {

class binary_writer final : public log_writer {
  public:
    explicit binary_writer(std::filesystem::path const& target) : log_(target) {}
    void write(block const& b) override { log_.write(b); }
    void commit() override { log_.commit(); }

  private:
    binary_log_writer log_;
};

class json_writer final : public log_writer {
  public:
    explicit json_writer(std::filesystem::path const& target) : file_(target) {}
    void write(block const& b) override { file_.write(json_of(b)); }
    void commit() override { file_.commit(); }

  private:
    atomic_file file_;
};

}  // namespace

std::unique_ptr<log_writer> make_log_writer(std::filesystem::path const& target) {
    if (target.extension() == ".jsonl") return std::make_unique<json_writer>(target);
    return std::make_unique<binary_writer>(target);
}

}  // namespace lockstep
