package checks_test

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/totp"
	"github.com/propflow/propflow/api"
	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/app/checks"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/app/demodata"
	"github.com/propflow/propflow/app/journey"
	"github.com/propflow/propflow/domain/identity"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/ports/portstest/photofixture"
	propflow "github.com/propflow/propflow/sdk/go"
)

// product runs the whole product on the stage's two stores; everything else is the demo's.
// It returns its address.
func (s *stage) product(ctx context.Context) string {
	s.t.Helper()
	log := slog.New(slog.DiscardHandler)
	cfg := config.Config{Address: "127.0.0.1:0", UserRequestsPerMinute: 100_000, AddressRequestsPerMinute: 100_000}
	demo, err := app.NewDemo(ctx, cfg, log)
	require.NoError(s.t, err)
	s.t.Cleanup(func() { _ = demo.Close() })
	a := demo.Adapters()
	a.UnitOfWork, a.JobRunner, a.EventFeed, a.Blobs = s.store, s.store.JobRunner(), s.store.EventFeed(), s.blobs
	seed := identity.SeedStaff{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs, SecretBox: a.SecretBox}
	require.NoError(s.t, seed.Execute(ctx, identity.SeedStaffInput{Staff: demo.Staff}))
	require.NoError(s.t, s.store.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		by, err := tx.Users.ByPhone(ctx, demo.Staff[0].Phone)
		if err != nil {
			return err
		}
		for _, c := range demodata.Comparables(a.Clock.Now(), a.IDs.New) {
			c.CreatedBy = by.ID
			if err := tx.Comparables.Add(ctx, c); err != nil {
				return err
			}
		}
		return nil
	}))
	listener, err := app.Listen(ctx, cfg.Address)
	require.NoError(s.t, err)
	shown := &api.Demo{
		Messages: func() []api.DemoMessage {
			var messages []api.DemoMessage
			for _, r := range demo.Inbox.Messages() {
				messages = append(messages, api.DemoMessage{At: r.At, Message: r.Message})
			}
			return messages
		},
		Staff: func() []api.DemoStaff {
			var staff []api.DemoStaff
			for _, member := range demo.Staff {
				code := totp.SecondFactors{}.Code(member.TOTPSecret, a.Clock.Now())
				staff = append(staff, api.DemoStaff{Name: member.Name, Phone: member.Phone, Role: member.Role, TOTPCode: code})
			}
			return staff
		},
	}
	product, err := app.OnAdapters(cfg, a, listener, log, shown, nil)
	require.NoError(s.t, err)
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- product.Run(running) }()
	s.t.Cleanup(func() {
		stop()
		require.NoError(s.t, <-ended)
	})
	return app.URL(listener)
}

func TestInvariantsHoldOfWhatTheProductDid(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	t.Cleanup(cancel)
	s := newStage(t)
	url := s.product(ctx)
	client, err := propflow.New(url, "", nil)
	require.NoError(t, err)
	photos := []journey.Photo{
		{Name: "front", Data: photofixture.House(1, photofixture.Options{}), Type: propflow.PhotoTypeFRONT},
		{Name: "kitchen", Data: photofixture.House(2, photofixture.Options{}), Type: propflow.PhotoTypeINTERNAL, Room: propflow.RoomKITCHEN},
	}
	var progress bytes.Buffer
	_, err = journey.Plan{
		URL: url, Photos: photos, Codes: journey.DemoCodes{Client: client}, Owner: "+919811100001",
		Valuer: "+919800000002", Supervisor: "+919800000004", Property: journey.DefaultProperty(),
		Report: filepath.Join(t.TempDir(), "report.pdf"), Progress: &progress,
	}.Run(ctx)
	require.NoError(t, err, progress.String())
	require.Eventually(t, func() bool { // what is under way when it is looked at is read twice
		var n int
		err := s.super.QueryRow(ctx, "SELECT count(*) FROM notifications WHERE status = 'PENDING'").Scan(&n)
		return err == nil && n == 0
	}, time.Minute, 20*time.Millisecond)
	s.anchor()

	v := s.ask(invariants, checks.Options{Deep: true})
	require.Empty(t, v.found)
	require.Zero(t, v.code)
	require.Equal(t, 1, v.counts.Properties)
	require.Equal(t, 2, v.counts.Photos)
	require.Equal(t, 7, v.counts.BlobsRead, "two photos in three sizes, and the report")
	require.NotZero(t, v.counts.Notifications)
	require.NotZero(t, v.counts.Steps)
	require.Empty(t, s.ask(audit, checks.Options{}).found)
	s.restore()
	s.plant()
}

