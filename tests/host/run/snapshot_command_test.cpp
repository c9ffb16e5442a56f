// What `lockstep diff` and `prove` say of snapshots that contradict themselves, and of tables of
// which nothing can be proved.
#include "tests/host/cli/usage.h"

namespace lockstep {
namespace {

class snapshot_command : public usage {
  protected:
    std::string const whole_ = at_ + "r/snapshot.bin", other_ = at_ + "other.bin";

    void SetUp() override {
        usage::SetUp();
        ASSERT_EQ(lockstep("run --log " + at_ + "day.log --out " + at_ + "r").exit, 0);
    }
    /// The snapshot with another byte at this place of its first header.
    void expect_unsound(std::size_t place, std::string const& words) {
        std::string bytes = text_of_file(whole_);
        bytes[place] = static_cast<char>(bytes[place] ^ 1);
        write_file(other_, bytes);
        for (std::string const& asks :
             {"diff " + whole_ + " " + other_, "diff " + other_ + " " + whole_,
              "prove --account 0 --snapshot " + other_}) {
            command_result const said = lockstep(asks);
            EXPECT_EQ(said.exit, 3) << asks;
            EXPECT_NE(said.err.find(words), std::string::npos) << asks << "\n" << said.err;
        }
    }
};

TEST_F(snapshot_command, what_a_snapshot_claims_follows_from_its_rows) {
    EXPECT_EQ(lockstep("diff " + whole_ + " " + whole_).exit, 0);
    expect_unsound(32, "its rows do not give the root that it claims");
    expect_unsound(16, "blocks and has rows of");
    expect_unsound(24, "what is to be zero in its header is not");
    expect_unsound(64 + 40, "what is to be zero in the header of a table is not");
}

TEST_F(snapshot_command, nothing_is_proved_of_a_table_beside_the_root) {
    command_result const beside =
        lockstep("prove --account 0 --table orders_0 --snapshot " + whole_);
    EXPECT_EQ(beside.exit, 3);
    EXPECT_NE(beside.err.find("table 'orders_0' is not under the root"), std::string::npos)
        << beside.err;
    command_result const none = lockstep("prove --account 0 --table none --snapshot " + whole_);
    EXPECT_NE(none.err.find("has no table 'none'"), std::string::npos) << none.err;
}

}  // namespace
}  // namespace lockstep
