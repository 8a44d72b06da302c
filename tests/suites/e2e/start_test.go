package e2e_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/app/journey"
	"github.com/propflow/propflow/domain/identity"
	"github.com/propflow/propflow/ports/portstest/photofixture"
	propflow "github.com/propflow/propflow/sdk/go"
)

// product is the whole product as one test runs it.
type product struct {
	url   string
	staff []identity.StaffSeed // an admin, two valuers, two supervisors
	codes journey.Codes
	// idle waits until no job is due.
	idle func(ctx context.Context) error
	// doer sends everybody's requests; nil for nobody special.
	doer propflow.HttpRequestDoer
	// adapters are those of the product, for what no operation does.
	adapters app.Adapters
	// dump returns everything that the store keeps, by table.
	dump func(ctx context.Context, t *testing.T) map[string][]byte
}

// everywhere runs a test on memory, and on PostgreSQL, Redis, S3 and the fake vendors.
func everywhere(t *testing.T, test func(ctx context.Context, t *testing.T, p *product)) {
	t.Helper()
	t.Parallel()
	for name, start := range map[string]func(context.Context, *testing.T) *product{"memory": onMemory, "servers": onServers} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := within(t, 5*time.Minute)
			test(ctx, t, start(ctx, t))
		})
	}
}

// onMemory runs the product with a unit of work that reruns at random.
func onMemory(_ context.Context, t *testing.T) *product {
	t.Helper()
	cfg := config.Config{Address: "127.0.0.1:0", UserRequestsPerMinute: 100_000, AddressRequestsPerMinute: 100_000}
	ctx, stop := context.WithCancel(context.Background())
	demo, err := app.NewDemo(ctx, cfg, slog.New(slog.DiscardHandler), memory.WithReruns(0.1, 1))
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- demo.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-ended, "the product must end cleanly")
	})
	client, err := propflow.New(demo.URL, "", nil)
	require.NoError(t, err)
	p := &product{url: demo.URL, staff: demo.Staff, codes: journey.DemoCodes{Client: client}, idle: demo.Runner.AwaitIdle, adapters: demo.Adapters()}
	p.dump = func(_ context.Context, t *testing.T) map[string][]byte {
		t.Helper()
		content, err := p.adapters.UnitOfWork.(*memory.Store).Dump()
		require.NoError(t, err)
		return map[string][]byte{"memory": content}
	}
	return p
}

// onServers runs API, worker and scheduler on a ground of their own.
func onServers(ctx context.Context, t *testing.T) *product {
	t.Helper()
	g := newGround(ctx, t)
	url, _ := g.run(ctx, t, app.API)
	g.run(ctx, t, app.Worker)
	g.run(ctx, t, app.Scheduler)
	return &product{url: url, staff: g.staff, codes: g, idle: g.idle, adapters: g.Adapters, dump: g.dump}
}

// within bounds a test that awaits events.
func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}

// photoWidth makes photos that the race detector does not slow down to seconds each.
const photoWidth = 640

// house is a set of photos that passes every check.
func house(seed int64) []journey.Photo {
	return []journey.Photo{
		journey.DrawnPhoto(seed, propflow.PhotoTypeFRONT, "", photoWidth),
		journey.DrawnPhoto(seed, propflow.PhotoTypeINTERNAL, propflow.RoomKITCHEN, photoWidth),
	}
}

// blurred is a photo that the checks flag.
func blurred(seed int64) journey.Photo {
	return journey.Photo{
		Name: "bedroom", Data: photofixture.House(seed, photofixture.Options{Soft: true}),
		Type: propflow.PhotoTypeINTERNAL, Room: propflow.RoomBEDROOM,
	}
}

// cast is everybody who takes part in a journey.
type cast struct {
	*product
	owner                        *journey.Owner
	valuer, other                *journey.Reviewer // the other one is a valuer too
	supervisor, secondSupervisor *journey.Reviewer
}

// everybody logs all of them in.
func (p *product) everybody(ctx context.Context, t *testing.T) cast {
	t.Helper()
	owner, err := journey.NewOwner(ctx, p.url, "+919811100001", p.codes, p.doer)
	require.NoError(t, err)
	t.Cleanup(owner.Events.Close)
	staff := func(i int) *journey.Reviewer {
		r, err := journey.NewReviewer(ctx, p.url, string(p.staff[i].Phone), p.codes, p.doer)
		require.NoError(t, err)
		return r
	}
	return cast{product: p, owner: owner, valuer: staff(1), other: staff(2), supervisor: staff(3), secondSupervisor: staff(4)}
}

// submitted captures and submits a property with the photos.
func (c cast) submitted(ctx context.Context, t *testing.T, photos ...journey.Photo) propflow.OwnerProperty {
	t.Helper()
	require.NoError(t, c.owner.Consent(ctx))
	draft, err := c.owner.Draft(ctx, journey.DefaultProperty())
	require.NoError(t, err)
	for _, p := range photos {
		c.photograph(ctx, t, draft.ID, p, "")
	}
	property, err := c.owner.Submit(ctx, draft.ID)
	require.NoError(t, err)
	return property
}

// photograph uploads a photo and returns it with its verdict.
func (c cast) photograph(ctx context.Context, t *testing.T, property string, p journey.Photo, replaces string) propflow.OwnerPhoto {
	t.Helper()
	where := journey.DefaultProperty().Location
	announced, err := c.owner.Upload(ctx, property, p, propflow.Point{Lat: where.Lat, Lng: where.Lng}, replaces)
	require.NoError(t, err)
	judged, err := c.owner.Verdict(ctx, announced)
	require.NoError(t, err)
	return judged
}
