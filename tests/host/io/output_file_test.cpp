#include "host/io/output_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "host/base/error.h"
#include "tests/host/scratch.h"

namespace lockstep {
namespace {
namespace fs = std::filesystem;

class output_file_test : public testing::Test {
  protected:
    std::size_t entries() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(root), fs::directory_iterator()));
    }
    static void put(fs::path const& path, std::string const& text) {
        output_file file(path);
        file.write(text);
        file.close();
    }
    static std::string text_of(fs::path const& path) {
        std::ifstream in(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    scratch_folder folder_;
    fs::path root = folder_.path();
};

TEST_F(output_file_test, writes_small_and_large_pieces_in_order) {
    std::string expected;
    output_file file(root / "x");
    for (std::size_t size : {3UL, 1000UL, 3'000'000UL, 1UL, 1UL << 20, 5UL}) {
        std::string const piece(size, static_cast<char>('a' + size % 26));
        file.write(piece);
        expected += piece;
    }
    file.close();
    EXPECT_EQ(text_of(root / "x"), expected);
}

TEST_F(output_file_test, a_full_disk_is_a_machine_error) {
    if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
    output_file file("/dev/full");
    file.write("x");
    try {
        file.close();
        FAIL() << "closed";
    } catch (machine_error const& error) {
        EXPECT_STREQ(error.what(), "/dev/full: cannot be written: No space left on device");
    }
}

TEST_F(output_file_test, a_file_appears_at_commit_and_not_before) {
    put(root / "x", "old");
    {
        atomic_file file(root / "x");
        file.write("new");
        EXPECT_EQ(text_of(root / "x"), "old");
        file.commit();
    }
    EXPECT_EQ(text_of(root / "x"), "new");
    EXPECT_EQ(entries(), 1U);
    try {
        atomic_file file(root / "x");
        file.write("half");
        throw std::runtime_error("the run ends here");
    } catch (std::runtime_error const&) {
    }
    EXPECT_EQ(text_of(root / "x"), "new");
    EXPECT_EQ(entries(), 1U);
}

TEST_F(output_file_test, a_file_replaces_no_pipe_and_no_device) {
    fs::path const pipe = root / "pipe", link = root / "link";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    fs::create_symlink("/dev/null", link);
    for (fs::path const& place : {pipe, link, root})
        EXPECT_THROW(atomic_file file(place), input_error) << place;
    EXPECT_TRUE(fs::is_fifo(pipe));
    EXPECT_TRUE(fs::is_symlink(link));
    EXPECT_EQ(entries(), 2U);
}

TEST_F(output_file_test, a_dash_is_no_name_of_a_file) {
    EXPECT_THROW(atomic_file file("-"), input_error);
    EXPECT_THROW(atomic_directory folder("-"), input_error);
    EXPECT_FALSE(fs::exists("-"));
}

TEST_F(output_file_test, a_link_stays_and_what_it_names_is_replaced) {
    put(root / "named", "old");
    fs::create_symlink("named", root / "link");
    atomic_file file(root / "link");
    file.write("new");
    file.commit();
    EXPECT_TRUE(fs::is_symlink(root / "link"));
    EXPECT_EQ(text_of(root / "named"), "new");
}

TEST_F(output_file_test, a_folder_appears_whole_or_not_at_all) {
    auto const out = root / "deep" / "out";
    try {
        atomic_directory folder(out);
        put(folder.path() / "a.csv", "half");
        throw std::runtime_error("the run ends here");
    } catch (std::runtime_error const&) {
    }
    EXPECT_TRUE(fs::is_empty(root / "deep"));
    atomic_directory folder(out.string() + "/");
    put(folder.path() / "a.csv", "whole");
    EXPECT_FALSE(fs::exists(out));
    folder.commit();
    EXPECT_EQ(text_of(out / "a.csv"), "whole");
    EXPECT_EQ(std::distance(fs::directory_iterator(root / "deep"), fs::directory_iterator()), 1);
}

TEST_F(output_file_test, an_earlier_output_is_replaced_and_nothing_of_it_stays) {
    auto const out = root / "out";
    fs::create_directories(out / "sub");
    put(out / "manifest.json", R"({"kind": "synthetic exchange"})");
    put(out / "sub" / "old.csv", "old");
    {
        atomic_directory folder(out);
        put(folder.path() / "manifest.json", "{2}");
        EXPECT_TRUE(fs::exists(out / "sub" / "old.csv"));
        folder.commit();
    }
    EXPECT_EQ(text_of(out / "manifest.json"), "{2}");
    EXPECT_FALSE(fs::exists(out / "sub"));
    EXPECT_EQ(entries(), 1U);
}

TEST_F(output_file_test, an_empty_folder_is_used) {
    fs::create_directories(root / "out");
    atomic_directory folder(root / "out");
    put(folder.path() / "a", "x");
    folder.commit();
    EXPECT_EQ(text_of(root / "out" / "a"), "x");
}

TEST_F(output_file_test, what_is_not_ours_is_refused_and_untouched) {
    fs::create_directories(root / "photos");
    put(root / "photos" / "cat.jpg", "cat");
    put(root / "file", "text");
    EXPECT_THROW(atomic_directory folder(root / "photos"), input_error);
    EXPECT_THROW(atomic_directory folder(root / "file"), input_error);
    EXPECT_EQ(text_of(root / "photos" / "cat.jpg"), "cat");
    EXPECT_EQ(entries(), 2U);
}

TEST_F(output_file_test, a_manifest_of_another_program_is_not_ours) {
    std::string const digest(64, 'a');
    fs::create_directories(root / "app");
    put(root / "app" / "index.html", "home");
    for (std::string const& foreign :
         {std::string("{}"), std::string("[]"), std::string("no JSON"), std::string(),
          std::string(R"({"name": "Lockstep", "short_name": "lockstep", "start_url": "."})"),
          std::string(R"({"manifest_version": 3, "name": "x", "version": "1", "icons": {}})"),
          std::string(R"({"software": "lockstep"})"),
          std::string(R"({"software": {"name": "webpack"}, "root": ".", "statuses": {}})"),
          std::string(R"({"inputs": [], "outputs": []})"),
          R"({"inputs": [{"file": "a", "sha256": ")" + digest + R"("}], "outputs": ["a.js"]})"}) {
        put(root / "app" / "manifest.json", foreign);
        try {
            atomic_directory folder(root / "app");
            FAIL() << foreign;
        } catch (input_error const& error) {
            std::string const said = error.what();
            EXPECT_NE(said.find("its manifest.json is not one of ours"), said.npos) << said;
            EXPECT_NE(said.find("nothing was written"), said.npos) << said;
        }
        EXPECT_EQ(text_of(root / "app" / "manifest.json"), foreign);
    }
    EXPECT_EQ(entries(), 1U);
}

TEST_F(output_file_test, every_manifest_that_lockstep_has_written_is_ours) {
    std::string const digest(64, 'a');
    std::string const files = R"([{"file": "a.csv", "sha256": ")" + digest + R"(", "bytes": 3}])";
    fs::create_directories(root / "out");
    for (std::string const& own :
         {R"({"software": {"name": "lockstep", "version": "0.1.0"}, "inputs": [], "outputs": []})" +
              std::string(),
          std::string(R"({"command": "heston fit", "market": "x", "fits": []})"),
          std::string(R"({"kind": "synthetic exchange", "command": "lockstep generate"})"),
          R"({"blocks": 0, "commands": 0, "root": ")" + digest + R"(", "statuses": {}})",
          R"({"inputs": )" + files + R"(, "outputs": )" + files + "}"}) {
        put(root / "out" / "manifest.json", own);
        EXPECT_NO_THROW(atomic_directory folder(root / "out")) << own;
    }
}

TEST_F(output_file_test, a_place_that_cannot_be_written_is_a_machine_error) {
    EXPECT_THROW(atomic_file file("/proc/nowhere/x"), machine_error);
    EXPECT_THROW(atomic_directory folder("/proc/nowhere/x"), machine_error);
}

}  // namespace
}  // namespace lockstep
