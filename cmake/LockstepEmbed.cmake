# Text files as functions of the binary: lockstep_embed(<target> <function> <file>) adds a source
# that defines `std::string_view lockstep::<function>()` with the file's bytes; without a file, the
# text is empty. A changed file is embedded again by the next build.
function(lockstep_embed target name file)
    set(LOCKSTEP_EMBEDDED_NAME ${name})
    set(LOCKSTEP_EMBEDDED_TEXT "")
    if(file)
        file(READ ${file} LOCKSTEP_EMBEDDED_TEXT)
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    endif()
    configure_file(${CMAKE_SOURCE_DIR}/cmake/embedded.cpp.in
                   ${CMAKE_CURRENT_BINARY_DIR}/embedded/${name}.cpp @ONLY)
    target_sources(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/embedded/${name}.cpp)
endfunction()
