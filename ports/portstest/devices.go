package portstest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Devices checks the ports.DeviceStore of a unit of work. open returns an empty store.
func Devices(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	for name, check := range map[string]func(t *testing.T, c *cast){
		"knows a device of its user":    knowsDevice,
		"keeps those that were used":    keepsUsedDevices,
		"forgets those of one user":     forgetsDevices,
		"purges those nobody uses":      purgesDevices,
		"racing logins of one device":   racingDevices,
		"a failed unit keeps no device": rollsBackDevice,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, populate(t, open(t)))
		})
	}
}

// device keeps a device of the user that was used at a time.
func (c *cast) device(user domain.User, n int, used time.Time) domain.Device {
	c.t.Helper()
	device := domain.Device{UserID: user.ID, TokenHash: digest(n), CreatedAt: used, LastUsedAt: used}
	do(c.t, c.uow, func(ctx context.Context, tx ports.Tx) error { return tx.Devices.Keep(ctx, device) })
	return device
}

// known returns the known device of the user, the zero one if there is none.
func (c *cast) known(user domain.User, since time.Time, hashes ...string) domain.Device {
	c.t.Helper()
	device, err := ports.InTx(c.t.Context(), c.uow, func(ctx context.Context, tx ports.Tx) (domain.Device, error) {
		return tx.Devices.Known(ctx, user.ID, hashes, since)
	})
	if domain.IsKind(err, domain.KindNotFound) {
		require.Equal(c.t, "device_not_found", domain.CodeOf(err))
		return domain.Device{}
	}
	require.NoError(c.t, err)
	return device
}

func knowsDevice(t *testing.T, c *cast) {
	long := noon.Add(-time.Hour)
	first, second := c.device(c.owner, 1, noon), c.device(c.owner, 2, noon.Add(time.Minute))
	same(t, first, c.known(c.owner, long, digest(1)))
	same(t, second, c.known(c.owner, long, digest(1), digest(3), digest(2)), "the one used last")
	require.Zero(t, c.known(c.owner, long, digest(3)))
	require.Zero(t, c.known(c.owner, long))
	require.Zero(t, c.known(c.valuer, long, digest(1)), "it is the owner's")
	require.Zero(t, c.known(c.owner, noon, digest(1)), "it was used before")

	c.device(c.owner, 1, noon.Add(time.Hour))
	first.LastUsedAt = noon.Add(time.Hour)
	same(t, first, c.known(c.owner, long, digest(1)))
	c.device(c.owner, 1, noon)
	same(t, first, c.known(c.owner, long, digest(1)), "a slower login does not turn it back")
}

func keepsUsedDevices(t *testing.T, c *cast) {
	for n := range domain.MaxDevices {
		c.device(c.owner, n+1, noon.Add(time.Duration(n)*time.Minute))
	}
	c.device(c.owner, 1, noon.Add(time.Hour)) // the first is used again
	c.device(c.valuer, 50, noon)
	c.device(c.owner, 99, noon.Add(time.Hour))
	require.Zero(t, c.known(c.owner, noon.Add(-time.Hour), digest(2)))
	for _, n := range []int{1, 3, domain.MaxDevices, 99} {
		require.NotZero(t, c.known(c.owner, noon.Add(-time.Hour), digest(n)), "%d", n)
	}
	require.NotZero(t, c.known(c.valuer, noon.Add(-time.Hour), digest(50)))
}

func forgetsDevices(t *testing.T, c *cast) {
	c.device(c.owner, 1, noon)
	c.device(c.valuer, 1, noon)
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error { return tx.Devices.Forget(ctx, c.owner.ID) })
	require.Zero(t, c.known(c.owner, noon.Add(-time.Hour), digest(1)))
	require.NotZero(t, c.known(c.valuer, noon.Add(-time.Hour), digest(1)))
}

func purgesDevices(t *testing.T, c *cast) {
	for n := range 5 {
		c.device(c.owner, n+1, noon.Add(time.Duration(n)*time.Minute))
	}
	for _, want := range []int{2, 1, 0} {
		require.Equal(t, want, read(t, c.uow, func(ctx context.Context, tx ports.Tx) (int, error) {
			return tx.Devices.Purge(ctx, noon.Add(3*time.Minute), 2)
		}))
	}
	require.Zero(t, c.known(c.owner, noon.Add(-time.Hour), digest(1), digest(2), digest(3)))
	require.NotZero(t, c.known(c.owner, noon.Add(-time.Hour), digest(4)))
}

func racingDevices(t *testing.T, c *cast) {
	for _, err := range race(racers, func(i int) error {
		return c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			at := noon.Add(time.Duration(i) * time.Second)
			return tx.Devices.Keep(ctx, domain.Device{UserID: c.owner.ID, TokenHash: digest(1), CreatedAt: at, LastUsedAt: at})
		})
	}) {
		require.NoError(t, err)
	}
	require.Equal(t, noon.Add((racers-1)*time.Second), c.known(c.owner, noon.Add(-time.Hour), digest(1)).LastUsedAt)
}

func rollsBackDevice(t *testing.T, c *cast) {
	c.device(c.owner, 1, noon)
	err := c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		if err := tx.Devices.Keep(ctx, domain.Device{UserID: c.owner.ID, TokenHash: digest(2), CreatedAt: noon, LastUsedAt: noon}); err != nil {
			return err
		}
		if err := tx.Devices.Forget(ctx, c.owner.ID); err != nil {
			return err
		}
		return domain.Conflict("no", "no")
	})
	require.Equal(t, "no", domain.CodeOf(err))
	require.NotZero(t, c.known(c.owner, noon.Add(-time.Hour), digest(1)))
	require.Zero(t, c.known(c.owner, noon.Add(-time.Hour), digest(2)))
}
