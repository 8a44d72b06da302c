package imaging

import "image"

// fit returns w and h scaled so that the longer of them is at most side; never enlarged.
func fit(w, h, side int) (fitW, fitH int) {
	long := max(w, h)
	if long <= side {
		return w, h
	}
	return max(1, (w*side+long/2)/long), max(1, (h*side+long/2)/long)
}

// shrink averages a w×h picture, given by rows, over the area of each of dw×dh pixels. It
// needs 0 < dw ≤ w and 0 < dh ≤ h.
func shrink(w, h, dw, dh int, row func(y int) []uint8) *image.Gray {
	out := image.NewGray(image.Rect(0, 0, dw, dh))
	var r reducer
	r.start(w, h, dw, dh, out.Pix)
	for y := range h {
		r.add(row(y))
	}
	return out
}

// lumaRows returns a function that gives row y of luma.
func lumaRows(luma *image.Gray) func(y int) []uint8 {
	return func(y int) []uint8 { return luma.Pix[y*luma.Stride:][:luma.Rect.Dx()] }
}

// reducer averages one plane over the area of each target pixel while its rows come in
// from top to bottom. It is exact: weights are whole numbers of 1/dw and 1/dh of a source
// pixel. Rows are summed down first, because that costs one multiplication a pixel and
// leaves a single pass across for each target row.
type reducer struct {
	w, h, dw, dh int
	out          []uint8  // dw×dh, packed
	sums         []uint32 // each column of the target row so far, in 1/dh of a source row
	need         int      // what the target row still lacks, in 1/dh of a source row
}

// start begins a w×h plane that is to become dw×dh in out, which holds as many pixels. It
// keeps the buffers of an earlier use.
func (r *reducer) start(w, h, dw, dh int, out []uint8) {
	*r = reducer{w: w, h: h, dw: dw, dh: dh, out: out, sums: resized(r.sums, w), need: h}
	clear(r.sums)
}

// add takes the next row, of w pixels.
func (r *reducer) add(row []uint8) {
	if r.dh == r.h && r.dw == r.w { // nothing to average
		r.out = r.out[copy(r.out, row[:r.w]):]
		return
	}
	row, sums := row[:r.w], r.sums[:r.w]
	if r.dh < r.need {
		r.need -= r.dh
		weight := uint32(r.dh)
		for x, v := range row {
			sums[x] += uint32(v) * weight
		}
		return
	}
	weight, rest := uint32(r.need), uint32(r.dh-r.need)
	for x, v := range row {
		sums[x] += uint32(v) * weight
	}
	r.across()
	r.out = r.out[r.dw:]
	r.need = r.h - int(rest)
	for x, v := range row {
		sums[x] = uint32(v) * rest
	}
}

// plane reduces a whole packed plane of width w into one of width dw.
func (r *reducer) plane(from []uint8, w int, to []uint8, dw int) {
	r.start(w, len(from)/w, dw, len(to)/dw, to)
	for at := 0; at < len(from); at += w {
		r.add(from[at:])
	}
}

// across averages the summed columns into one row of out.
func (r *reducer) across() {
	whole, width := uint64(r.dw), uint64(r.w)
	scale := 1 / (float64(r.w) * float64(r.h))
	need, x, out := width, 0, r.out[:r.dw]
	var sum uint64
	for _, v := range r.sums {
		column := uint64(v)
		if whole < need {
			sum += column * whole
			need -= whole
			continue
		}
		out[x] = uint8(float64(int64(sum+column*need))*scale + 0.5)
		x++
		rest := whole - need
		sum, need = column*rest, width-rest
	}
}

// resized returns a slice of length n, in s's memory where that is large enough. What it
// holds is undefined.
func resized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
