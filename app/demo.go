package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/propflow/propflow/adapters/console"
	"github.com/propflow/propflow/adapters/imaging"
	"github.com/propflow/propflow/adapters/jwt"
	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/adapters/phone"
	"github.com/propflow/propflow/adapters/report"
	"github.com/propflow/propflow/adapters/system"
	"github.com/propflow/propflow/adapters/totp"
	"github.com/propflow/propflow/api"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/app/demodata"
	"github.com/propflow/propflow/app/observe"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
	"github.com/propflow/propflow/ports"
)

// issuer is PropFlow's name in tokens and authenticator apps.
const issuer = "PropFlow"

// unlimited is a limit that nothing in a demo reaches.
const unlimited = 1_000_000

// Demo is the product on adapters in memory, with seeded staff and comparables. It needs no
// installation and keeps nothing after it ends.
type Demo struct {
	*App
	URL    string
	Staff  []identity.StaffSeed
	Runner *memory.Runner
	Inbox  *memory.Inbox

	adapters Adapters
}

// Adapters returns the adapters of the demo.
func (d *Demo) Adapters() Adapters { return d.adapters }

// NewDemo builds the demo and listens on its address. options configure the store in memory.
func NewDemo(ctx context.Context, cfg config.Config, log *slog.Logger, options ...memory.Option) (*Demo, error) {
	clock, entropy := system.Clock{}, system.Entropy{}
	keys := make([][]byte, 0, len(cfg.SecretKeys))
	for _, key := range cfg.SecretKeys {
		keys = append(keys, []byte(key))
	}
	if len(keys) == 0 {
		keys = append(keys, entropy.Bytes(config.MinSecretBytes))
	}
	tokens, err := jwt.New(issuer, issuer, keys...)
	if err != nil {
		return nil, err
	}
	box, err := secretBox(entropy, cfg.TOTPKeys)
	if err != nil {
		return nil, err
	}
	renderer, err := report.New()
	if err != nil {
		return nil, err
	}
	listener, err := Listen(ctx, cfg.Address)
	if err != nil {
		return nil, err
	}
	// Browsers know this machine by two names, which are two origins.
	if cfg.DashboardOrigins == nil {
		cfg.DashboardOrigins = []string{"http://localhost:3000", "http://127.0.0.1:3000"}
	}
	if cfg.CaptureOrigins == nil {
		cfg.CaptureOrigins = loopbackOrigins(listener)
	}
	if cfg.PublicURL == "" {
		cfg.PublicURL = URL(listener)
	}
	// The demo's codes cost nothing, and journeys repeat with the same people.
	cfg.OTPNumberPerHour, cfg.OTPNumberPerDay = unlimited, unlimited
	store := memory.New(append([]memory.Option{memory.WithLogger(log)}, options...)...)
	inbox := memory.NewInbox(clock, nil)
	messengers := ports.ServedBy(inbox)
	messengers[domain.ChannelEmail] = console.New(log, system.IDs{})
	messengers[domain.ChannelConsole] = messengers[domain.ChannelEmail]
	blobs := memory.NewBlobs(clock, nil, cfg.PublicURL+"/blobs")
	factors := totp.New(issuer, entropy)
	up := func(context.Context) error { return nil }
	adapters := Adapters{
		UnitOfWork: store, JobRunner: store.Runner, EventFeed: store.Feed,
		Clock: clock, IDs: system.IDs{}, Entropy: entropy,
		PhoneNumbers: phone.Numbers{}, LoginAttempts: memory.NewLoginAttempts(nil),
		AccessTokens: tokens, SecondFactors: factors, SecretBox: box, RateLimiter: memory.NewRateLimiter(nil), Quotas: memory.NewQuotas(nil),
		Afterwards: system.NewAfterwards(), CodeSends: observe.CodeSends(log, nil),
		Blobs: blobs, Messengers: messengers,
		PhotoInspector: imaging.New(), ImageAnalyzer: memory.NewImageAnalyzer(nil), ReportRenderer: renderer,
		PingDatabase: up, PingRedis: up,
	}
	d := &Demo{Inbox: inbox, Runner: store.Runner}
	if err := d.seed(ctx, adapters); err != nil {
		return nil, errors.Join(fmt.Errorf("seed the demo: %w", err), listener.Close())
	}
	shown := &api.Demo{Messages: d.messages, Staff: func() []api.DemoStaff { return d.staff(factors, clock.Now()) }}
	d.App, err = OnAdapters(cfg, adapters, listener, log, shown, func(r chi.Router) {
		r.Handle("/blobs/*", http.StripPrefix("/blobs", blobs.Handler()))
		mountDemoPage(r, shown)
	})
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	d.adapters = adapters
	d.URL = cfg.PublicURL
	return d, nil
}

// seed fills the store with the demo's staff and comparables.
func (d *Demo) seed(ctx context.Context, a Adapters) error {
	for i, who := range []struct {
		name string
		role domain.Role
	}{
		{"Anil Kapur", domain.RoleAdmin}, {"Vikram Nair", domain.RoleValuer}, {"Meera Iyer", domain.RoleValuer},
		{"Sunita Sharma", domain.RoleSupervisor}, {"Rahul Deshpande", domain.RoleSupervisor},
		{"Farida Merchant", domain.RoleAdmin}, // confirms what Anil proposes
	} {
		secret, _, err := a.SecondFactors.Enrol(who.name)
		if err != nil {
			return err
		}
		d.Staff = append(d.Staff, identity.StaffSeed{
			Phone: domain.Phone(fmt.Sprintf("+9198000000%02d", i+1)), Name: who.name, Role: who.role, TOTPSecret: secret,
			Email: demoEmail(who.name),
		})
	}
	staff := identity.SeedStaff{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs, SecretBox: a.SecretBox}
	if err := staff.Execute(ctx, identity.SeedStaffInput{Staff: d.Staff}); err != nil {
		return err
	}
	return a.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		for _, comparable := range demodata.Comparables(a.Clock.Now(), a.IDs.New) {
			if err := tx.Comparables.Add(ctx, comparable); err != nil {
				return err
			}
		}
		return nil
	})
}

// demoEmail returns the address of one of the demo's staff, at a host that cannot exist (RFC
// 2606).
func demoEmail(name string) domain.Email {
	return domain.Email(strings.ToLower(strings.ReplaceAll(name, " ", ".")) + "@lender.example")
}

func (d *Demo) messages() []api.DemoMessage {
	received := d.Inbox.Messages()
	messages := make([]api.DemoMessage, 0, len(received))
	for _, r := range received {
		messages = append(messages, api.DemoMessage{At: r.At, Message: r.Message})
	}
	return messages
}

func (d *Demo) staff(factors totp.SecondFactors, now time.Time) []api.DemoStaff {
	shown := make([]api.DemoStaff, 0, len(d.Staff))
	for _, s := range d.Staff {
		shown = append(shown, api.DemoStaff{Name: s.Name, Phone: s.Phone, Role: s.Role, TOTPCode: factors.Code(s.TOTPSecret, now)})
	}
	return shown
}

// loopbackOrigins returns the origins of pages that the listener serves on this machine.
func loopbackOrigins(listener net.Listener) []string {
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return nil
	}
	return []string{"http://localhost:" + port, "http://127.0.0.1:" + port}
}
