package memory

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"net/url"
	"strconv"
	"time"

	"github.com/propflow/propflow/domain"
)

// grant is what one link permits. The file is zero for a download.
type grant struct {
	method  string
	key     string
	file    domain.Announcement
	expires time.Time
}

// signer signs grants and verifies signatures with one secret key.
type signer struct{ key []byte }

// sign returns an HMAC-SHA256 over every part of the grant. Each part is preceded by its
// length, because otherwise two grants could concatenate to the same bytes.
func (s signer) sign(g grant) string {
	mac := hmac.New(sha256.New, s.key)
	for _, part := range []string{
		g.method, g.key, strconv.FormatInt(g.file.Bytes, 10), g.file.ContentType, g.file.SHA256,
		strconv.FormatInt(g.expires.UnixNano(), 10),
	} {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		mac.Write(size[:])
		mac.Write([]byte(part))
	}
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func (b *Blobs) link(g grant) string {
	query := url.Values{
		"expires":   {strconv.FormatInt(g.expires.UnixNano(), 10)},
		"signature": {b.signer.sign(g)},
	}
	if g.method == "PUT" {
		query.Set("bytes", strconv.FormatInt(g.file.Bytes, 10))
		query.Set("type", g.file.ContentType)
		query.Set("sha256", g.file.SHA256)
	}
	path := url.URL{Path: "/" + g.key}
	return b.base + path.EscapedPath() + "?" + query.Encode()
}

var (
	errForged  = errors.New("the link's signature does not match")
	errExpired = errors.New("the link has expired")
)

// read returns what a link permits, or an error if it is forged or has expired.
func (s signer) read(method, key string, query url.Values, now time.Time) (grant, error) {
	expires, err := strconv.ParseInt(query.Get("expires"), 10, 64)
	if err != nil {
		return grant{}, errForged
	}
	g := grant{method: method, key: key, expires: time.Unix(0, expires)}
	if method == "PUT" {
		if g.file.Bytes, err = strconv.ParseInt(query.Get("bytes"), 10, 64); err != nil {
			return grant{}, errForged
		}
		g.file.ContentType, g.file.SHA256 = query.Get("type"), query.Get("sha256")
	}
	if !hmac.Equal([]byte(s.sign(g)), []byte(query.Get("signature"))) {
		return grant{}, errForged
	}
	if !now.Before(g.expires) {
		return grant{}, errExpired
	}
	return g, nil
}
