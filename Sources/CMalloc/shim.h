#pragma once
// malloc_trim, which Swift's Glibc module leaves out. Darwin has no such header.
#if __has_include(<malloc.h>)
#include <malloc.h>
#endif
