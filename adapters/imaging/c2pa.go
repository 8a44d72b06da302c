package imaging

import (
	"bytes"
	"encoding/binary"
	"iter"

	"github.com/propflow/propflow/domain"
)

// The marks of a C2PA manifest store (C2PA 2.1, appendix A): a JUMBF superbox (ISO/IEC
// 19566-5) of this type, or in a HEIC a box of this UUID whose purpose is a manifest.
var (
	c2paType = []byte("c2pa\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71")
	c2paUUID = []byte("\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81")
)

// hasC2PA reports whether the file contains content credentials. It does not verify them.
func hasC2PA(format domain.ImageFormat, data []byte) bool {
	switch format {
	case domain.FormatJPEG:
		for segment := range jpegSegments(data, 0xeb) {
			// Common identifier "JP", box instance and packet number (ISO/IEC 18477-3).
			if len(segment) > 8 && string(segment[:2]) == "JP" && isManifest(segment[8:]) {
				return true
			}
		}
	case domain.FormatPNG:
		for chunk := range pngChunks(data, "caBX") {
			return isManifest(chunk)
		}
	case domain.FormatWebP:
		for chunk := range webpChunks(data, "C2PA") {
			return isManifest(chunk)
		}
	case domain.FormatHEIC:
		for box := range boxes(data, "uuid") {
			// The UUID, version and flags, then the purpose.
			if bytes.HasPrefix(box, c2paUUID) && bytes.HasPrefix(tail(box, len(c2paUUID)+4), []byte("manifest\x00")) {
				return true
			}
		}
	case domain.FormatUnknown:
	}
	return false
}

// isManifest reports whether a JUMBF superbox begins with the description box of a C2PA
// manifest store. The rest of it may be in further segments.
func isManifest(superbox []byte) bool {
	return len(superbox) >= 32 && string(superbox[4:8]) == "jumb" && string(superbox[12:16]) == "jumd" &&
		bytes.Equal(superbox[16:32], c2paType)
}

// jpegSegments yields the content of each segment with the marker before the first scan. It
// stops at malformed data.
func jpegSegments(data []byte, marker byte) iter.Seq[[]byte] {
	const startOfScan = 0xda
	return func(yield func([]byte) bool) {
		for at := 2; at+4 <= len(data) && data[at] == 0xff && data[at+1] != startOfScan; {
			if data[at+1] == 0xff { // padding
				at++
				continue
			}
			size := int(binary.BigEndian.Uint16(data[at+2:]))
			if size < 2 || at+2+size > len(data) {
				return
			}
			if data[at+1] == marker && !yield(data[at+4:at+2+size]) {
				return
			}
			at += 2 + size
		}
	}
}

// pngChunks yields the content of each chunk of a type.
func pngChunks(data []byte, kind string) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for at := 8; at+12 <= len(data); {
			size := int(binary.BigEndian.Uint32(data[at:]))
			if size > len(data)-at-12 {
				return
			}
			if string(data[at+4:at+8]) == kind && !yield(data[at+8:at+8+size]) {
				return
			}
			at += 12 + size
		}
	}
}

// webpChunks yields the content of each chunk of a type.
func webpChunks(data []byte, kind string) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for at := 12; at+8 <= len(data); {
			size := int(binary.LittleEndian.Uint32(data[at+4:]))
			if size > len(data)-at-8 {
				return
			}
			if string(data[at:at+4]) == kind && !yield(data[at+8:at+8+size]) {
				return
			}
			at += 8 + size + size%2
		}
	}
}
