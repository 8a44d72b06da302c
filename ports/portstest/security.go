package portstest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// SecurityLog checks a ports.SecurityLog. open returns an empty store.
func SecurityLog(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	parts(t, open, map[string]func(t *testing.T, c *cast){
		"keeps every field":                    keepsSecurityEvents,
		"fills what is empty":                  fillsSecurityEvents,
		"adds an event once":                   addsSecurityEventsOnce,
		"selects by each field":                selectsSecurityEvents,
		"lists page by page, newest first":     pagesSecurityEvents,
		"a rollback leaves nothing":            undoesSecurityEvents,
		"are read where they are written":      readsItsSecurityEvents,
		"racing writers do not wait or fail":   racingSecurityEvents,
		"refuses a place that it did not give": refusesSecurityCursors,
	})
}

// securityEvent returns an event with every field, n minutes after noon.
func (c *cast) securityEvent(n int) domain.SecurityEvent {
	return domain.SecurityEvent{
		ID: domain.SecurityEventID(newID()), At: noon.Add(time.Duration(n) * time.Minute), Code: domain.SecurityLoginFailed, ActorID: c.valuer.ID,
		ActorRole: domain.RoleValuer, TargetID: c.owner.ID, PropertyID: c.property.ID, PhotoID: domain.PhotoID(newID()),
		Client: "203.0.113.7", Detail: "otp_invalid", Count: 1 + n,
	}
}

func (c *cast) logSecurity(events ...domain.SecurityEvent) {
	c.t.Helper()
	do(c.t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		for _, event := range events {
			if err := tx.Security.Append(ctx, event); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *cast) securityLog(filter domain.SecurityFilter) []domain.SecurityEvent {
	c.t.Helper()
	return read(c.t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.List[domain.SecurityEvent], error) {
		return tx.Security.List(ctx, filter, domain.Page{Limit: 100})
	}).Items
}

func keepsSecurityEvents(t *testing.T, c *cast) {
	bare := domain.SecurityEvent{ID: domain.SecurityEventID(newID()), At: noon, Code: domain.SecurityTokenRefused, Count: 1}
	precise := c.securityEvent(2)
	precise.At = precise.At.Add(999 * time.Nanosecond).In(domain.IST)
	precise.Detail = strings.Repeat("क", domain.MaxSecurityDetail+1)
	precise.Count = 0
	c.logSecurity(bare, c.securityEvent(1), precise)
	got := c.securityLog(domain.SecurityFilter{})
	require.Len(t, got, 3)
	same(t, precise.Stored(), got[0])
	same(t, strings.Repeat("क", domain.MaxSecurityDetail), got[0].Detail)
	require.Equal(t, 1, got[0].Count)
	same(t, bare, got[2])
	want := c.securityEvent(1)
	want.ID, want.PhotoID = got[1].ID, got[1].PhotoID
	same(t, want, got[1])
}

func fillsSecurityEvents(t *testing.T, c *cast) {
	ctx := ports.WithClient(t.Context(), "2001:db8:1:2:3:4:5:6")
	require.NoError(t, c.uow.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		if err := tx.Security.Append(ctx, domain.SecurityEvent{Code: domain.SecurityLogin}); err != nil {
			return err
		}
		return tx.Security.Append(ctx, domain.SecurityEvent{Code: domain.SecurityLogout, Client: "198.51.100.1"})
	}))
	got := c.securityLog(domain.SecurityFilter{Code: domain.SecurityLogin})
	require.Len(t, got, 1)
	require.NotEmpty(t, got[0].ID)
	require.False(t, got[0].At.IsZero())
	require.Equal(t, "2001:db8:1:2::/64", got[0].Client)
	require.Len(t, c.securityLog(domain.SecurityFilter{Client: "198.51.100.1"}), 1)
}

func addsSecurityEventsOnce(t *testing.T, c *cast) {
	event := c.securityEvent(1)
	again := event
	again.Count = 77
	c.logSecurity(event)
	c.logSecurity(again)
	same(t, []domain.SecurityEvent{event}, c.securityLog(domain.SecurityFilter{}))
}

