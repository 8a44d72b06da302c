package privacy_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/privacy"
	"github.com/propflow/propflow/ports"
)

// open stores a draft of the owner, edits it twice and returns it.
func open(t *testing.T, m *memory.Ports) domain.Property {
	t.Helper()
	now := m.Clock.Now()
	property, created, err := domain.NewProperty(domain.PropertyID(m.IDs.New()), owner, domain.House, "", domain.DetailsChange{}, "salt", now)
	require.NoError(t, err)
	write(t, m, func(ctx context.Context, tx ports.Tx) error {
		if err := tx.Properties.Add(ctx, property); err != nil {
			return err
		}
		return tx.RecordChange(ctx, property, created, m.IDs)
	})
	for area := 1000; area <= 1001; area++ {
		edited, err := property.Edit(owner, domain.DetailsChange{AreaSqFt: &area}, nil, now)
		require.NoError(t, err)
		write(t, m, func(ctx context.Context, tx ports.Tx) error {
			again := property
			return tx.Save(ctx, &again, edited, m.IDs)
		})
		property.Version++
	}
	return property
}

func write(t *testing.T, m *memory.Ports, fn func(ctx context.Context, tx ports.Tx) error) {
	t.Helper()
	require.NoError(t, m.Store.Do(t.Context(), fn))
}

// submit makes the property visible to reviewers.
func submit(t *testing.T, m *memory.Ports, id domain.PropertyID) {
	t.Helper()
	write(t, m, func(ctx context.Context, tx ports.Tx) error {
		p, err := tx.Properties.Lock(ctx, id)
		if err != nil {
			return err
		}
		p.State, p.SubmittedAt = domain.Submitted, m.Clock.Now()
		change := p.SLAChange(domain.SLANormal, m.Clock.Now())
		change.Action, change.From = domain.ActionSubmitted, domain.Draft
		return tx.Save(ctx, &p, change, m.IDs)
	})
}

func TestTheOwnerGetsNoHashBeforeTheDecision(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	property := open(t, m)
	read := func(by domain.Actor) privacy.AuditTrail {
		trail, err := privacy.GetAuditTrail{UnitOfWork: m.Store, Clock: m.Clock}.Execute(t.Context(), privacy.GetAuditTrailInput{Actor: by, PropertyID: property.ID})
		require.NoError(t, err)
		return trail
	}
	submit(t, m, property.ID)
	require.Len(t, read(owner).Owners.Entries, 4)
	assert.Empty(t, read(owner).Owners.HeadHash)
	write(t, m, func(ctx context.Context, tx ports.Tx) error {
		p, err := tx.Properties.Lock(ctx, property.ID)
		if err != nil {
			return err
		}
		p.DecidedAt = m.Clock.Now()
		return tx.Properties.Update(ctx, &p)
	})
	chain := read(valuer).Entries
	assert.Equal(t, chain[len(chain)-1].Hash, read(owner).Owners.HeadHash)
}

func TestGetAuditTrailIsIntact(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	open(t, m)
	property := open(t, m)
	submit(t, m, property.ID)
	trail, err := privacy.GetAuditTrail{UnitOfWork: m.Store, Clock: m.Clock}.Execute(t.Context(), privacy.GetAuditTrailInput{Actor: valuer, PropertyID: property.ID})
	require.NoError(t, err)
	assert.True(t, trail.Intact)
	assert.Nil(t, trail.Owners)
	assert.Empty(t, trail.Fault)
	require.Len(t, trail.Entries, 4)
	for i, action := range []domain.Action{domain.ActionCreated, domain.ActionEdited, domain.ActionEdited, domain.ActionSubmitted} {
		assert.Equal(t, action, trail.Entries[i].Action)
		assert.Equal(t, property.ID, trail.Entries[i].PropertyID)
	}
}

