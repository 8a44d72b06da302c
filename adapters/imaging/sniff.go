package imaging

import (
	"bytes"
	"encoding/binary"

	"github.com/propflow/propflow/domain"
)

// isHEVC reports whether an ftyp brand is one of HEVC-coded still images and their
// collections (ISO/IEC 23008-12, annex B.4).
func isHEVC(brand []byte) bool {
	switch string(brand) {
	case "heic", "heix", "heim", "heis":
		return true
	}
	return false
}

// isStructural reports whether a brand names the HEIF container but not the codec.
func isStructural(brand []byte) bool {
	return string(brand) == "mif1" || string(brand) == "msf1"
}

// sniff returns the true format of a file, or FormatUnknown if PropFlow does not read it.
func sniff(data []byte) domain.ImageFormat {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return domain.FormatJPEG
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return domain.FormatPNG
	case len(data) >= 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		return domain.FormatWebP
	case isHEIC(data):
		return domain.FormatHEIC
	default:
		return domain.FormatUnknown
	}
}

// isHEIC reports whether the file opens with an ftyp box whose major brand is HEVC, or
// structural with HEVC among the compatible ones (AVIF shares the container).
func isHEIC(data []byte) bool {
	if len(data) < 16 || string(data[4:8]) != "ftyp" {
		return false
	}
	major := data[8:12]
	if isHEVC(major) {
		return true
	}
	end := min(int64(binary.BigEndian.Uint32(data)), int64(len(data)))
	for at := int64(16); isStructural(major) && at+4 <= end; at += 4 {
		if isHEVC(data[at : at+4]) {
			return true
		}
	}
	return false
}
