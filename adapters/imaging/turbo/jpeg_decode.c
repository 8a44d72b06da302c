//go:build turbo && cgo

#include "jpeg.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <jpeglib.h>
#include <jerror.h>

enum { MAX_STRIP = 4 * DCTSIZE }; // rows of one plane in a strip, because sampling factors are at most 4

struct turbo_decoder {
	struct jpeg_decompress_struct info;
	struct jpeg_error_mgr errors;
	struct jpeg_progress_mgr progress;
	jmp_buf back; // valid within one call only
	int code;     // what to return there
	int scans;
	int64_t deadline; // of the monotonic clock, in nanoseconds
};

static turbo_decoder *owner(j_common_ptr info) { return (turbo_decoder *)info->client_data; }

static void fail(j_common_ptr info, int code) {
	owner(info)->code = code;
	longjmp(owner(info)->back, 1);
}

static void on_error(j_common_ptr info) {
	int code = info->err->msg_code;
	int memory = code == JERR_OUT_OF_MEMORY || code == JERR_NO_BACKING_STORE;
	fail(info, memory ? TURBO_LIMIT : TURBO_BROKEN);
}

// on_message fails on warnings of missing and corrupt data. The library would patch over them,
// but evidence must decode whole.
static void on_message(j_common_ptr info, int level) {
	if (level >= 0) return;
	switch (info->err->msg_code) {
	case JWRN_JPEG_EOF:
	case JWRN_HIT_MARKER:
	case JWRN_HUFF_BAD_CODE:
	case JWRN_MUST_RESYNC:
	case JWRN_NOT_SEQUENTIAL:
		fail(info, TURBO_BROKEN);
	}
}

static void be_silent(j_common_ptr info) { (void)info; }

static int64_t now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void on_progress(j_common_ptr info) {
	turbo_decoder *d = owner(info);
	if (d->info.input_scan_number > d->scans || now() > d->deadline) fail(info, TURBO_LIMIT);
}

turbo_decoder *turbo_new(void) {
	turbo_decoder *d = calloc(1, sizeof *d);
	if (!d) return NULL;
	d->info.err = jpeg_std_error(&d->errors);
	d->info.client_data = d;
	d->errors.error_exit = on_error;
	d->errors.emit_message = on_message;
	d->errors.output_message = be_silent;
	d->progress.progress_monitor = on_progress;
	if (setjmp(d->back)) {
		free(d);
		return NULL;
	}
	jpeg_create_decompress(&d->info);
	return d;
}

void turbo_free(turbo_decoder *d) {
	jpeg_destroy_decompress(&d->info);
	free(d);
}

int turbo_header(turbo_decoder *d, const uint8_t *data, size_t n, int *width, int *height, int *colour) {
	struct jpeg_decompress_struct *info = &d->info;
	if (setjmp(d->back)) return d->code;
	jpeg_mem_src(info, data, n);
	jpeg_read_header(info, TRUE);
	*width = info->image_width;
	*height = info->image_height;
	*colour = info->jpeg_color_space == JCS_YCbCr;
	if (info->arith_code || (!*colour && info->jpeg_color_space != JCS_GRAYSCALE)) return TURBO_UNSUPPORTED;
	for (int i = 0; i < info->num_components; i++) {
		jpeg_component_info *luma = info->comp_info, *c = luma + i;
		if (c->h_samp_factor > luma->h_samp_factor || c->v_samp_factor > luma->v_samp_factor) return TURBO_UNSUPPORTED;
	}
	if (*colour && (info->comp_info[1].h_samp_factor != info->comp_info[2].h_samp_factor ||
			info->comp_info[1].v_samp_factor != info->comp_info[2].v_samp_factor))
		return TURBO_UNSUPPORTED;
	return 0;
}

static void describe(const jpeg_component_info *c, turbo_plane *plane) {
	plane->width = c->downsampled_width;
	plane->height = c->downsampled_height;
	plane->stride = c->width_in_blocks * DCTSIZE;
	plane->rows = c->v_samp_factor * DCTSIZE;
}

int turbo_start(turbo_decoder *d, long memory, int scans, int64_t nanoseconds,
		turbo_plane *luma, turbo_plane *chroma) {
	struct jpeg_decompress_struct *info = &d->info;
	if (setjmp(d->back)) return d->code;
	d->scans = scans;
	d->deadline = now() + nanoseconds;
	info->progress = &d->progress;
	info->mem->max_memory_to_use = memory;
	info->out_color_space = info->jpeg_color_space;
	info->raw_data_out = TRUE;
	info->do_block_smoothing = FALSE;
	jpeg_start_decompress(info);
	describe(info->comp_info, luma);
	if (info->num_components > 1) describe(info->comp_info + 1, chroma);
	return 0;
}

int turbo_strip(turbo_decoder *d, uint8_t *y, uint8_t *cb, uint8_t *cr) {
	struct jpeg_decompress_struct *info = &d->info;
	if (setjmp(d->back)) return d->code;
	uint8_t *plane[3] = {y, cb, cr};
	JSAMPROW rows[3][MAX_STRIP];
	JSAMPARRAY planes[3] = {rows[0], rows[1], rows[2]};
	for (int i = 0; i < info->num_components; i++) {
		turbo_plane p;
		describe(info->comp_info + i, &p);
		for (int r = 0; r < p.rows; r++) rows[i][r] = plane[i] + (size_t)r * p.stride;
	}
	return jpeg_read_raw_data(info, planes, MAX_STRIP) ? 0 : TURBO_BROKEN;
}
