package photofixture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
)

// The items of a HEIC fixture.
const (
	pictureItem, exifItem = 1, 2
)

// heicFile writes the picture as a HEIF file with one HEVC item (ISO/IEC 23008-12). Width
// and height must be even.
func heicFile(img *image.RGBA, orientation int, tiff []byte) []byte {
	picture := encodeHEVC(img)
	var data []byte
	for _, slice := range picture.slices {
		data = append(binary.BigEndian.AppendUint32(data, uint32(len(slice))), slice...)
	}
	var exif []byte
	if len(tiff) > 0 {
		exif = append(make([]byte, 4), tiff...) // no bytes before the TIFF header
	}
	ftyp := isoBox("ftyp", []byte("heic\x00\x00\x00\x00mif1heic"))
	properties := propertiesBox(picture, img.Rect.Size(), orientation)
	// Offsets have a fixed size, so the size of the box is known before they are.
	size := len(metaBox(properties, 0, len(data), len(exif)))
	start := len(ftyp) + size + 8
	return bytes.Join([][]byte{
		ftyp, metaBox(properties, start, len(data), len(exif)), isoBox("mdat", data, exif),
	}, nil)
}

func isoBox(name string, bodies ...[]byte) []byte {
	body := bytes.Join(bodies, nil)
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)+8))
	return append(append(b, name...), body...)
}

// fullBox returns a box with a version and no flags.
func fullBox(name string, version byte, bodies ...[]byte) []byte {
	return isoBox(name, append([][]byte{{version, 0, 0, 0}}, bodies...)...)
}

func metaBox(properties []byte, start, dataSize, exifSize int) []byte {
	handler := fullBox("hdlr", 0, make([]byte, 4), []byte("pict"), make([]byte, 13))
	primary := fullBox("pitm", 0, short(pictureItem))
	locations := location(pictureItem, start, dataSize)
	entries := itemEntry(pictureItem, "hvc1")
	count := 1
	var references []byte
	if exifSize > 0 {
		count = 2
		locations = append(locations, location(exifItem, start+dataSize, exifSize)...)
		entries = append(entries, itemEntry(exifItem, "Exif")...)
		references = fullBox("iref", 0, isoBox("cdsc", short(exifItem), short(1), short(pictureItem)))
	}
	return fullBox("meta", 0, handler, primary,
		fullBox("iloc", 0, []byte{0x44, 0}, short(count), locations),
		fullBox("iinf", 0, short(count), entries),
		references, properties)
}

// location returns an iloc entry: one extent of a 4-byte offset and a 4-byte length.
func location(item, start, size int) []byte {
	b := bytes.Join([][]byte{short(item), short(0), short(1)}, nil)
	b = binary.BigEndian.AppendUint32(b, uint32(start))
	return binary.BigEndian.AppendUint32(b, uint32(size))
}

func itemEntry(item int, kind string) []byte {
	return fullBox("infe", 2, short(item), short(0), []byte(kind), []byte{0})
}

func propertiesBox(picture hevcPicture, size image.Point, orientation int) []byte {
	extent := binary.BigEndian.AppendUint32(nil, uint32(size.X))
	extent = binary.BigEndian.AppendUint32(extent, uint32(size.Y))
	container := isoBox("ipco", decoderBox(picture), fullBox("ispe", 0, extent),
		isoBox("irot", []byte{quarterTurns(orientation)}))
	const essential = 0x80
	association := fullBox("ipma", 0, []byte{0, 0, 0, 1}, short(pictureItem),
		[]byte{3, essential | 1, 2, essential | 3})
	return isoBox("iprp", container, association)
}

// quarterTurns returns how often a viewer must turn the stored picture anticlockwise by 90°.
func quarterTurns(orientation int) byte {
	turns, ok := map[int]byte{0: 0, 1: 0, 3: 2, 6: 3, 8: 1}[orientation]
	if !ok {
		panic(fmt.Sprintf("photofixture: a HEIC cannot have orientation %d", orientation))
	}
	return turns
}

// decoderBox returns the HEVC decoder configuration (ISO/IEC 14496-15, 8.3.3.1).
func decoderBox(p hevcPicture) []byte {
	b := []byte{1, 3, 0x70, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, levelCode, 0xf0, 0, 0xfc, 0xfd, 0xf8, 0xf8, 0, 0, 0x0f, 3}
	for _, unit := range [][]byte{p.vps, p.sps, p.pps} {
		b = append(b, 0x80|unit[0]>>1) // array complete, type of the unit
		b = append(b, short(1)...)
		b = append(b, short(len(unit))...)
		b = append(b, unit...)
	}
	return isoBox("hvcC", b)
}

func short(v int) []byte { return binary.BigEndian.AppendUint16(nil, uint16(v)) }
