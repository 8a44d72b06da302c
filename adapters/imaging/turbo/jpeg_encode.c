//go:build turbo && cgo

#include "jpeg.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

struct encoder {
	struct jpeg_compress_struct info;
	struct jpeg_error_mgr errors;
	jmp_buf back;
	uint8_t *strip;
};

static void on_error(j_common_ptr info) { longjmp(((struct encoder *)info->client_data)->back, 1); }
static void be_silent(j_common_ptr info) { (void)info; }

// pad copies n rows of a plane into to, pads each to width with its last pixel, and repeats the
// last row for rows below the picture.
static void pad(uint8_t *to, int width, JSAMPROW *rows, int n, const uint8_t *plane, int stride, int w, int h, int top) {
	for (int r = 0; r < n; r++, to += width) {
		int y = top + r < h ? top + r : h - 1;
		memcpy(to, plane + (size_t)y * stride, w);
		memset(to + w, to[w - 1], width - w);
		rows[r] = to;
	}
}

static int out_of_memory(struct encoder *e) {
	jpeg_destroy_compress(&e->info);
	free(e->strip);
	free(e);
	return TURBO_MEMORY;
}

int turbo_encode(const uint8_t *y, int ystride, const uint8_t *cb, const uint8_t *cr, int cstride,
		int width, int height, int quality, uint8_t **file, unsigned long *n) {
	int cw = (width + 1) / 2, ch = (height + 1) / 2;
	int mcus = (cw + DCTSIZE - 1) / DCTSIZE, pw = mcus * 2 * DCTSIZE, pc = mcus * DCTSIZE;
	struct encoder *e = calloc(1, sizeof *e);
	if (!e) return TURBO_MEMORY;
	struct jpeg_compress_struct *info = &e->info;
	info->err = jpeg_std_error(&e->errors);
	info->client_data = e;
	e->errors.error_exit = on_error;
	e->errors.output_message = be_silent;
	e->strip = malloc((size_t)pw * 2 * DCTSIZE + (size_t)pc * 2 * DCTSIZE);
	if (!e->strip || setjmp(e->back)) return out_of_memory(e);

	jpeg_create_compress(info);
	jpeg_mem_dest(info, file, n);
	info->image_width = width;
	info->image_height = height;
	info->input_components = 3;
	info->in_color_space = JCS_YCbCr;
	jpeg_set_defaults(info); // 4:2:0
	jpeg_set_quality(info, quality, TRUE);
	info->raw_data_in = TRUE;
	jpeg_start_compress(info, TRUE);
	uint8_t *blue = e->strip + (size_t)pw * 2 * DCTSIZE, *red = blue + (size_t)pc * DCTSIZE;
	JSAMPROW rows[3][2 * DCTSIZE];
	JSAMPARRAY planes[3] = {rows[0], rows[1], rows[2]};
	for (int top = 0; top < height; top += 2 * DCTSIZE) {
		pad(e->strip, pw, rows[0], 2 * DCTSIZE, y, ystride, width, height, top);
		pad(blue, pc, rows[1], DCTSIZE, cb, cstride, cw, ch, top / 2);
		pad(red, pc, rows[2], DCTSIZE, cr, cstride, cw, ch, top / 2);
		jpeg_write_raw_data(info, planes, 2 * DCTSIZE);
	}
	jpeg_finish_compress(info);
	jpeg_destroy_compress(info);
	free(e->strip);
	free(e);
	return 0;
}
