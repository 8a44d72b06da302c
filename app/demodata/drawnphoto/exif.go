package drawnphoto

import (
	"encoding/binary"
	"math"
	"time"
)

// EXIF is the metadata to write. Zero values are left out.
type EXIF struct {
	Make, Model, Software string
	// TakenAt is written as DateTimeOriginal, as the wall clock of its own location.
	TakenAt time.Time
	// RawTakenAt is written as DateTimeOriginal instead, valid or not.
	RawTakenAt string
	// Zoned writes TakenAt's offset as OffsetTimeOriginal.
	Zoned bool
	// Position is written as latitude and longitude with their references.
	Position *Position
	// FixAt is written as GPSDateStamp and GPSTimeStamp, in UTC.
	FixAt time.Time
	// BigEndian writes the numbers as Motorola cameras do ("MM").
	BigEndian bool
}

// Position is in signed degrees.
type Position struct{ Lat, Lng float64 }

// The EXIF 2.32 tags and TIFF 6.0 field types that are written.
const (
	tagMake, tagModel, tagOrientation, tagSoftware = 0x010f, 0x0110, 0x0112, 0x0131
	tagExifIFD, tagGPSIFD                          = 0x8769, 0x8825
	tagDateTimeOriginal, tagOffsetTimeOriginal     = 0x9003, 0x9011
	tagLatRef, tagLat, tagLngRef, tagLng           = 1, 2, 3, 4
	tagGPSTime, tagGPSDate                         = 7, 29

	typeASCII, typeShort, typeLong, typeRational = 2, 3, 4, 5
)

// TIFF returns the metadata as a TIFF structure, as every container embeds it. An orientation of
// 0 is left out; any other is written, valid or not.
func (e EXIF) TIFF(orientation int) []byte {
	var by order = binary.LittleEndian
	b := []byte("II*\x00\x08\x00\x00\x00")
	if e.BigEndian {
		by, b = binary.BigEndian, []byte("MM\x00*\x00\x00\x00\x08")
	}
	exif, gps := e.exifDirectory(), e.gpsDirectory(by)
	root := e.rootDirectory(orientation, 0, 0, by)
	exifAt := 8 + root.size()
	gpsAt := exifAt + exif.size()
	root = e.rootDirectory(orientation, exifAt, gpsAt, by)
	b = root.appendTo(b, 8, by)
	b = exif.appendTo(b, exifAt, by)
	return gps.appendTo(b, gpsAt, by)
}

func (e EXIF) rootDirectory(orientation, exifAt, gpsAt int, by order) directory {
	var d directory
	d = appendText(d, tagMake, e.Make)
	d = appendText(d, tagModel, e.Model)
	if orientation != 0 {
		d = append(d, field{tagOrientation, typeShort, 1, by.AppendUint16(nil, uint16(orientation))})
	}
	d = appendText(d, tagSoftware, e.Software)
	return append(d,
		field{tagExifIFD, typeLong, 1, by.AppendUint32(nil, uint32(exifAt))},
		field{tagGPSIFD, typeLong, 1, by.AppendUint32(nil, uint32(gpsAt))})
}

func (e EXIF) exifDirectory() directory {
	var d directory
	switch {
	case e.RawTakenAt != "":
		d = appendText(d, tagDateTimeOriginal, e.RawTakenAt)
	case !e.TakenAt.IsZero():
		d = appendText(d, tagDateTimeOriginal, e.TakenAt.Format("2006:01:02 15:04:05"))
	}
	if e.Zoned {
		d = appendText(d, tagOffsetTimeOriginal, e.TakenAt.Format("-07:00"))
	}
	return d
}

func (e EXIF) gpsDirectory(by order) directory {
	var d directory
	if p := e.Position; p != nil {
		d = appendText(d, tagLatRef, hemisphere(p.Lat, "N", "S"))
		d = append(d, rationals(tagLat, by, degrees(p.Lat)...))
		d = appendText(d, tagLngRef, hemisphere(p.Lng, "E", "W"))
		d = append(d, rationals(tagLng, by, degrees(p.Lng)...))
	}
	if !e.FixAt.IsZero() {
		t := e.FixAt.UTC()
		d = append(d, rationals(tagGPSTime, by,
			ratio{uint32(t.Hour()), 1}, ratio{uint32(t.Minute()), 1}, ratio{uint32(t.Second()), 1}))
		d = appendText(d, tagGPSDate, t.Format("2006:01:02"))
	}
	return d
}

// degrees splits an angle into degrees, minutes and 1/1000 seconds (3 cm of latitude).
func degrees(angle float64) []ratio {
	const perSecond = 1000
	units := uint32(math.Round(math.Abs(angle) * 3600 * perSecond))
	return []ratio{
		{units / (3600 * perSecond), 1},
		{units / (60 * perSecond) % 60, 1},
		{units % (60 * perSecond), perSecond},
	}
}

func hemisphere(angle float64, positive, negative string) string {
	if angle < 0 {
		return negative
	}
	return positive
}
