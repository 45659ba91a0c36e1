# What is installed besides the program. Everything below config/ is an example: nothing is put where it takes effect.
configure_file("${CMAKE_SOURCE_DIR}/config/systemd/postq.service.in" "${CMAKE_BINARY_DIR}/postq.service" @ONLY)
install(FILES "${CMAKE_BINARY_DIR}/postq.service" "${CMAKE_SOURCE_DIR}/config/systemd/postq.timer"
  DESTINATION lib/systemd/user)  # always lib: systemd doesn't look into lib64

install(FILES "${CMAKE_SOURCE_DIR}/config/postq.toml" "${CMAKE_SOURCE_DIR}/config/crontab.example"
  DESTINATION "${CMAKE_INSTALL_DOCDIR}/examples")

foreach(document IN ITEMS LICENSE README.md CHANGELOG.md)
  if(EXISTS "${CMAKE_SOURCE_DIR}/${document}")
    install(FILES "${CMAKE_SOURCE_DIR}/${document}" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
  endif()
endforeach()

# The manual page says what the program says: it is printed by it, whenever it is built, so that what is built can be
# installed.
add_custom_command(TARGET postq POST_BUILD
  COMMAND postq help man > "${CMAKE_BINARY_DIR}/postq.1"
  BYPRODUCTS "${CMAKE_BINARY_DIR}/postq.1"
  VERBATIM)
install(FILES "${CMAKE_BINARY_DIR}/postq.1" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