func selectsSecurityEvents(t *testing.T, c *cast) {
	one, two := c.securityEvent(1), c.securityEvent(2)
	two.Code, two.ActorID, two.TargetID, two.PropertyID, two.Client = domain.SecurityLogin, c.supervisor.ID, c.valuer.ID, c.other.ID, "::/64"
	c.logSecurity(one, two, domain.SecurityEvent{Code: domain.SecurityLogout, At: noon.Add(-time.Hour)})
	for name, filter := range map[string]domain.SecurityFilter{
		"code": {Code: two.Code}, "actor": {ActorID: two.ActorID}, "target": {TargetID: two.TargetID},
		"property": {PropertyID: two.PropertyID}, "client": {Client: two.Client}, "from": {From: two.At},
		"all": {Code: two.Code, ActorID: two.ActorID, TargetID: two.TargetID, PropertyID: two.PropertyID, Client: two.Client, From: two.At, Until: two.At.Add(time.Microsecond)},
	} {
		t.Log(name)
		same(t, []domain.SecurityEvent{two}, c.securityLog(filter))
	}
	same(t, []domain.SecurityEvent{one}, c.securityLog(domain.SecurityFilter{From: noon, Until: two.At}))
	require.Empty(t, c.securityLog(domain.SecurityFilter{Code: two.Code, ActorID: one.ActorID}))
}

func pagesSecurityEvents(t *testing.T, c *cast) {
	var want []domain.SecurityEvent
	for n := range 7 {
		event := c.securityEvent(n / 2) // some at the same moment
		event.ID = domain.SecurityEventID(newID())
		c.logSecurity(event)
		want = append(want, event)
	}
	var got []domain.SecurityEvent
	page := domain.Page{Limit: 2}
	for {
		list := read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.List[domain.SecurityEvent], error) {
			return tx.Security.List(ctx, domain.SecurityFilter{}, page)
		})
		require.LessOrEqual(t, len(list.Items), 2)
		got = append(got, list.Items...)
		if page.Cursor = list.Next; page.Cursor == (domain.Cursor{}) {
			break
		}
	}
	require.ElementsMatch(t, want, got)
	for i := 1; i < len(got); i++ {
		require.False(t, got[i].At.After(got[i-1].At))
	}
}

func undoesSecurityEvents(t *testing.T, c *cast) {
	require.ErrorIs(t, c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		if err := tx.Security.Append(ctx, c.securityEvent(1)); err != nil {
			return err
		}
		return errUndo
	}), errUndo)
	require.Empty(t, c.securityLog(domain.SecurityFilter{}))
}

func readsItsSecurityEvents(t *testing.T, c *cast) {
	event := c.securityEvent(1)
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		if err := tx.Security.Append(ctx, event); err != nil {
			return err
		}
		unsealed, err := tx.SecurityChain.Unsealed(ctx, time.Time{}, event.At.Add(time.Minute), 10)
		if err != nil {
			return err
		}
		same(t, []domain.SecurityEvent{event}, unsealed)
		another := c.securityEvent(2)
		if err := tx.Security.Append(ctx, another); err != nil {
			return err
		}
		listed, err := tx.Security.List(ctx, domain.SecurityFilter{}, domain.Page{Limit: 10})
		same(t, []domain.SecurityEvent{another, event}, listed.Items)
		return err
	})
	require.Len(t, c.securityLog(domain.SecurityFilter{}), 2)
}

func racingSecurityEvents(t *testing.T, c *cast) {
	errs := race(racers, func(i int) error {
		event := c.securityEvent(i)
		return c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error { return tx.Security.Append(ctx, event) })
	})
	for _, err := range errs {
		require.NoError(t, err)
	}
	require.Len(t, c.securityLog(domain.SecurityFilter{}), racers)
}

func refusesSecurityCursors(t *testing.T, c *cast) {
	fails(t, c.uow, domain.KindInvalid, "invalid_input", func(ctx context.Context, tx ports.Tx) error {
		_, err := tx.Security.List(ctx, domain.SecurityFilter{}, domain.Page{Cursor: domain.Cursor{Key: "x", ID: "y"}})
		return err
	})
}
