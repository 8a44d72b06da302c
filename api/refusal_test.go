package api

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
)

func recording(o *Options, m *memory.Ports) { o.Security = m.SecurityRecorder }

func TestRefusalsAreInTheSecurityLog(t *testing.T) {
	t.Parallel()
	f := newFace(t, recording)
	customer := f.token(t, domain.RoleCustomer)
	for _, c := range []struct {
		target, authorization string
		want                  *domain.SecurityEvent
	}{
		{"GET /api/v1/me", "", nil},
		{"GET /api/v1/me", "Bearer " + customer, nil},
		{"GET /api/v1/me?nonsense=1", "Bearer " + customer, nil},
		{"GET /api/v1/me", "Bearer garbage", &domain.SecurityEvent{Code: domain.SecurityTokenRefused, Detail: "getMe invalid_token"}},
		{"GET /api/v1/me", "Bearer " + f.sign(t, domain.Identity{Actor: domain.Actor{ID: "u", Role: domain.RoleCustomer}, ExpiresAt: f.Clock.Now()}), &domain.SecurityEvent{
			Code: domain.SecurityTokenExpired, Detail: "getMe token_expired",
		}},
		{"GET /api/v1/staff", "Bearer " + customer, &domain.SecurityEvent{
			Code: domain.SecurityAccessDenied, Detail: "listStaff role_not_allowed", ActorID: people[domain.RoleCustomer], ActorRole: domain.RoleCustomer,
		}},
	} {
		before := len(f.SecurityRecorder.Recorded())
		method, path, _ := strings.Cut(c.target, " ")
		f.send(method, path, "", header{"Authorization", c.authorization})
		got := f.SecurityRecorder.Recorded()[before:]
		if c.want == nil {
			assert.Empty(t, got, c.target)
			continue
		}
		if assert.Len(t, got, 1, c.target) {
			c.want.At, c.want.Client, c.want.Count = f.Clock.Now(), "192.0.2.1", 1
			assert.Equal(t, *c.want, got[0])
		}
	}
}

func TestLockoutsAreInTheSecurityLog(t *testing.T) {
	t.Parallel()
	f := newFace(t, recording, func(o *Options, _ *memory.Ports) { o.Limits.PerAddress = 2 })
	for range 3 {
		f.send(http.MethodGet, "/api/v1/me", "")
	}
	got := f.SecurityRecorder.Recorded()
	if assert.Len(t, got, 1) {
		assert.Equal(t, domain.SecurityRateLimited, got[0].Code)
		assert.Equal(t, "too_many_requests", got[0].Detail)
	}
}
