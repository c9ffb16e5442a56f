// Where connections are until they have asked. One thread hears all of them: who says nothing, or a
// byte now and then, must not hold one that could answer somebody else.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace lockstep {

/// Of the head of a request, in bytes.
inline constexpr std::size_t longest_head = 16 << 10;

/// Whether the empty line has come that ends it; `from`: where to begin to look.
bool is_whole_head(std::string const& text, std::size_t from = 0);

struct waiting_limits {
    std::chrono::milliseconds to_ask{2000};
    std::size_t most = 256;  // one more takes the place of who has been here longest
};

class waiting_room {
  public:
    /// Takes who leaves, with what came of the head until it was whole, too long or too late.
    using taker = std::function<void(int socket, std::string head)>;

    /// `leaves` is called by the room's own thread, and must not wait. Throws machine_error.
    waiting_room(waiting_limits const& limits, taker leaves);
    ~waiting_room();
    waiting_room(waiting_room const&) = delete;
    waiting_room& operator=(waiting_room const&) = delete;

    void enter(int socket);
    /// Everybody leaves, without a head. Nobody may enter any more.
    void end();

  private:
    struct visitor {
        int socket;
        std::chrono::steady_clock::time_point until;
        std::string head{};
    };

    void run();
    void wait() const;
    bool let_in();
    bool hear(visitor& one) const;
    void lead_out(std::size_t i);
    void wake() const;

    waiting_limits const limits_;
    taker const leaves_;
    int const event_;
    std::mutex mutex_;
    std::vector<visitor> arrived_;  // and not let in yet
    bool ended_ = false;
    std::vector<visitor> inside_;  // in the order in which they came
    std::thread thread_;
};

}  // namespace lockstep
