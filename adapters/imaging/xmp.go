package imaging

import (
	"bytes"
	"encoding/xml"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/propflow/propflow/domain"
)

// maxXMP is the maximum number of bytes of an XMP packet that are read. Cameras write a few KB;
// only embedded pictures make a packet longer.
const maxXMP = 256 << 10

// The namespaces of XMP (ISO 16684-1) and of its EXIF properties.
const (
	nsXMP  = "http://ns.adobe.com/xap/1.0/"
	nsEXIF = "http://ns.adobe.com/exif/1.0/"
)

// xmp is the properties of the capture in an XMP packet, by qualified name.
type xmp map[xml.Name]string

// The properties that are read.
var (
	xmpTool     = xml.Name{Space: nsXMP, Local: "CreatorTool"}
	xmpCreated  = xml.Name{Space: nsXMP, Local: "CreateDate"}
	xmpOriginal = xml.Name{Space: nsEXIF, Local: "DateTimeOriginal"}
	xmpLat      = xml.Name{Space: nsEXIF, Local: "GPSLatitude"}
	xmpLng      = xml.Name{Space: nsEXIF, Local: "GPSLongitude"}
)

// read adds the properties of a packet, written as attributes or as elements; the first of each
// counts. Of a malformed packet it adds what it can read.
func (x xmp) read(packet io.Reader) {
	decoder := xml.NewDecoder(io.LimitReader(packet, maxXMP))
	var inside xml.Name
	for {
		token, err := decoder.Token()
		if err != nil {
			return
		}
		switch token := token.(type) {
		case xml.StartElement:
			inside = token.Name
			for _, attribute := range token.Attr {
				x.keep(attribute.Name, attribute.Value)
			}
		case xml.EndElement:
			inside = xml.Name{}
		case xml.CharData:
			x.keep(inside, string(token))
		}
	}
}

func (x xmp) keep(name xml.Name, value string) {
	switch name {
	case xmpTool, xmpCreated, xmpOriginal, xmpLat, xmpLng:
		if value = brief(value); value != "" && x[name] == "" {
			x[name] = value
		}
	}
}

// supplement fills in what the file's EXIF lacks.
func (x xmp) supplement(exif *domain.EXIF) {
	exif.CreatorTool = x[xmpTool]
	if exif.Location == nil {
		exif.Location = x.location()
	}
	for _, name := range []xml.Name{xmpOriginal, xmpCreated} {
		if exif.TakenAt == nil {
			exif.TakenAt, exif.Zoned = dated(x[name])
		}
	}
}

// dated parses a date of ISO 8601 to the minute at least; without a zone it is IST.
func dated(s string) (at *time.Time, zoned bool) {
	for _, layout := range []string{"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return instant(t), true
		}
		if t, err := time.ParseInLocation(strings.TrimSuffix(layout, "Z07:00"), s, domain.IST); err == nil {
			return instant(t), false
		}
	}
	return nil, false
}

// location returns the position, or nil if it is absent, malformed or 0,0.
func (x xmp) location() *domain.Point {
	lat, okLat := xmpDegrees(x[xmpLat], "N", "S")
	lng, okLng := xmpDegrees(x[xmpLng], "E", "W")
	if p := (domain.Point{Lat: lat, Lng: lng}); okLat && okLng && p.Valid() {
		return &p
	}
	return nil
}

// xmpDegrees parses "28,36,50N" or "28,36.83N": degrees, minutes, seconds, hemisphere.
func xmpDegrees(s, positive, negative string) (angle float64, ok bool) {
	sign := 1.0
	number, ok := strings.CutSuffix(s, positive)
	if !ok {
		if number, ok = strings.CutSuffix(s, negative); !ok {
			return 0, false
		}
		sign = -1
	}
	for i, part := range strings.Split(number, ",") {
		v, err := strconv.ParseFloat(part, 64)
		if err != nil || i > 2 || v < 0 || math.IsInf(v, 0) || math.IsNaN(v) {
			return 0, false
		}
		angle += v / math.Pow(60, float64(i))
	}
	return sign * angle, true
}

// pngXMP returns the XMP packet of a PNG, or nil if it has none that is uncompressed.
func pngXMP(data []byte) []byte {
	const keyword = "XML:com.adobe.xmp\x00\x00\x00" // not compressed, by method 0
	for body := range pngChunks(data, "iTXt") {
		if rest, ok := bytes.CutPrefix(body, []byte(keyword)); ok {
			if _, rest, ok = bytes.Cut(rest, []byte{0}); ok { // language
				_, rest, _ = bytes.Cut(rest, []byte{0}) // translated keyword
			}
			return rest
		}
	}
	return nil
}
