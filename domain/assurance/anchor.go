package assurance

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// anchorFolder holds the anchors.
const anchorFolder = "audit/anchors/"

// anchorVersion is that of the shape below.
const anchorVersion = 1

// Anchor is an object that says where audit chains ended at a time. Anchors are a chain too.
type Anchor struct {
	Version  int       `json:"v"`
	Number   int64     `json:"number"`   // 1 for the first
	Previous string    `json:"previous"` // hex SHA-256 of the anchor before, empty for the first
	At       time.Time `json:"at"`
	// Through is the time up to which the chains that grew are anchored, by this anchor or an
	// earlier one.
	Through time.Time    `json:"through"`
	Heads   []AnchorHead `json:"heads"`
}

// AnchorHead is the end of one chain: the number and the hash of its last entry.
type AnchorHead struct {
	PropertyID domain.PropertyID `json:"property"`
	Seq        int64             `json:"seq"`
	Hash       string            `json:"hash"`
}

// anchorKey is where an anchor lies.
func anchorKey(number int64) string { return fmt.Sprintf("%s%012d.json", anchorFolder, number) }

// anchorNumber reads the number from a key, 0 where it is none of an anchor.
func anchorNumber(key string) int64 {
	name, ok := strings.CutSuffix(strings.TrimPrefix(key, anchorFolder), ".json")
	n, err := strconv.ParseInt(name, 10, 64)
	if !ok || err != nil || anchorKey(n) != key {
		return 0
	}
	return n
}

// seal writes the anchor and returns its bytes with what the database records of it.
func (a Anchor) seal() ([]byte, domain.AuditAnchor, error) {
	data, err := json.Marshal(a)
	return data, a.record(data), err
}

func (a Anchor) record(data []byte) domain.AuditAnchor {
	sum := sha256.Sum256(data)
	return domain.AuditAnchor{Number: a.Number, Hash: hex.EncodeToString(sum[:]), At: a.At, Through: a.Through}
}

// readAnchor reads an anchor and what should be recorded of it. Errors: KindNotFound
// "blob_not_found", KindUnavailable, KindInvalid "not_an_anchor".
func readAnchor(ctx context.Context, blobs ports.Blobs, number int64) (Anchor, domain.AuditAnchor, error) {
	var data bytes.Buffer
	if err := readBlob(ctx, blobs, anchorKey(number), &data); err != nil {
		return Anchor{}, domain.AuditAnchor{}, err
	}
	var a Anchor
	err := json.Unmarshal(data.Bytes(), &a)
	record := a.record(data.Bytes())
	if err != nil || a.Version != anchorVersion || a.Number != number {
		return a, record, &domain.Error{Kind: domain.KindInvalid, Code: "not_an_anchor", Message: anchorKey(number) + " is no anchor of this number", Cause: err}
	}
	return a, record, nil
}
