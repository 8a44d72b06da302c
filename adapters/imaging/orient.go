package imaging

import "image"

// swapsSides reports whether turning a picture of this EXIF orientation upright exchanges
// its width and height.
func swapsSides(orientation int) bool { return orientation >= 5 && orientation <= 8 }

// uprightRGBA returns the picture turned upright from its EXIF orientation.
func uprightRGBA(img *image.RGBA, orientation int) *image.RGBA {
	if orientation <= 1 || orientation > 8 {
		return img
	}
	out := image.NewRGBA(uprightBounds(img.Rect, orientation))
	turn(out.Pix, img.Pix, img.Rect.Size(), 4, orientation)
	return out
}

// uprightGray is uprightRGBA for luma.
func uprightGray(img *image.Gray, orientation int) *image.Gray {
	if orientation <= 1 || orientation > 8 {
		return img
	}
	out := image.NewGray(uprightBounds(img.Rect, orientation))
	turn(out.Pix, img.Pix, img.Rect.Size(), 1, orientation)
	return out
}

func uprightBounds(r image.Rectangle, orientation int) image.Rectangle {
	if swapsSides(orientation) {
		return image.Rect(0, 0, r.Dy(), r.Dx())
	}
	return image.Rect(0, 0, r.Dx(), r.Dy())
}

// turn copies the pixels of src, stored in the given size, upright into dst. Both are
// packed without gaps, depth bytes to a pixel. Orientations are those of EXIF 2.32, tag
// 0x0112: it says where row 0 and column 0 of the stored picture belong.
func turn(dst, src []byte, size image.Point, depth, orientation int) {
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
	for y, at := 0, 0; y < h; y++ {
		from := start + y*down
		for range w {
			copy(dst[at:at+depth], src[from*depth:from*depth+depth])
			at, from = at+depth, from+right
		}
	}
}
