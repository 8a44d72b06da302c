package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports/portstest/photofixture"
)

const (
	houses  = 4 // that photos are put together from
	strips  = 9 // of each photo
	block   = 16
	quality = 91
)

// pool makes photos that are as large as a phone's, cost as much to decode, and show
// something else each time, for next to nothing: encoding one of 12 megapixels takes a quarter
// of a second, which the product needs more. Strips of a few houses are encoded once. A photo
// is any of them in any order: a restart marker (ITU T.81, E.1.4) between two strips begins
// the decoder's predictions anew, so that strips of the same tables go together as they are.
type pool struct {
	head  []byte   // of a file, up to the first strip
	scans [][]byte // the coded pixels of each strip
}

// newPool draws the houses.
func newPool(seed uint64, megapixels float64) (*pool, error) {
	// 4:3, of whole strips of whole blocks.
	height := int(math.Round(math.Sqrt(megapixels*1e6*3/4)/(strips*block))) * strips * block
	height = max(height, strips*block)
	width := (height*4/3 + block - 1) / block * block
	p := &pool{scans: make([][]byte, houses*strips)}
	faults := make([]error, houses)
	var all sync.WaitGroup
	for house := range houses {
		all.Go(func() {
			drawn := noisy(int64(seed)*houses+int64(house), width, height)
			faults[house] = p.cut(drawn, house)
		})
	}
	all.Wait()
	return p, errors.Join(faults...)
}

// noisy draws a house with the noise of a sensor, without which its file would be too small.
func noisy(seed int64, width, height int) *image.RGBA {
	img := photofixture.Picture(seed, photofixture.Options{Width: width, Height: height})
	random := rand.New(rand.NewPCG(uint64(seed), 0))
	for i := 0; i < len(img.Pix); i += 4 {
		draw := random.Uint32()
		noise := int(draw&7+draw>>3&7) - 7 // triangular
		for c := range 3 {
			img.Pix[i+c] = uint8(min(max(int(img.Pix[i+c])+noise, 0), 255))
		}
	}
	return img
}

// cut encodes a house's strips.
func (p *pool) cut(img *image.RGBA, house int) error {
	height := img.Rect.Dy() / strips
	for n := range strips {
		var file bytes.Buffer
		part := img.SubImage(image.Rect(0, n*height, img.Rect.Dx(), (n+1)*height))
		if err := jpeg.Encode(&file, part, &jpeg.Options{Quality: quality}); err != nil {
			return err
		}
		head, scan, err := split(file.Bytes())
		if err != nil {
			return err
		}
		p.scans[house*strips+n] = scan
		if house == 0 && n == 0 {
			p.head = heading(head, img.Rect.Dx(), height)
		}
	}
	return nil
}

// The JPEG markers that matter here (ITU T.81, table B.1).
const (
	startOfFrame   = 0xc0
	startOfScan    = 0xda
	restartEvery   = 0xdd
	restart        = 0xd0 // to 0xd7, in turn
	endOfImage     = 0xd9
	lengthOfEnding = 2
)

// split parts a JPEG of one scan into what comes before the scan's header, with it, and the
// coded pixels.
func split(file []byte) (head, scan []byte, err error) {
	for at := 2; at+4 <= len(file); {
		next := at + 2 + int(binary.BigEndian.Uint16(file[at+2:]))
		if file[at+1] == startOfScan {
			return file[:next], file[next : len(file)-lengthOfEnding], nil
		}
		at = next
	}
	return nil, nil, errors.New("a JPEG without a scan")
}

// heading makes the head of a strip that of a whole photo.
func heading(strip []byte, width, height int) []byte {
	var head []byte
	perStrip := uint16(width / block * height / block)
	head = append(head, strip[:2]...)
	for at := 2; at < len(strip); {
		next := at + 2 + int(binary.BigEndian.Uint16(strip[at+2:]))
		segment := bytes.Clone(strip[at:next])
		switch segment[1] {
		case startOfFrame:
			binary.BigEndian.PutUint16(segment[5:], uint16(height*strips))
		case startOfScan:
			head = binary.BigEndian.AppendUint16(append(head, 0xff, restartEvery, 0, 4), perStrip)
		}
		head = append(head, segment...)
		at = next
	}
	return head
}

// photo puts a photo together, as a phone of that model takes it now and there: upright or on
// its side.
func (p *pool) photo(random *rand.Rand, model string, at time.Time, lat, lng float64) []byte {
	file := bytes.Clone(p.head)
	for n, which := range random.Perm(len(p.scans))[:strips] {
		if n > 0 {
			file = append(file, 0xff, byte(restart+(n-1)%8))
		}
		file = append(file, p.scans[which]...)
	}
	file = append(file, 0xff, endOfImage)
	taken := photofixture.Phone(at.In(domain.IST), lat, lng)
	taken.Make, taken.Model = "", model
	orientation := []int{1, 6}[random.IntN(2)]
	return photofixture.WithJPEGMetadata(file, taken.TIFF(orientation))
}
