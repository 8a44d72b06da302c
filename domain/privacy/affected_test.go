package privacy_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/privacy"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

func TestReportAffected(t *testing.T) {
	t.Parallel()
	w := lives(t)
	w.SetUser(fixture.Owner.ID, func(u *domain.User) { u.Name = "Asha" })
	start := w.Clock.Now()
	seen := func(code domain.SecurityCode, by domain.Actor, of domain.UserID, property domain.PropertyID, photo domain.PhotoID, count int) {
		w.Clock.Advance(time.Minute)
		w.Do(func(ctx context.Context, tx ports.Tx) error {
			return tx.Security.Append(ctx, domain.SecurityEvent{
				At: w.Clock.Now(), Code: code, ActorID: by.ID, ActorRole: by.Role, TargetID: of, PropertyID: property, PhotoID: photo,
				Client: "203.0.113.7", Count: count,
			})
		})
	}
	seen(domain.SecurityOriginalsViewed, fixture.Valuer, fixture.Owner.ID, "rejected", "", 7)
	seen(domain.SecurityReportViewed, fixture.Supervisor, fixture.Owner.ID, "open", "", 1)
	seen(domain.SecurityCaseViewed, fixture.Supervisor, fixture.Stranger.ID, "another's", "", 1)
	seen(domain.SecurityOriginalsViewed, fixture.Valuer, fixture.Owner.ID, "open", "open-front", 1)
	seen(domain.SecurityReportViewed, fixture.Owner, fixture.Owner.ID, "open", "", 1) // her own
	seen(domain.SecurityLogin, fixture.Valuer, fixture.Stranger.ID, "", "", 1)        // no view
	report := privacy.ReportAffected{UnitOfWork: w.Store}
	all := privacy.ReportAffectedInput{From: start, To: w.Clock.Now().Add(time.Second)}
	owner := privacy.Affected{
		UserID: fixture.Owner.ID, Phone: ownersPhone, Name: "Asha", Properties: []domain.PropertyID{"open", "rejected"},
		Photos: []domain.PhotoID{"open-front"}, Views: 9, First: start.Add(time.Minute), Last: start.Add(4 * time.Minute),
	}
	stranger := privacy.Affected{
		UserID: fixture.Stranger.ID, Properties: []domain.PropertyID{"another's"}, Views: 1,
		First: start.Add(3 * time.Minute), Last: start.Add(3 * time.Minute),
	}
	ask := func(in privacy.ReportAffectedInput) []privacy.Affected {
		affected, err := report.Execute(t.Context(), in)
		require.NoError(t, err)
		return affected
	}
	assert.Equal(t, []privacy.Affected{owner, stranger}, ask(all))
	_, err := requestErasure(w)
	require.NoError(t, err)
	assert.Equal(t, []privacy.Affected{owner, stranger}, ask(all), "people whose cases are restricted must be told, too")

	one := all
	one.ActorID = fixture.Supervisor.ID
	assert.Equal(t, []privacy.Affected{{
		UserID: owner.UserID, Phone: owner.Phone, Name: owner.Name, Properties: []domain.PropertyID{"open"}, Views: 1,
		First: start.Add(2 * time.Minute), Last: start.Add(2 * time.Minute),
	}, stranger}, ask(one))
	one.ActorID, one.Client = "", "198.51.100.1"
	assert.Empty(t, ask(one))
	one = all
	one.To = start.Add(2 * time.Minute)
	assert.Len(t, ask(one), 1)
	one.To = start
	_, err = report.Execute(t.Context(), one)
	fixture.Refused(t, err, domain.KindInvalid, "invalid_input")
}
