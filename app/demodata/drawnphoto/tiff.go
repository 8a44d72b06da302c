package drawnphoto

import "encoding/binary"

// order is binary.LittleEndian or binary.BigEndian.
type order interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

type field struct {
	tag, kind uint16
	count     int
	value     []byte
}

// directory is a TIFF image file directory; its fields must ascend by tag.
type directory []field

// size is the number of bytes of the directory with its values.
func (d directory) size() int {
	size := 2 + 12*len(d) + 4
	for _, f := range d {
		if len(f.value) > 4 {
			size += len(f.value)
		}
	}
	return size
}

// appendTo appends the directory, which starts at offset, to b.
func (d directory) appendTo(b []byte, offset int, by order) []byte {
	b = by.AppendUint16(b, uint16(len(d)))
	values := offset + 2 + 12*len(d) + 4
	for _, f := range d {
		b = by.AppendUint16(b, f.tag)
		b = by.AppendUint16(b, f.kind)
		b = by.AppendUint32(b, uint32(f.count))
		if len(f.value) > 4 {
			b = by.AppendUint32(b, uint32(values))
			values += len(f.value)
			continue
		}
		b = append(b, append(f.value, 0, 0, 0, 0)[:4]...)
	}
	b = append(b, 0, 0, 0, 0) // no further directory
	for _, f := range d {
		if len(f.value) > 4 {
			b = append(b, f.value...)
		}
	}
	return b
}

func appendText(d directory, tag uint16, s string) directory {
	if s == "" {
		return d
	}
	return append(d, field{tag, typeASCII, len(s) + 1, append([]byte(s), 0)})
}

type ratio struct{ over, under uint32 }

func rationals(tag uint16, by order, ratios ...ratio) field {
	f := field{tag: tag, kind: typeRational, count: len(ratios)}
	for _, r := range ratios {
		f.value = by.AppendUint32(by.AppendUint32(f.value, r.over), r.under)
	}
	return f
}
