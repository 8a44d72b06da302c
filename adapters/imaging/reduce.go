package imaging

import (
	"encoding/binary"
	"image"
)

// fit returns w and h scaled so that the longer of them is at most side; never enlarged.
func fit(w, h, side int) (fitW, fitH int) {
	long := max(w, h)
	if long <= side {
		return w, h
	}
	return max(1, (w*side+long/2)/long), max(1, (h*side+long/2)/long)
}

// shrink averages a w×h picture, whose rows row returns, over the area of each of dw×dh pixels.
// It needs 0 < dw ≤ w and 0 < dh ≤ h.
func shrink(w, h, dw, dh int, row func(y int) []uint8) *image.Gray {
	out := image.NewGray(image.Rect(0, 0, dw, dh))
	var r reducer
	r.start(w, h, dw, dh, out.Pix)
	for y := range h {
		r.add(row(y))
	}
	return out
}

// lumaRows returns a function that returns row y of luma.
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
	sums         []uint64 // the columns of the target row so far, in 1/dh of a source row; see accumulate
	columns      []uint32 // the same, unpacked
	need         int      // how much the target row still lacks, in 1/dh of a source row
}

// start begins a w×h plane that is reduced to dw×dh in out, which must have that many pixels. It
// keeps the buffers of an earlier use.
func (r *reducer) start(w, h, dw, dh int, out []uint8) {
	groups := (w + 7) / 8
	*r = reducer{w: w, h: h, dw: dw, dh: dh, out: out, sums: resized(r.sums, 4*groups), columns: resized(r.columns, 8*groups), need: h}
	clear(r.sums)
}

// add takes the next row, of w pixels.
func (r *reducer) add(row []uint8) {
	row = row[:r.w]
	if r.dh == r.h && r.dw == r.w { // nothing to average
		r.out = r.out[copy(r.out, row):]
		return
	}
	if r.dh < r.need {
		accumulate(r.sums, row, uint64(r.dh))
		r.need -= r.dh
		return
	}
	rest := r.dh - r.need
	accumulate(r.sums, row, uint64(r.need))
	r.across()
	r.out, r.need = r.out[r.dw:], r.h-rest
	clear(r.sums)
	accumulate(r.sums, row, uint64(rest))
}

// accumulate adds weight times a row to the sums of its columns. Two sums share a word, 32
// bits each: of eight pixels, word k holds numbers k and k+4, so that one shift and one mask
// bring two pixels to their places. No sum exceeds 255 times the height of a picture.
func accumulate(sums []uint64, row []uint8, weight uint64) {
	const pair = 0x000000ff_000000ff
	for ; len(row) >= 8 && len(sums) >= 4; row, sums = row[8:], sums[4:] {
		v := binary.LittleEndian.Uint64(row)
		sums[0] += v & pair * weight
		sums[1] += v >> 8 & pair * weight
		sums[2] += v >> 16 & pair * weight
		sums[3] += v >> 24 & pair * weight
	}
	if len(row) > 0 {
		var last [8]uint8
		copy(last[:], row)
		accumulate(sums, last[:], weight)
	}
}

// unpack undoes the packing of accumulate.
func unpack(columns []uint32, sums []uint64) {
	for ; len(columns) >= 8 && len(sums) >= 4; columns, sums = columns[8:], sums[4:] {
		a, b, c, d := sums[0], sums[1], sums[2], sums[3]
		columns[0], columns[1], columns[2], columns[3] = uint32(a), uint32(b), uint32(c), uint32(d)
		columns[4], columns[5], columns[6], columns[7] = uint32(a>>32), uint32(b>>32), uint32(c>>32), uint32(d>>32)
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
	unpack(r.columns, r.sums)
	for _, v := range r.columns[:r.w] {
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

// resized returns a slice of length n, in s's memory if that is large enough. Its contents are
// undefined.
func resized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
