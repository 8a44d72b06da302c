package drawnphoto

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"time"

	"github.com/propflow/propflow/domain"
)

// Width and Height are the pixels of a whole photo, which phones call 3 megapixels.
const (
	Width  = 2048
	Height = 1536
)

// quality is the JPEG quality that most phones use.
const quality = 88

// Phone is a camera, by the names that it writes into its files.
type Phone struct{ Make, Model string }

// phones are invented, so that they do not resemble a real product.
var phones = []Phone{
	{"Nilgiri", "Nilgiri N5"}, {"Nilgiri", "Nilgiri N7 Pro"}, {"Kaveri Mobile", "KM-2204"}, {"Kaveri Mobile", "KM-2310"},
	{"Deccan", "Deccan One"}, {"Deccan", "Deccan One Plus"}, {"Tarang", "T90"}, {"Tarang", "T95 Lite"},
}

// PhoneOf returns the phone of the owner of the seed's house.
func PhoneOf(seed int64) Phone {
	return phones[uint64(seed)%uint64(len(phones))]
}

// Shot describes how a photo is taken.
type Shot struct {
	Phone    Phone
	At       time.Time // by the clock and in the zone of the phone
	Position Position
}

// Picture is the JPEG file of a drawing, without metadata. It can be taken any number of times
// without being drawn again.
type Picture []byte

// NewPicture draws a subject of the seed's house, as Draw does, and encodes it.
func NewPicture(seed int64, subject domain.Subject, width, height int) Picture {
	return Encode(Draw(seed, subject, width, height), quality)
}

// Encode returns the JPEG file of the image; the quality is 1 to 100.
func Encode(img image.Image, quality int) Picture {
	var file bytes.Buffer
	if err := jpeg.Encode(&file, img, &jpeg.Options{Quality: quality}); err != nil {
		panic("drawnphoto: " + err.Error()) //nolint:forbidigo // a bug of the caller: no JPEG is so large
	}
	return file.Bytes()
}

// Taken returns the photo file of a shot of the picture.
func (p Picture) Taken(shot Shot) []byte {
	exif := EXIF{
		Make: shot.Phone.Make, Model: shot.Phone.Model, TakenAt: shot.At, Zoned: true, Position: &shot.Position, FixAt: shot.At,
	}
	return WithEXIF(p, exif.TIFF(1))
}

// WithEXIF inserts an EXIF segment with the given TIFF bytes, valid or not, after the start
// marker of the JPEG.
func WithEXIF(jpeg, tiff []byte) []byte {
	const start, app1 = 2, "\xff\xe1"
	segment := binary.BigEndian.AppendUint16([]byte(app1), uint16(2+6+len(tiff)))
	return bytes.Join([][]byte{jpeg[:start], segment, []byte("Exif\x00\x00"), tiff, jpeg[start:]}, nil)
}
