package imaging

import (
	"bytes"
	"io"
	"strings"
	"time"

	"github.com/bep/imagemeta"

	"github.com/propflow/propflow/domain"
)

const (
	exifLayout = "2006:01:02 15:04:05"
	maxText    = 100 // runes kept of a maker, model or software name
)

// metaFormats maps our formats to those of the metadata reader.
var metaFormats = map[domain.ImageFormat]imagemeta.ImageFormat{
	domain.FormatJPEG: imagemeta.JPEG,
	domain.FormatPNG:  imagemeta.PNG,
	domain.FormatWebP: imagemeta.WebP,
	domain.FormatHEIC: imagemeta.HEIF,
}

// wanted are the tags that are read, each in its directory of EXIF 2.32 only, because the same
// names in a thumbnail's directory do not describe the photo.
var wanted = map[string]string{
	"Orientation": "IFD0", "Make": "IFD0", "Model": "IFD0", "Software": "IFD0",
	"DateTimeOriginal": "IFD0/ExifIFDP", "OffsetTimeOriginal": "IFD0/ExifIFDP",
	"GPSLatitude": "IFD0/GPSInfoIFD", "GPSLatitudeRef": "IFD0/GPSInfoIFD",
	"GPSLongitude": "IFD0/GPSInfoIFD", "GPSLongitudeRef": "IFD0/GPSInfoIFD",
	"GPSDateStamp": "IFD0/GPSInfoIFD", "GPSTimeStamp": "IFD0/GPSInfoIFD",
}

// readEXIF returns the metadata of the capture, from the file's EXIF or else from its XMP. Of
// malformed metadata it returns what it can read, because that is no fault of the picture.
func readEXIF(format domain.ImageFormat, data []byte) domain.EXIF {
	tags, packet := readTags(format, data)
	exif := domain.EXIF{
		Orientation: orientation(tags),
		Location:    location(tags),
		Make:        text(tags, "Make"),
		Model:       text(tags, "Model"),
		Software:    text(tags, "Software"),
	}
	exif.TakenAt, exif.Zoned = takenAt(tags)
	packet.supplement(&exif)
	return exif
}

func readTags(format domain.ImageFormat, data []byte) (tags imagemeta.Tags, packet xmp) {
	packet = xmp{}
	if format == domain.FormatPNG {
		packet.read(bytes.NewReader(pngXMP(data)))
	}
	if tiff, ok := prefixedWebP(format, data); ok {
		readMeta(tiff, imagemeta.TIFF, imagemeta.EXIF, &tags, packet)
	}
	// One by one, because malformed EXIF must not hide the XMP after it.
	readMeta(data, metaFormats[format], imagemeta.EXIF, &tags, packet)
	readMeta(data, metaFormats[format], imagemeta.XMP, &tags, packet)
	return tags, packet
}

func readMeta(data []byte, container imagemeta.ImageFormat, sources imagemeta.Source, tags *imagemeta.Tags, packet xmp) {
	var broken error
	defer recoverAs(&broken) // what was read before it broke is kept
	_, _ = imagemeta.Decode(imagemeta.Options{
		R:           bytes.NewReader(data),
		ImageFormat: container,
		Sources:     sources,
		ShouldHandleTag: func(tag imagemeta.TagInfo) bool {
			return wanted[tag.Tag] == tag.Namespace && !tags.Has(tag)
		},
		HandleTag: func(tag imagemeta.TagInfo) error {
			tags.Add(tag)
			return nil
		},
		HandleXMP: func(r io.Reader) error {
			packet.read(r)
			_, err := io.Copy(io.Discard, r) // the metadata reader requires reading to the end
			return err
		},
	})
}

// prefixedWebP returns the TIFF structure of a WebP whose writer put JPEG's "Exif" prefix
// before it. RFC 9649 has no such prefix, but common encoders write it, and the metadata reader
// does not accept it.
func prefixedWebP(format domain.ImageFormat, data []byte) (tiff []byte, ok bool) {
	if format != domain.FormatWebP {
		return nil, false
	}
	for chunk := range webpChunks(data, "EXIF") {
		return bytes.CutPrefix(chunk, []byte("Exif\x00\x00"))
	}
	return nil, false
}

// text returns a trimmed text tag of at most maxText runes, or "" if it is absent.
func text(tags imagemeta.Tags, name string) string {
	s, _ := tags.EXIF()[name].Value.(string)
	return brief(s)
}

// brief returns valid trimmed text of at most maxText runes.
func brief(s string) string {
	s = strings.TrimSpace(strings.ToValidUTF8(s, ""))
	if runes := []rune(s); len(runes) > maxText {
		s = strings.TrimSpace(string(runes[:maxText]))
	}
	return s
}

// orientation returns the EXIF orientation 1…8, or 0 if it is absent or none of them.
func orientation(tags imagemeta.Tags) int {
	if v, ok := tags.EXIF()["Orientation"].Value.(uint16); ok && v >= 1 && v <= 8 {
		return int(v)
	}
	return 0
}

// location returns the signed position, or nil if it is absent, malformed or 0,0.
func location(tags imagemeta.Tags) (at *domain.Point) {
	var malformed error
	defer recoverAs(&malformed) // GetLatLong panics on values of the wrong type
	lat, lng, err := tags.GetLatLong()
	if p := (domain.Point{Lat: lat, Lng: lng}); err == nil && p.Valid() {
		at = &p
	}
	return at
}

// takenAt returns the capture time by the best clock in the file: the camera's with a zone, the
// satellites', or the camera's without a zone, read as IST. It returns nil if there is none.
func takenAt(tags imagemeta.Tags) (at *time.Time, zoned bool) {
	if zone, ok := offset(text(tags, "OffsetTimeOriginal")); ok {
		if t, err := time.ParseInLocation(exifLayout, text(tags, "DateTimeOriginal"), zone); err == nil {
			return instant(t), true
		}
	}
	// Midnight does not count, because devices without a fix write it.
	if clock := text(tags, "GPSTimeStamp"); clock != "" && clock != "00:00:00" {
		if t, err := time.Parse(exifLayout, text(tags, "GPSDateStamp")+" "+clock); err == nil {
			return instant(t), true
		}
	}
	if t, err := time.ParseInLocation(exifLayout, text(tags, "DateTimeOriginal"), domain.IST); err == nil {
		return instant(t), false
	}
	return nil, false
}

func instant(t time.Time) *time.Time {
	t = t.UTC()
	return &t
}

// offset parses an EXIF zone such as "+05:30" (EXIF 2.31, tag 0x9011); "Z" is UTC.
func offset(s string) (*time.Location, bool) {
	t, err := time.Parse("Z07:00", s)
	if err != nil {
		return nil, false
	}
	_, seconds := t.Zone()
	return time.FixedZone(s, seconds), true
}
