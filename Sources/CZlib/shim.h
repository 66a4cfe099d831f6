#pragma once
#if __has_include(<zlib.h>)
#include <zlib.h>

// A macro with the library's version in it, which Swift cannot see.
static inline int czlib_inflate_init(z_stream *stream, int window_bits) {
  return inflateInit2(stream, window_bits);
}
#else
#error "zlib.h is not there: apt-get install zlib1g-dev, or dnf install zlib-devel"
#endif
