#include "host/report/write_run.h"

#include <algorithm>
#include <utility>

#include "host/report/report_html.h"
#include "host/report/tables.h"

namespace lockstep {

namespace {

file_record write_text(std::filesystem::path const& folder, char const* name,
                       std::string const& text) {
    result_file file(folder, name);
    file.write(text);
    file.count_rows(static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n')));
    return file.finish();
}

}  // namespace

std::vector<file_record> write_results(std::filesystem::path const& folder,
                                       risk_result const& run) {
    std::vector<file_record> records{write_accounts(folder, run),
                                     write_concentration(folder, run),
                                     write_exceptions(folder, run),
                                     write_instruments(folder, run),
                                     write_ladder(folder, run),
                                     write_largest_holders(folder, run),
                                     write_netting_sets(folder, run),
                                     write_pools(folder, run),
                                     write_text(folder, "report.html", report_html(run)),
                                     write_risk_arrays(folder, run),
                                     write_scenarios(folder, run),
                                     write_stress(folder, run),
                                     write_text(folder, "summary.json", summary_json(run)),
                                     write_totals(folder, run)};
    if (run.tail)
        for (file_record& record : write_tail(folder, run)) records.push_back(std::move(record));
    return records;
}

void write_manifest(std::filesystem::path const& folder, manifest_parts const& parts,
                    risk_result const& run, run_circumstances const& how) {
    write_text(folder, "run.json", circumstances_json(how));
    write_text(folder, "manifest.json", manifest_json(parts, run));
}

}  // namespace lockstep
