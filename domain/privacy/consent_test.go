package privacy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/privacy"
)

var (
	owner  = domain.Actor{ID: "owner", Role: domain.RoleCustomer}
	valuer = domain.Actor{ID: "valuer", Role: domain.RoleValuer}
)

func recordConsent(m *memory.Ports) privacy.RecordConsent {
	return privacy.RecordConsent{UnitOfWork: m.Store, Clock: m.Clock, IDs: m.IDs}
}

func consents(t *testing.T, m *memory.Ports, of domain.Actor) []domain.Consent {
	t.Helper()
	list, err := privacy.ListConsents{UnitOfWork: m.Store}.Execute(t.Context(), privacy.ListConsentsInput{Actor: of})
	require.NoError(t, err)
	return list.Consents
}

func TestGetConsentNotice(t *testing.T) {
	t.Parallel()
	for asked, language := range map[domain.Language]domain.Language{
		domain.English: domain.English, domain.Hindi: domain.Hindi, "": domain.English, "fr": domain.English,
	} {
		office := domain.GrievanceContact{Name: "Grievance officer", Email: "privacy@example.in"}
		notice, err := privacy.GetConsentNotice{Grievance: office}.Execute(t.Context(), privacy.GetConsentNoticeInput{Actor: owner, Language: asked})
		require.NoError(t, err)
		want := domain.CurrentNotice(language)
		want.Grievance = office
		assert.Equal(t, want, notice)
		assert.Equal(t, language, notice.Language)
	}
}

func TestRecordConsentToTheNoticeShown(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	notice := domain.CurrentNotice(domain.Hindi)
	first, err := recordConsent(m).Execute(t.Context(), privacy.RecordConsentInput{Actor: owner, Version: notice.Version, Language: notice.Language})
	require.NoError(t, err)
	assert.Equal(t, domain.Consent{
		ID: first.ID, UserID: owner.ID, Version: notice.Version, Language: domain.Hindi,
		Processors: notice.Processors, Purposes: domain.Purposes, GivenAt: m.Clock.Now(),
	}, first)
	assert.NotEmpty(t, first.ID)
	m.Clock.Advance(time.Hour)
	second, err := recordConsent(m).Execute(t.Context(), privacy.RecordConsentInput{Actor: owner, Version: notice.Version, Language: domain.English})
	require.NoError(t, err)
	assert.Equal(t, []domain.Consent{second, first}, consents(t, m, owner), "newest first")
	assert.Empty(t, consents(t, m, domain.Actor{ID: "stranger", Role: domain.RoleCustomer}), "everybody sees their own only")
}

func TestRecordConsentRefusesAnotherNotice(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	for _, in := range []privacy.RecordConsentInput{
		{Actor: owner, Version: "2020-01-01", Language: domain.English},
		{Actor: owner, Version: domain.ConsentVersion, Language: "fr"},
		{Actor: owner},
	} {
		_, err := recordConsent(m).Execute(t.Context(), in)
		assert.True(t, domain.IsKind(err, domain.KindInvalid), "%+v: %v", in, err)
	}
	assert.Empty(t, consents(t, m, owner))
}

func TestRecordConsentOncePerKey(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	in := privacy.RecordConsentInput{
		Actor: owner, Version: domain.ConsentVersion, Language: domain.English,
		Key: domain.IdempotencyKey{UserID: owner.ID, Operation: "recordConsent", Key: "k", Fingerprint: "f"},
	}
	first, err := recordConsent(m).Execute(t.Context(), in)
	require.NoError(t, err)
	again, err := recordConsent(m).Execute(t.Context(), in)
	require.NoError(t, err)
	assert.Equal(t, first, again)
	assert.Len(t, consents(t, m, owner), 1)
}

func TestRecordConsentFailsWithItsPorts(t *testing.T) {
	t.Parallel()
	for n := 1; ; n++ {
		m := memory.ForTest()
		m.Faults.FailCall(n)
		_, err := recordConsent(m).Execute(t.Context(), privacy.RecordConsentInput{
			Actor: owner, Version: domain.ConsentVersion, Language: domain.English,
			Key: domain.IdempotencyKey{UserID: owner.ID, Operation: "recordConsent", Key: "k", Fingerprint: "f"},
		})
		if !m.Faults.Fired() {
			require.NoError(t, err)
			assert.Greater(t, n, 4, "begin, find the key, add, save the key, commit")
			break
		}
		require.True(t, domain.IsKind(err, domain.KindUnavailable), "call %d: %v", n, err)
		m.Faults.Up()
		assert.Empty(t, consents(t, m, owner))
	}
}

func TestListConsentsFailsWithItsPorts(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	m.Faults.Down("Consents.ByUser")
	_, err := privacy.ListConsents{UnitOfWork: m.Store}.Execute(t.Context(), privacy.ListConsentsInput{Actor: owner})
	assert.True(t, domain.IsKind(err, domain.KindUnavailable))
}
