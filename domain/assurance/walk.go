package assurance

import (
	"context"
	"slices"
	"strings"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// pageSize is the maximum number of properties that are examined together.
const pageSize = 50

// walk visits the ids of all properties and of all audit chains in order, page by page, because
// a chain may have lost its property, and a property its chain. The registers are among the chains.
// If only is set it visits just that one.
func walk(ctx context.Context, uow ports.UnitOfWork, only domain.PropertyID, visit func(ctx context.Context, ids []domain.PropertyID) error) error {
	if only != "" {
		return visit(ctx, []domain.PropertyID{only})
	}
	for after := domain.PropertyID(""); ; {
		ids, err := ports.InTx(ctx, uow, func(ctx context.Context, tx ports.Tx) ([]domain.PropertyID, error) {
			return idsAfter(ctx, tx, after)
		})
		if err != nil || len(ids) == 0 {
			return err
		}
		if err := visit(ctx, ids); err != nil {
			return err
		}
		after = ids[len(ids)-1]
	}
}

func idsAfter(ctx context.Context, tx ports.Tx, after domain.PropertyID) ([]domain.PropertyID, error) {
	properties, err := tx.Inventory.Properties(ctx, after, pageSize)
	if err != nil {
		return nil, err
	}
	heads, err := tx.AuditChains.Heads(ctx, after, pageSize)
	if err != nil {
		return nil, err
	}
	people, err := tx.Inventory.Registered(ctx, domain.UserID(after), pageSize)
	if err != nil {
		return nil, err
	}
	ids := make([]domain.PropertyID, 0, len(properties)+len(heads)+len(people)+1)
	if after < domain.SettingsRegister {
		ids = append(ids, domain.SettingsRegister)
	}
	for _, id := range people {
		ids = append(ids, domain.UserRegister(id))
	}
	ids = append(ids, properties...)
	for _, h := range heads {
		ids = append(ids, h.PropertyID)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	return ids[:min(len(ids), pageSize)], nil
}

// blobsPerPage is the maximum number of objects that are listed at a time.
const blobsPerPage = 1000

// lister lists objects piece by piece, in the order of their keys.
type lister struct {
	blobs  ports.Blobs
	prefix string
	after  string
	page   []ports.Blob
	ended  bool
	count  int
}

// behind returns the least key that comes after every object of the folder, whose prefix ends
// in a slash: "0" is the next byte after "/".
func behind(prefix string) string { return strings.TrimSuffix(prefix, "/") + "0" }

// until returns the objects that come before the key and were not returned yet; for an empty
// key, all that are left.
func (l *lister) until(ctx context.Context, key string) ([]ports.Blob, error) {
	var taken []ports.Blob
	for {
		n := len(l.page)
		if key != "" {
			n, _ = slices.BinarySearchFunc(l.page, key, func(b ports.Blob, key string) int { return strings.Compare(b.Key, key) })
		}
		taken = append(taken, l.page[:n]...)
		l.count += n
		if l.page = l.page[n:]; len(l.page) > 0 || l.ended {
			return taken, nil
		}
		page, err := l.blobs.List(ctx, l.prefix, l.after, blobsPerPage)
		if err != nil {
			return nil, err
		}
		if l.page, l.ended = page, len(page) == 0; !l.ended {
			l.after = page[len(page)-1].Key
		}
	}
}
