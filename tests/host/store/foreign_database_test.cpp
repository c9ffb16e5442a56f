// A database of another program is no store, and stays as it is; a store whose making was cut off
// is made whole.
#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <memory>
#include <string>
#include <vector>

#include "host/base/error.h"
#include "host/store/store_files.h"
#include "tests/host/scratch.h"

namespace lockstep {
namespace {

std::unique_ptr<rocksdb::DB> plain_database(std::string const& path) {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* opened = nullptr;
    EXPECT_TRUE(rocksdb::DB::Open(options, path, &opened).ok());
    return std::unique_ptr<rocksdb::DB>(opened);
}

std::vector<std::string> columns_of(std::string const& path) {
    std::vector<std::string> names;
    EXPECT_TRUE(rocksdb::DB::ListColumnFamilies({}, path, &names).ok());
    return names;
}

TEST(foreign_database, is_refused_and_left_alone) {
    scratch_folder scratch;
    std::string const path = (scratch.path() / "db").string();
    plain_database(path)->Put({}, "a key", "of somebody else");
    try {
        store_files({.folder = path});
        ADD_FAILURE() << "was opened";
    } catch (input_error const& error) {
        EXPECT_EQ(error.what(), path + ": is a database of another program, not a store");
    }
    EXPECT_EQ(columns_of(path), std::vector<std::string>{"default"});
    std::string value;
    EXPECT_TRUE(plain_database(path)->Get({}, "a key", &value).ok());
    EXPECT_EQ(value, "of somebody else");
}

TEST(foreign_database, with_columns_of_its_own_is_refused_though_it_is_empty) {
    scratch_folder scratch;
    std::string const path = (scratch.path() / "db").string();
    auto db = plain_database(path);
    rocksdb::ColumnFamilyHandle* handle = nullptr;
    ASSERT_TRUE(db->CreateColumnFamily({}, "theirs", &handle).ok());
    ASSERT_TRUE(db->DestroyColumnFamilyHandle(handle).ok());
    db.reset();
    EXPECT_THROW(store_files({.folder = path}), input_error);
    EXPECT_EQ(columns_of(path), (std::vector<std::string>{"default", "theirs"}));
}

TEST(foreign_database, a_store_that_was_half_made_is_made_whole) {
    scratch_folder scratch;
    std::string const path = (scratch.path() / "db").string();
    plain_database(path).reset();
    { store_files const made({.folder = path}); }
    EXPECT_EQ(columns_of(path).size(), columns);
}

}  // namespace
}  // namespace lockstep
