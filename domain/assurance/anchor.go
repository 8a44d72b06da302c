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

// anchorFolder is the prefix of the keys of all anchors.
const anchorFolder = "audit/anchors/"

// anchorVersion is the version of the JSON format of Anchor.
const anchorVersion = 1

// Anchor is an object that records the last entries of audit chains at one time, outside the
// database. Every anchor contains the hash of the one before, so that anchors form a chain too.
type Anchor struct {
	Version  int       `json:"v"`
	Number   int64     `json:"number"`   // 1 for the first
	Previous string    `json:"previous"` // hex SHA-256 of the anchor before, empty for the first
	At       time.Time `json:"at"`
	// Through is the time up to which the chains that grew are anchored, by this anchor or an
	// earlier one.
	Through time.Time    `json:"through"`
	Heads   []AnchorHead `json:"heads"`
	// Security is the last batch of the security log, nil if there was none yet.
	Security *SecurityHead `json:"security,omitempty"`
}

// SecurityHead is the end of the chain over the security log: its last batch.
type SecurityHead struct {
	Seq  int64  `json:"seq"`
	Hash string `json:"hash"`
}

// AnchorHead is the end of one chain: the number and the hash of its last entry.
type AnchorHead struct {
	PropertyID domain.PropertyID `json:"property"`
	Seq        int64             `json:"seq"`
	Hash       string            `json:"hash"`
}

// anchorKey returns the key of an anchor in the object store.
func anchorKey(number int64) string { return fmt.Sprintf("%s%012d.json", anchorFolder, number) }

// anchorNumber returns the number of the anchor with this key, or 0 if the key is not that of
// an anchor.
func anchorNumber(key string) int64 {
	name, ok := strings.CutSuffix(strings.TrimPrefix(key, anchorFolder), ".json")
	n, err := strconv.ParseInt(name, 10, 64)
	if !ok || err != nil || anchorKey(n) != key {
		return 0
	}
	return n
}

// seal encodes the anchor and returns its bytes with the record of it for the database.
func (a Anchor) seal() ([]byte, domain.AuditAnchor, error) {
	data, err := json.Marshal(a)
	return data, a.record(data), err
}

func (a Anchor) record(data []byte) domain.AuditAnchor {
	sum := sha256.Sum256(data)
	return domain.AuditAnchor{Number: a.Number, Hash: hex.EncodeToString(sum[:]), At: a.At, Through: a.Through}
}

// readAnchor reads an anchor and computes the record that the database should have of it.
// Errors: KindNotFound "blob_not_found", KindUnavailable, KindInvalid "not_an_anchor".
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
