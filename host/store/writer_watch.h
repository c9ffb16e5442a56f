// Looking at a store that another process may be writing. RocksDB lets readers in without a lock,
// and files that they have yet to open are deleted under them: what they miss then is no damage.
#pragma once

#include <filesystem>
#include <string>

#include "host/base/error.h"
#include "host/store/ledger_store.h"

namespace lockstep {

class writer_watch {
  public:
    explicit writer_watch(std::filesystem::path folder);

    /// Throws machine_error, which says this fault too, when another process has had the store open
    /// to write since the watch began. Of this process's own lock on it nothing may be left
    /// afterwards.
    void excuse(std::string const& fault) const;

  private:
    std::filesystem::path const folder_;
    bool const locked_;
    std::string const current_;  // every writer names a manifest of its own
};

/// Opens a store to look at it and returns work(store, watch). A fault that a writer may have
/// caused is a machine_error that says so.
template <class Work>
auto look_at_store(std::filesystem::path const& folder, Work&& work) {
    writer_watch const watch(folder);
    try {
        ledger_store store(
            {.files = {.folder = folder, .mode = open_mode::read_only}, .acknowledge = {}});
        return work(store, watch);
    } catch (input_error const& fault) {
        watch.excuse(fault.what());
        throw;
    } catch (machine_error const& fault) {
        watch.excuse(fault.what());
        throw;
    }
}

}  // namespace lockstep
