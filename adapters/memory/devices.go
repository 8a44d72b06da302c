package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
)

// deviceKey identifies a device of a user.
type deviceKey struct {
	User domain.UserID
	Hash string
}

type devices struct {
	tableView[deviceKey, domain.Device]
	byUser *index[domain.UserID, deviceKey, domain.Device]
}

func (s devices) Keep(ctx context.Context, device domain.Device) error {
	if err := s.begin(ctx, "Keep"); err != nil {
		return err
	}
	if had, found := s.table.get(deviceKey{device.UserID, device.TokenHash}); found {
		device.CreatedAt = had.CreatedAt
		if had.LastUsedAt.After(device.LastUsedAt) {
			device.LastUsedAt = had.LastUsedAt
		}
	}
	s.table.put(s.unit, device)
	for _, unused := range s.newest(device.UserID, all)[min(domain.MaxDevices, len(s.byUser.at(device.UserID, all))):] {
		s.table.delete(s.unit, deviceKey{unused.UserID, unused.TokenHash})
	}
	return nil
}

func (s devices) Known(ctx context.Context, user domain.UserID, hashes []string, since time.Time) (domain.Device, error) {
	if err := s.begin(ctx, "Known"); err != nil {
		return domain.Device{}, err
	}
	known := s.newest(user, func(d *domain.Device) bool { return slices.Contains(hashes, d.TokenHash) && d.LastUsedAt.After(since) })
	if len(known) == 0 {
		return domain.Device{}, domain.NotFound("device")
	}
	return known[0], nil
}

func (s devices) Forget(ctx context.Context, user domain.UserID) error {
	if err := s.begin(ctx, "Forget"); err != nil {
		return err
	}
	for _, device := range s.newest(user, all) {
		s.table.delete(s.unit, deviceKey{device.UserID, device.TokenHash})
	}
	return nil
}

func (s devices) Purge(ctx context.Context, before time.Time, limit int) (int, error) {
	if err := s.begin(ctx, "Purge"); err != nil {
		return 0, err
	}
	var gone []deviceKey
	for key, device := range s.table.held {
		if device.LastUsedAt.Before(before) {
			gone = append(gone, key)
		}
	}
	slices.SortFunc(gone, func(a, b deviceKey) int { return cmp.Or(cmp.Compare(a.User, b.User), cmp.Compare(a.Hash, b.Hash)) })
	gone = gone[:min(limit, len(gone))]
	for _, key := range gone {
		s.table.delete(s.unit, key)
	}
	return len(gone), nil
}

// newest returns copies of a user's devices for which keep returns true, those used last first.
func (s devices) newest(user domain.UserID, keep func(*domain.Device) bool) []domain.Device {
	found := s.table.copies(s.byUser.at(user, keep))
	slices.SortFunc(found, func(a, b domain.Device) int {
		return cmp.Or(b.LastUsedAt.Compare(a.LastUsedAt), cmp.Compare(a.TokenHash, b.TokenHash))
	})
	return found
}