func TestGetAuditTrailIsNotIntactIfWhatItCommitsToWasChanged(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	property := open(t, m)
	submit(t, m, property.ID)
	write(t, m, func(ctx context.Context, tx ports.Tx) error {
		p, err := tx.Properties.Lock(ctx, property.ID)
		if err != nil {
			return err
		}
		p.Details.AreaSqFt = 9999
		return tx.Properties.Update(ctx, &p)
	})
	get := privacy.GetAuditTrail{UnitOfWork: m.Store, Clock: m.Clock}
	trail, err := get.Execute(t.Context(), privacy.GetAuditTrailInput{Actor: valuer, PropertyID: property.ID})
	require.NoError(t, err)
	assert.False(t, trail.Intact)
	assert.Equal(t, "area_sqft of property:"+string(property.ID)+" differs from the commitment to it", trail.Fault)
	trail, err = get.Execute(t.Context(), privacy.GetAuditTrailInput{Actor: owner, PropertyID: property.ID})
	require.NoError(t, err)
	assert.False(t, trail.Intact)
	assert.Empty(t, trail.Fault)
}

func TestGetAuditTrailShowsItToThoseWhoSeeTheProperty(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	draft, submitted := open(t, m), open(t, m)
	submit(t, m, submitted.ID)
	for _, c := range []struct {
		by       domain.Actor
		property domain.PropertyID
		seen     bool
	}{
		{owner, draft.ID, true},
		{owner, submitted.ID, true},
		{domain.Actor{ID: "stranger", Role: domain.RoleCustomer}, submitted.ID, false},
		{domain.Actor{ID: "valuer", Role: domain.RoleValuer}, draft.ID, false},
		{domain.Actor{ID: "valuer", Role: domain.RoleValuer}, submitted.ID, true},
		{domain.Actor{ID: "supervisor", Role: domain.RoleSupervisor}, submitted.ID, true},
		{domain.Actor{ID: "admin", Role: domain.RoleAdmin}, submitted.ID, false},
		{owner, "nothing", false},
	} {
		trail, err := privacy.GetAuditTrail{UnitOfWork: m.Store, Clock: m.Clock}.Execute(t.Context(), privacy.GetAuditTrailInput{Actor: c.by, PropertyID: c.property})
		if c.seen {
			require.NoError(t, err)
			assert.True(t, trail.Intact)
			assert.Equal(t, c.by == owner, trail.Owners != nil)
			assert.Equal(t, c.by == owner, trail.Entries == nil)
			continue
		}
		assert.Equal(t, "property_not_found", domain.CodeOf(err), "%+v", c)
		assert.Zero(t, trail)
	}
}

// forger is a unit of work whose chains pass through a forger's hands.
type forger struct {
	ports.UnitOfWork
	forge func([]domain.AuditEntry) []domain.AuditEntry
}

func (f forger) Do(ctx context.Context, fn func(ctx context.Context, tx ports.Tx) error) error {
	return f.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		tx.Audit = forged{tx.Audit, f.forge}
		return fn(ctx, tx)
	})
}

type forged struct {
	ports.AuditLog
	forge func([]domain.AuditEntry) []domain.AuditEntry
}

func (f forged) Chain(ctx context.Context, property domain.PropertyID) ([]domain.AuditEntry, error) {
	entries, err := f.AuditLog.Chain(ctx, property)
	return f.forge(entries), err
}

