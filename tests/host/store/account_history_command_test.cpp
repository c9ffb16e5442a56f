// Which blocks `lockstep explain` names without one.
#include <sstream>
#include <vector>

#include "tests/host/store/explained_store.h"

namespace lockstep {
namespace {

// It comes with block 1, trades in 2, is refused in 3, and the mark of 4 takes 1,200 from it.
TEST_F(store_explain, names_the_blocks_that_touched_an_account) {
    auto const rows = [](std::string const& text) {
        std::vector<std::vector<std::string>> found;
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) {
            std::istringstream words(line);
            found.emplace_back();
            for (std::string word; words >> word;) found.back().push_back(word);
        }
        return found;
    };
    using row = std::vector<std::string>;
    auto const first = rows(explained("--account 0").out);
    ASSERT_EQ(first.size(), 7u);
    EXPECT_EQ(first[0], (row{"account", "0:", "touched", "by", "4", "of", "4", "blocks;", "explain",
                             "--block", "tells", "why"}));
    EXPECT_EQ(first[3], (row{"1", "10", "2", "0", "1000", "1000", "0", "1000"}));
    EXPECT_EQ(first[4], (row{"2", "20", "1", "0", "1000", "1000", "5", "990"}));
    EXPECT_EQ(first[5], (row{"3", "30", "1", "1", "1000", "1000", "5", "990"}));
    EXPECT_EQ(first[6], (row{"4", "40", "0", "0", "1000", "-200", "35", "-270", "liquidating"}));
    EXPECT_NE(explained("--account 1 --json").out.find("\"block\": 3"), std::string::npos)
        << "the transfer was to it";
    auto const nobody = explained("--account 9");
    EXPECT_EQ(nobody.exit, 3);
    EXPECT_NE(nobody.err.find("there are 2 accounts, from 0 on: not 9"), std::string::npos)
        << nobody.err;
    EXPECT_EQ(explained("--account 0 --block 0").exit, 2);
}

}  // namespace
}  // namespace lockstep
