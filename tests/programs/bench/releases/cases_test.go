package releases_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/adapters/system"
	"github.com/propflow/propflow/app/demodata"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// The people of every case.
const (
	owner  = domain.UserID("01900000-0000-7000-8000-000000000001")
	valuer = domain.UserID("01900000-0000-7000-8000-000000000002")
)

// cases are the cases of both sides: complete drafts, and cases that the valuer has claimed.
type cases struct {
	now             time.Time
	random          *rand.Rand
	drafts, claimed []string
	properties      []domain.Property
}

// newCases draws so many of each, scattered as densely as the properties of BenchmarkScale: about 25
// to the square kilometre.
func newCases(n int) *cases {
	c := &cases{now: time.Now().UTC().Truncate(time.Microsecond), random: rand.New(rand.NewPCG(1, 2))}
	for i := range 2 * n {
		p := c.draft(i)
		if i < n {
			c.drafts = append(c.drafts, string(p.ID))
		} else {
			c.claim(&p, i)
			c.claimed = append(c.claimed, string(p.ID))
		}
		c.properties = append(c.properties, p)
	}
	return c
}

func (c *cases) draft(i int) domain.Property {
	const side = 0.046 // degrees: 5 km
	number := func(n int) *int { return &n }
	at := domain.Point{Lat: 12.9719 + (c.random.Float64()-0.5)*side, Lng: 77.6412 + (c.random.Float64()-0.5)*side}
	return domain.Property{
		ID: domain.PropertyID(system.IDs{}.New()), OwnerID: owner, Type: domain.Apartment, State: domain.Draft, Salt: strings.Repeat("5a", 16),
		Details: domain.Details{
			Address: domain.Address{
				Line1: fmt.Sprintf("Flat %d, 4th Cross", i), Locality: "Indiranagar", City: "Bengaluru", State: "Karnataka", Pincode: "560038",
			},
			AreaSqFt: 1250, Bedrooms: number(3), Bathrooms: number(2), Floor: number(4), YearBuilt: number(2014),
			Location: &domain.Location{Point: at, AccuracyM: 12},
		},
		CreatedAt: c.now, UpdatedAt: c.now,
	}
}

// claim has the case submitted and claimed.
func (c *cases) claim(p *domain.Property, i int) {
	p.State, p.Reference, p.SubmittedAt = domain.UnderReview, domain.NewReference(c.now, [6]byte{3: byte(i >> 10), byte(i >> 5), byte(i)}), c.now
	p.SLA = domain.SLAClock{StartedAt: c.now, Alerted: domain.SLANormal}
	p.Claim = &domain.Claim{ValuerID: valuer, ClaimedAt: c.now, HeartbeatAt: c.now}
}

// store stores the people, the demo's sales and the cases, each with two photos that passed.
func (c *cases) store(b *testing.B, url string) {
	b.Helper()
	store, err := postgres.Open(b.Context(), url, postgres.Options{MaxConns: 1})
	require.NoError(b, err)
	defer store.Close()
	require.NoError(b, store.Do(b.Context(), func(ctx context.Context, tx ports.Tx) error {
		for _, user := range []domain.User{
			domain.NewCustomer(owner, "+919800000001", c.now),
			{ID: valuer, Phone: "+919800000002", Name: "Asha", Role: domain.RoleValuer, Language: domain.English, CreatedAt: c.now},
		} {
			if err := tx.Users.Add(ctx, user); err != nil {
				return err
			}
		}
		consent := domain.Consent{ID: domain.ConsentID(system.IDs{}.New()), UserID: owner, Version: domain.ConsentVersion, Language: domain.English, GivenAt: c.now}
		if err := tx.Consents.Add(ctx, consent); err != nil {
			return err
		}
		sales := demodata.Comparables(c.now, system.IDs{}.New)
		for i := range sales {
			sales[i].CreatedBy = owner // because the valuer's own would not count
		}
		_, err := tx.Comparables.AddNew(ctx, sales)
		return err
	}))
	require.NoError(b, store.Do(b.Context(), func(ctx context.Context, tx ports.Tx) error {
		for _, p := range c.properties {
			if err := c.add(ctx, tx, p); err != nil {
				return err
			}
		}
		return nil
	}))
}

func (c *cases) add(ctx context.Context, tx ports.Tx, p domain.Property) error {
	if err := tx.Properties.Add(ctx, p); err != nil {
		return err
	}
	for _, subject := range []domain.Subject{{Type: domain.PhotoFront}, {Type: domain.PhotoInternal, Room: domain.RoomKitchen}} {
		challenge := domain.Challenge{
			ID: domain.ChallengeID(system.IDs{}.New()), UserID: owner, PropertyID: p.ID, Subject: subject, IssuedAt: c.now, ExpiresAt: c.now.Add(domain.ChallengeTTL),
		}
		if err := tx.Challenges.Add(ctx, challenge); err != nil {
			return err
		}
		sum := sha256.Sum256([]byte(challenge.ID))
		digest := hex.EncodeToString(sum[:])
		at := p.Details.Location.Point
		if err := tx.Photos.Add(ctx, domain.Photo{
			ID: domain.PhotoID(system.IDs{}.New()), PropertyID: p.ID, OwnerID: owner, Subject: subject, Status: domain.PhotoPassed,
			Announced: domain.Announcement{SHA256: digest, Bytes: 3 << 20, ContentType: domain.ContentJPEG},
			Device:    domain.DeviceReport{CapturedAt: &c.now, Location: &at, AccuracyM: 8, Model: "Pixel 8"}, ChallengeID: challenge.ID,
			ChallengedAt: c.now, CreatedAt: c.now, CompletedAt: c.now, InspectedAt: c.now,
			Facts: domain.ImageFacts{
				Format: domain.FormatJPEG, Bytes: 3 << 20, SHA256: digest, Width: 4000, Height: 3000, Sharpness: 400, Brightness: 120,
				EXIF: domain.EXIF{Orientation: 1, TakenAt: &c.now, Zoned: true, Location: &at, Make: "Google", Model: "Pixel 8"},
			},
		}); err != nil {
			return err
		}
	}
	_, err := tx.Audit.Append(ctx, domain.AuditEntry{
		PropertyID: p.ID, At: c.now, ActorID: owner, ActorRole: domain.RoleCustomer, Action: domain.ActionCreated, To: domain.Draft,
	})
	return err
}

// copyRows copies the rows of one database to another, whose release may not know every column.
func copyRows(b *testing.B, from, to string) {
	b.Helper()
	source, err := pgx.Connect(b.Context(), from)
	require.NoError(b, err)
	defer source.Close(context.WithoutCancel(b.Context()))
	target, err := pgx.Connect(b.Context(), to)
	require.NoError(b, err)
	defer target.Close(context.WithoutCancel(b.Context()))
	for _, table := range []string{"users", "consents", "comparables", "properties", "challenges", "photos", "audit_heads", "audit_entries"} {
		var rows string
		require.NoError(b, source.QueryRow(b.Context(), "SELECT json_agg(to_jsonb(t))::text FROM "+table+" t").Scan(&rows), table)
		_, err := target.Exec(b.Context(), "INSERT INTO "+table+" SELECT * FROM jsonb_populate_recordset(NULL::"+table+", $1::text::jsonb)", rows)
		require.NoError(b, err, table)
	}
	for _, conn := range []*pgx.Conn{source, target} {
		_, err := conn.Exec(b.Context(), "VACUUM (ANALYZE)")
		require.NoError(b, err)
	}
}
