package middleware

import (
	"fmt"
	"net/http"

	"github.com/klauspost/compress/gzhttp"
	"github.com/klauspost/compress/gzip"
)

// TaggedGzip ends the entity tag of an answer that Compress wrote in gzip: a strong tag names
// the bytes of one representation (RFC 9110, section 8.8.3.3), so that "3" becomes "3-gzip".
const TaggedGzip = "-gzip"

// compressedFrom is the size in bytes from which compressing pays: a smaller answer fits one
// packet anyway.
const compressedFrom = 1024

// Compress returns middleware that answers JSON of 1 kB or more in gzip if the client accepts
// it. Pictures and PDFs are compressed already, and a stream of events must not wait for a
// block to fill. Answers carry no secret beside text of somebody else's choice, and
// browsers attach no cookie to a request, so that their lengths give nothing away (BREACH).
// Error: the options contradict each other, which no input causes.
func Compress() (func(http.Handler) http.Handler, error) {
	wrap, err := gzhttp.NewWrapper(
		gzhttp.MinSize(compressedFrom),
		gzhttp.ContentTypes([]string{"application/json", "application/problem+json"}),
		gzhttp.CompressionLevel(gzip.BestSpeed),
		gzhttp.EnableZstd(false),
		gzhttp.SuffixETag(TaggedGzip),
	)
	if err != nil {
		return nil, fmt.Errorf("set up compression: %w", err)
	}
	return func(next http.Handler) http.Handler { return wrap(next) }, nil
}
