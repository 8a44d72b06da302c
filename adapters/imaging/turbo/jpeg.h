//go:build turbo && cgo

#ifndef PROPFLOW_TURBO_JPEG_H
#define PROPFLOW_TURBO_JPEG_H

#include <stddef.h>
#include <stdint.h>

// What can go wrong; 0 is success.
enum { TURBO_BROKEN = 1, TURBO_UNSUPPORTED = 2, TURBO_LIMIT = 3, TURBO_MEMORY = 4 };

typedef struct turbo_decoder turbo_decoder;

// turbo_plane is a decoded plane: its size, the bytes of a strip's row and the rows of a strip.
typedef struct {
	int width, height, stride, rows;
} turbo_plane;

turbo_decoder *turbo_new(void);
void turbo_free(turbo_decoder *d);

// turbo_header reads up to the first scan. The data must stay valid until turbo_free.
int turbo_header(turbo_decoder *d, const uint8_t *data, size_t n, int *width, int *height, int *colour);

// turbo_start begins to decode. It and turbo_strip fail with TURBO_LIMIT once decoding takes more
// memory, scans or nanoseconds than these.
int turbo_start(turbo_decoder *d, long memory, int scans, int64_t nanoseconds,
	turbo_plane *luma, turbo_plane *chroma);

// turbo_strip decodes the next strip; cb and cr are not touched for gray pictures.
int turbo_strip(turbo_decoder *d, uint8_t *y, uint8_t *cb, uint8_t *cr);

// turbo_encode writes 4:2:0 planes as a baseline file, which the caller frees.
int turbo_encode(const uint8_t *y, int ystride, const uint8_t *cb, const uint8_t *cr, int cstride,
	int width, int height, int quality, uint8_t **file, unsigned long *n);

#endif
