// Lines to a pipe, past a reader who comes late or never.
#include "host/io/line_output.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "host/base/error.h"

namespace lockstep {
namespace {

struct pipe_ends {
    int from = -1, to = -1;
    pipe_ends() {
        int both[2];
        if (::pipe(both) == 0) from = both[0], to = both[1];
    }
    ~pipe_ends() {
        ::close(from);
        ::close(to);
    }
};

std::size_t bytes_waiting(int from, std::size_t most) {
    std::string text(most, '\0');
    std::size_t all = 0;
    for (ssize_t n; all < most && (n = ::read(from, text.data(), most - all)) > 0;)
        all += static_cast<std::size_t>(n);
    return all;
}

TEST(line_output, gives_a_late_reader_everything) {
    pipe_ends pipe;
    line_output out(pipe.to, "the pipe");
    std::string const text(1 << 20, 'x');
    std::size_t heard = 0;
    std::thread reader([&] { heard = bytes_waiting(pipe.from, text.size()); });
    out.write(text);
    reader.join();
    EXPECT_EQ(heard, text.size());
    EXPECT_EQ(out.lost_bytes(), 0u);
}

TEST(line_output, gives_up_a_reader_who_takes_nothing_once_it_is_stopped) {
    pipe_ends pipe;
    line_output out(pipe.to, "the pipe");
    std::thread stopping([&] { out.stop(); });
    out.write(std::string(1 << 20, 'x'));
    stopping.join();
    std::size_t const lost = out.lost_bytes();
    EXPECT_GT(lost, 0u);
    EXPECT_EQ(bytes_waiting(pipe.from, (1u << 20) - lost), (1u << 20) - lost);
    out.write("more");  // not behind a gap
    EXPECT_EQ(out.lost_bytes(), lost + 4);
}

TEST(line_output, still_gives_what_is_taken_at_once_when_it_is_stopped) {
    pipe_ends pipe;
    line_output out(pipe.to, "the pipe");
    out.stop();
    out.write("a last line\n");
    EXPECT_EQ(out.lost_bytes(), 0u);
    EXPECT_EQ(bytes_waiting(pipe.from, 12), 12u);
}

TEST(line_output, says_what_cannot_be_written) {
    int const file = ::open("/dev/null", O_RDONLY);
    line_output out(file, "the wrong file");
    try {
        out.write("a line\n");
        ADD_FAILURE() << "written to what can only be read";
    } catch (machine_error const& error) {
        EXPECT_EQ(std::string(error.what()),
                  "the wrong file cannot be written: Bad file descriptor");
    }
    ::close(file);
}

}  // namespace
}  // namespace lockstep
