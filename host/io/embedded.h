// Texts that are part of the binary: the parts of report.html, of surface.html and of the page of a
// watch. CMake writes the definitions from the files of the web folders of host/report,
// host/surface and host/watch and from the chart library, when it is installed.
#pragma once

#include <string_view>

namespace lockstep {

std::string_view embedded_report_html();
std::string_view embedded_report_css();
std::string_view embedded_report_script();
std::string_view embedded_surface_html();
std::string_view embedded_surface_script();
std::string_view embedded_watch_html();
std::string_view embedded_watch_css();
std::string_view embedded_watch_script();
std::string_view embedded_chart_library();  // empty when it was not there

}  // namespace lockstep
