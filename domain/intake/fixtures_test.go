package intake_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/intake"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

var (
	owner, stranger, valuer, admin = fixture.Owner, fixture.Stranger, fixture.Valuer, fixture.Admin
	front, living                  = fixture.Front, fixture.Living
)

// world is a fixture with the use cases of this package.
type world struct{ *fixture.World }

// newWorld returns a world whose owners have consented.
func newWorld(t testing.TB) *world {
	w := &world{fixture.New(t)}
	w.Agree(owner)
	w.Agree(stranger)
	return w
}

func (w *world) create() intake.CreateProperty {
	return intake.CreateProperty{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs, Entropy: w.Entropy}
}

func (w *world) submit() intake.SubmitProperty {
	return intake.SubmitProperty{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs, Entropy: w.Entropy}
}

func (w *world) update() intake.UpdateProperty {
	return intake.UpdateProperty{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
}

func (w *world) withdraw() intake.WithdrawProperty {
	return intake.WithdrawProperty{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
}

func (w *world) delete() intake.DeleteProperty {
	return intake.DeleteProperty{UnitOfWork: w.Store, Clock: w.Clock}
}

// draft opens a complete draft, to which its owner consented.
func (w *world) draft(by domain.Actor) domain.PropertyID {
	w.T.Helper()
	w.Agree(by)
	p, err := w.create().Execute(w.T.Context(), intake.CreatePropertyInput{Actor: by, Type: domain.Apartment, Details: fixture.Details()})
	require.NoError(w.T, err)
	return p.ID
}

// addPhoto adds a photo of the subject to a property.
func (w *world) addPhoto(property domain.PropertyID, subject domain.Subject, status domain.PhotoStatus) domain.Photo {
	w.T.Helper()
	return w.AddPhoto(property, domain.PhotoID(w.IDs.New()), subject, status)
}

// consent records the user's consent to a version of the notice.
func (w *world) consent(by domain.Actor, version string) {
	w.T.Helper()
	consent := domain.Consent{ID: domain.ConsentID(w.IDs.New()), UserID: by.ID, Version: version, GivenAt: w.Clock.Now()}
	w.Do(func(ctx context.Context, tx ports.Tx) error { return tx.Consents.Add(ctx, consent) })
}

// ready opens a draft that may be submitted.
func (w *world) ready(by domain.Actor) domain.PropertyID {
	w.T.Helper()
	id := w.draft(by)
	w.addPhoto(id, front, domain.PhotoPassed)
	w.addPhoto(id, living, domain.PhotoFlagged)
	return id
}

// submitted adds a submitted property.
func (w *world) submitted(by domain.Actor) domain.PropertyID {
	w.T.Helper()
	id := w.ready(by)
	_, err := w.submit().Execute(w.T.Context(), intake.SubmitPropertyInput{Actor: by, PropertyID: id})
	require.NoError(w.T, err)
	return id
}

// claimed adds a property under review.
func (w *world) claimed() domain.PropertyID {
	w.T.Helper()
	id := w.submitted(owner)
	w.Claim(id)
	return id
}

// asked adds a property whose owner must correct the area.
func (w *world) asked() domain.PropertyID {
	w.T.Helper()
	id := w.claimed()
	w.Ask(id, domain.FollowUpItem{ID: "1", Kind: domain.CorrectField, Message: "Is it so large?", Field: domain.FieldArea})
	return id
}

func keyOf(operation, fingerprint string) domain.IdempotencyKey {
	return domain.IdempotencyKey{UserID: owner.ID, Operation: operation, Key: "key", Fingerprint: fingerprint}
}
