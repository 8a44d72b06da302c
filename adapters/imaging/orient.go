package imaging

import "image"

// swapsSides reports whether turning a picture of this EXIF orientation upright exchanges
// its width and height.
func swapsSides(orientation int) bool { return orientation >= 5 && orientation <= 8 }

// uprightPlanes returns a 4:2:0 picture turned upright from its EXIF orientation. It reuses the
// memory of an earlier one, or returns img if that is upright.
func uprightPlanes(img *image.YCbCr, orientation int, earlier image.YCbCr) *image.YCbCr {
	if orientation <= 1 || orientation > 8 {
		return img
	}
	out := planes(earlier, uprightBounds(img.Rect, orientation).Size())
	half := image.Pt(img.CStride, len(img.Cb)/img.CStride)
	turn(out.Y, img.Y, img.Rect.Size(), orientation)
	turn(out.Cb, img.Cb, half, orientation)
	turn(out.Cr, img.Cr, half, orientation)
	return &out
}

// uprightGray returns luma turned upright from its EXIF orientation.
func uprightGray(img *image.Gray, orientation int) *image.Gray {
	if orientation <= 1 || orientation > 8 {
		return img
	}
	out := image.NewGray(uprightBounds(img.Rect, orientation))
	turn(out.Pix, img.Pix, img.Rect.Size(), orientation)
	return out
}

func uprightBounds(r image.Rectangle, orientation int) image.Rectangle {
	if swapsSides(orientation) {
		return image.Rect(0, 0, r.Dy(), r.Dx())
	}
	return image.Rect(0, 0, r.Dx(), r.Dy())
}

// turn copies the pixels of one plane, stored in the given size, upright into dst. Both are
// packed without gaps. Orientations are those of EXIF 2.32, tag 0x0112: the sides of the upright
// picture to which row 0 and column 0 of the stored one belong.
func turn(dst, src []byte, size image.Point, orientation int) {
	w, h := size.X, size.Y
	// The source pixel of the upright (x, y) is start + x·right + y·down.
	var start, right, down int
	switch orientation {
	case 2:
		start, right, down = w-1, -1, w
	case 3:
		start, right, down = w*h-1, -1, -w
	case 4:
		start, right, down = (h-1)*w, 1, -w
	case 5:
		start, right, down = 0, w, 1
	case 6:
		start, right, down = (h-1)*w, -w, 1
	case 7:
		start, right, down = w*h-1, -w, -1
	case 8:
		start, right, down = w-1, w, -1
	}
	if swapsSides(orientation) {
		w, h = h, w
	}
	// Square by square, so that what is read across the rows of src stays in the cache.
	const side = 32
	for top := 0; top < h; top += side {
		for left := 0; left < w; left += side {
			for y := top; y < min(top+side, h); y++ {
				row := dst[y*w:][left:min(left+side, w)]
				from := start + y*down + left*right
				for x := range row {
					row[x] = src[from]
					from += right
				}
			}
		}
	}
}
