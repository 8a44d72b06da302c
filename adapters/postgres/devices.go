package postgres

import (
	"context"
	"time"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
	"github.com/propflow/propflow/domain"
)

type devices struct{ q *sqlcgen.Queries }

func (s devices) Keep(ctx context.Context, d domain.Device) error {
	err := s.q.KeepDevice(ctx, sqlcgen.KeepDeviceParams{
		UserID: string(d.UserID), TokenHash: d.TokenHash, CreatedAt: d.CreatedAt, LastUsedAt: d.LastUsedAt,
	})
	if err == nil {
		err = s.q.TrimDevices(ctx, sqlcgen.TrimDevicesParams{UserID: string(d.UserID), Most: domain.MaxDevices})
	}
	return translate(err)
}

func (s devices) Known(ctx context.Context, user domain.UserID, hashes []string, since time.Time) (domain.Device, error) {
	r, err := s.q.KnownDevice(ctx, sqlcgen.KnownDeviceParams{UserID: string(user), Hashes: hashes, Since: since})
	return domain.Device{UserID: domain.UserID(r.UserID), TokenHash: r.TokenHash, CreatedAt: r.CreatedAt, LastUsedAt: r.LastUsedAt}, absent(err, "device")
}

func (s devices) Forget(ctx context.Context, user domain.UserID) error {
	return translate(s.q.ForgetDevices(ctx, string(user)))
}

func (s devices) Purge(ctx context.Context, before time.Time, limit int) (int, error) {
	gone, err := s.q.PurgeDevices(ctx, sqlcgen.PurgeDevicesParams{Before: before, Most: limit})
	return int(gone), translate(err)
}