func TestGetAuditTrailFindsForgeries(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	property, another := open(t, m), open(t, m)
	submit(t, m, property.ID)
	submit(t, m, another.ID)
	chainOf := func(id domain.PropertyID) []domain.AuditEntry {
		trail, err := privacy.GetAuditTrail{UnitOfWork: m.Store, Clock: m.Clock}.Execute(t.Context(), privacy.GetAuditTrailInput{Actor: valuer, PropertyID: id})
		require.NoError(t, err)
		return trail.Entries
	}
	foreign := chainOf(another.ID) // read before, as no transaction holds another
	for fault, forge := range map[string]func([]domain.AuditEntry) []domain.AuditEntry{
		"audit entry 2 was edited": func(e []domain.AuditEntry) []domain.AuditEntry {
			e[1].ActorID = "somebody else"
			return e
		},
		"audit entry 2 is missing: found 3 in its place": func(e []domain.AuditEntry) []domain.AuditEntry {
			return slices.Delete(e, 1, 2)
		},
		"audit entry 1 is missing: found 4 in its place": func(e []domain.AuditEntry) []domain.AuditEntry {
			slices.Reverse(e)
			return e
		},
		"every audit entry is missing": func([]domain.AuditEntry) []domain.AuditEntry { return nil },
		"the audit entries belong to another property": func([]domain.AuditEntry) []domain.AuditEntry {
			return foreign
		},
	} {
		get := privacy.GetAuditTrail{UnitOfWork: forger{m.Store, forge}, Clock: m.Clock}
		trail, err := get.Execute(t.Context(), privacy.GetAuditTrailInput{Actor: valuer, PropertyID: property.ID})
		require.NoError(t, err)
		assert.False(t, trail.Intact, fault)
		assert.Equal(t, fault, trail.Fault)
		trail, err = get.Execute(t.Context(), privacy.GetAuditTrailInput{Actor: owner, PropertyID: property.ID})
		require.NoError(t, err)
		assert.False(t, trail.Intact, fault)
		assert.Empty(t, trail.Fault, "it numbers entries that the owner does not see")
	}
}

func TestGetAuditTrailFailsWithItsPorts(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	property := open(t, m)
	for n := 1; ; n++ {
		m.Faults.FailCall(n)
		trail, err := privacy.GetAuditTrail{UnitOfWork: m.Store, Clock: m.Clock}.Execute(t.Context(), privacy.GetAuditTrailInput{Actor: owner, PropertyID: property.ID})
		if !m.Faults.Fired() {
			require.NoError(t, err)
			assert.Greater(t, n, 3, "begin, property, chain, commit")
			break
		}
		require.True(t, domain.IsKind(err, domain.KindUnavailable), "call %d: %v", n, err)
		assert.Zero(t, trail, "an outage is no forgery")
	}
}

// outdated is a unit of work whose reads without a lock return the case as it was before.
type outdated struct {
	ports.UnitOfWork
	before domain.Property
}

func (o outdated) Do(ctx context.Context, fn func(ctx context.Context, tx ports.Tx) error) error {
	return o.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		tx.Properties = outdatedProperties{tx.Properties, o.before}
		return fn(ctx, tx)
	})
}

type outdatedProperties struct {
	ports.PropertyStore
	before domain.Property
}

func (o outdatedProperties) Get(context.Context, domain.PropertyID) (domain.Property, error) {
	return o.before, nil
}

func TestGetAuditTrailAsksForAReasonOfACaseThatWasClaimedMeanwhile(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	property := open(t, m)
	submit(t, m, property.ID)
	var before domain.Property
	write(t, m, func(ctx context.Context, tx ports.Tx) error {
		p, err := tx.Properties.Lock(ctx, property.ID)
		if err != nil {
			return err
		}
		before = p
		change, err := p.ClaimFor(domain.Actor{ID: "another", Role: domain.RoleValuer}, m.Clock.Now())
		if err != nil {
			return err
		}
		return tx.Save(ctx, &p, change, m.IDs)
	})
	get := privacy.GetAuditTrail{UnitOfWork: outdated{m.Store, before}, Clock: m.Clock}
	in := privacy.GetAuditTrailInput{Actor: valuer, PropertyID: property.ID}
	_, err := get.Execute(t.Context(), in)
	assert.Equal(t, "reason_required", domain.CodeOf(err))
	trail, err := get.Execute(ports.WithReason(t.Context(), "A question of the branch"), in)
	require.NoError(t, err)
	assert.True(t, trail.Intact)
	views, err := ports.InTx(t.Context(), m.Store, func(ctx context.Context, tx ports.Tx) (domain.List[domain.SecurityEvent], error) {
		return tx.Security.List(ctx, domain.SecurityFilter{Code: domain.SecurityCaseViewed}, domain.Page{Limit: 10})
	})
	require.NoError(t, err)
	assert.Len(t, views.Items, 1, "what was read twice was seen once")
}