// restore harms files and brings them back.
func (s *stage) restore() {
	s.t.Helper()
	if !s.versions {
		s.t.Log("this server keeps no versions: nothing to bring back")
		return
	}
	ctx, since := s.t.Context(), time.Now()
	<-time.After(time.Until(since.Truncate(time.Second).Add(time.Second))) // stores tell whole seconds
	objects, err := s.blobs.List(ctx, "properties/", "", 1000)
	require.NoError(s.t, err)
	require.NoError(s.t, s.blobs.DeletePrefix(ctx, objects[0].Key))
	last := objects[len(objects)-1].Key
	require.NoError(s.t, s.blobs.Put(ctx, last, "application/pdf", []byte("junk")))
	harmed := s.ask(invariants, checks.Options{Deep: true}).found
	require.Len(s.t, harmed, 2)
	for _, apply := range []bool{false, true} {
		require.Equal(s.t, harmed, s.ask(invariants, checks.Options{Deep: true}).found)
		var out bytes.Buffer
		require.NoError(s.t, checks.RestoreFiles(ctx, s.cfg, checks.FilesOptions{Since: since, Apply: apply}, &out))
		require.Regexp(s.t, `(?m)^(to restore|restored) `+objects[0].Key+`: deleted; as of 20`, out.String())
		require.Regexp(s.t, `(?m)^(to restore|restored) `+last+`: overwritten; as of 20`, out.String())
		require.Equal(s.t, !apply, strings.Contains(out.String(), "Nothing was changed."))
	}
	require.Empty(s.t, s.ask(invariants, checks.Options{Deep: true}).found)
}

// plant does harm in the database and the bucket, of a kind that only real ones know, and has
// it named.
func (s *stage) plant() {
	s.exec("UPDATE valuations SET sign_off_by = valuer_id")
	s.exec("DELETE FROM events WHERE position = 2")
	s.exec("DELETE FROM notifications WHERE topic = 'VALUED' AND channel = 'SMS'")
	s.exec("DELETE FROM steps WHERE kind = 'VALUED'")
	s.exec("UPDATE photos SET status = 'PROCESSING' WHERE subject_type = 'FRONT'")
	objects, err := s.blobs.List(s.t.Context(), "properties/", "", 1000)
	require.NoError(s.t, err)
	original := slices.IndexFunc(objects, func(b ports.Blob) bool { return strings.HasSuffix(b.Key, "/original") })
	require.NoError(s.t, s.blobs.DeletePrefix(s.t.Context(), objects[original].Key))
	report := objects[len(objects)-1].Key
	require.NoError(s.t, s.blobs.Put(s.t.Context(), report, "application/pdf", []byte("forged")))
	v := s.ask(invariants, checks.Options{Deep: true})
	require.Equal(s.t, 1, v.code)
	var rules []string
	for _, f := range v.found {
		rule, _, _ := strings.Cut(f, " ")
		rules = append(rules, rule)
	}
	require.ElementsMatch(s.t, []string{
		"SAME_PERSON", "EVENT_MISSING", "NOTIFICATION_MISSING", "STEP_MISSING", "PHOTO_STUCK", "BLOB_MISSING", "BLOB_DIFFERS",
		"GATE_BLOCKED", "GATE_BLOCKED", // the photo has no verdict, so that no front counts
		"COMMITMENT_DIFFERS", "COMMITMENT_DIFFERS", // of the valuation's sign_off_by and the photo's status
	}, rules)
}
