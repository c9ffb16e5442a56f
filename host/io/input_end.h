// Input that may never end by itself, as a service's: whoever waits for it can be told that this
// was all.
#pragma once

namespace lockstep {

/// That an input is to count as ended. Any thread may say so.
class input_end {
  public:
    /// Throws machine_error.
    input_end();
    input_end(input_end const&) = delete;
    input_end& operator=(input_end const&) = delete;
    ~input_end();

    void come();
    bool has_come() const;
    /// Returns when there is something to read from the file, or it has ended, or the end has come.
    void or_wait_for(int file) const;
    /// The same for room to write to the file.
    void or_wait_for_room(int file) const;

  private:
    void or_wait_for(int file, short what) const;

    int const event_;
};

}  // namespace lockstep
