package middleware

import (
	"context"
	"fmt"
	"net/http"

	"github.com/klauspost/compress/gzhttp"
	"github.com/klauspost/compress/gzip"
)

// TaggedGzip is the suffix of the entity tag of a compressed answer: a strong tag names the
// bytes of one representation (RFC 9110, section 8.8.3.3), so that "3" becomes "3-gzip".
const TaggedGzip = "-gzip"

// compressedFrom is the size in bytes from which answers are compressed: a smaller answer fits
// one packet anyway.
const compressedFrom = 1024

// Compress returns middleware that compresses JSON of 1 kB or more with gzip if the client
// accepts it. Pictures and PDFs are compressed already, and a stream of events must not wait for
// a block to fill. Compression does not expose secrets (BREACH), because no answer contains a
// secret beside text that an attacker can choose, and browsers attach no cookie to a request.
// Error: the options contradict each other, which no input can cause.
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
	return func(next http.Handler) http.Handler {
		compressed := wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Context().Value(wasHead{}) != nil {
				r = r.WithContext(r.Context())
				r.Method = http.MethodHead
			}
			next.ServeHTTP(w, r)
		}))
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodHead {
				r = r.WithContext(context.WithValue(r.Context(), wasHead{}, true))
				r.Method = http.MethodGet
			}
			compressed.ServeHTTP(w, r)
		})
	}, nil
}

// wasHead marks a request of HEAD that gzhttp sees as one of GET. gzhttp does not compress HEAD,
// which would then answer the length and the tag of another representation than GET does (RFC
// 9110, sections 8.6 and 9.3.2). net/http sends no body for HEAD, whatever is written.
type wasHead struct{}
