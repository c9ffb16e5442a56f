// Mistakes that a test plants to see itself fail. Every executor takes one as a template parameter
// and is built without any; what is not planted is not compiled.
#pragma once

namespace lockstep::exec {

enum class fault {
    none,
    dependency_forgotten,  // deterministic: one edge in five is not waited for
    validation_skipped,    // optimistic: what a task has read is never looked at again
    row_sent_early,        // sharded: a row goes out while its last borrower still has it
    tail_begins_late,      // automatic: a task is lost between the sample and the rest
};

}  // namespace lockstep::exec
