// Catch2 3.x brings its own main; for 2.x it is compiled here, once for all test programs.
#if !__has_include(<catch2/catch_all.hpp>)
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#endif
