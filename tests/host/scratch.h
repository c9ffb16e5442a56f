// A folder of its own for each test that needs files, gone when the test is.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <system_error>

namespace lockstep {

class scratch_folder {
  public:
    scratch_folder() {
        std::string name = (std::filesystem::temp_directory_path() / "lockstep-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no scratch folder");
        path_ = name;
    }
    scratch_folder(scratch_folder const&) = delete;
    scratch_folder& operator=(scratch_folder const&) = delete;
    ~scratch_folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    std::filesystem::path const& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

/// A name in a folder that goes with the process: other tests run at the same time.
inline std::string scratch_file(std::string const& name) {
    static scratch_folder const folder;
    return (folder.path() / name).string();
}

}  // namespace lockstep
