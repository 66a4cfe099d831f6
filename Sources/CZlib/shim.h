#pragma once
#include <zlib.h>

// A macro with the library's version in it, which Swift cannot see.
static inline int czlib_inflate_init(z_stream *stream, int window_bits) {
  return inflateInit2(stream, window_bits);
}
