package photofixture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
)

// XMP returns an XMP packet of the given properties, such as "xmp:CreatorTool", written as
// attributes or, if elements is true, as elements. It declares the prefixes xmp and exif.
func XMP(properties map[string]string, elements bool) []byte {
	var attributes, children strings.Builder
	for name, value := range properties {
		if elements {
			fmt.Fprintf(&children, "<%s>%s</%s>", name, value, name)
		} else {
			fmt.Fprintf(&attributes, " %s=%q", name, value)
		}
	}
	return fmt.Appendf(nil, `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">`+
		`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""`+
		` xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"%s>%s</rdf:Description>`+
		`</rdf:RDF></x:xmpmeta><?xpacket end="w"?>`, attributes.String(), children.String())
}

// WithXMP returns the JPEG, PNG or WebP with an XMP packet. A WebP must have EXIF already.
func WithXMP(file, packet []byte) []byte {
	switch {
	case bytes.HasPrefix(file, []byte("\xff\xd8")):
		return withSegment(file, 0xe1, append([]byte("http://ns.adobe.com/xap/1.0/\x00"), packet...))
	case bytes.HasPrefix(file, []byte("\x89PNG")):
		return withChunk(file, "iTXt", append([]byte("XML:com.adobe.xmp\x00\x00\x00\x00\x00"), packet...))
	default:
		const flags, hasXMP = 20, 1 << 2
		file = withRIFF(file, "XMP ", packet)
		file[flags] |= hasXMP
		return file
	}
}

// WithC2PA returns the file, of any format, with a C2PA manifest store that is empty except
// for its description: enough to be detected, but not to be verified.
func WithC2PA(file []byte) []byte {
	description := isoBox("jumd", []byte("c2pa\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71\x03c2pa\x00"))
	store := isoBox("jumb", description)
	switch {
	case bytes.HasPrefix(file, []byte("\xff\xd8")):
		return withSegment(file, 0xeb, append([]byte("JP\x02\x11\x00\x00\x00\x01"), store...))
	case bytes.HasPrefix(file, []byte("\x89PNG")):
		return withChunk(file, "caBX", store)
	case bytes.HasPrefix(file, []byte("RIFF")):
		return withRIFF(file, "C2PA", store)
	default:
		uuid := []byte("\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81")
		return append(bytes.Clone(file), isoBox("uuid", uuid, make([]byte, 4), []byte("manifest\x00"), make([]byte, 8), store)...)
	}
}

// withSegment inserts a segment right after the start marker of a JPEG.
func withSegment(jpeg []byte, marker byte, body []byte) []byte {
	segment := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(body)+2))
	return bytes.Join([][]byte{jpeg[:2], segment, body, jpeg[2:]}, nil)
}

// withChunk inserts a chunk right after the header of a PNG.
func withChunk(png []byte, name string, body []byte) []byte {
	const headerEnd = 8 + 8 + 13 + 4 // signature; length, type, IHDR, checksum
	return bytes.Join([][]byte{png[:headerEnd], pngChunk(name, body), png[headerEnd:]}, nil)
}

// withRIFF appends a chunk to a WebP.
func withRIFF(webp []byte, name string, body []byte) []byte {
	return appendChunk(nil, "RIFF", appendChunk(bytes.Clone(webp[8:]), name, body))
}
