package review_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/review"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

var (
	owner, stranger           = fixture.Owner, fixture.Stranger
	valuer, rival, supervisor = fixture.Valuer, fixture.Rival, fixture.Supervisor
	// landlord reviews for the lender and owns the property "staff-owned".
	landlord = domain.Actor{ID: "landlord", Role: domain.RoleSupervisor}

	front = fixture.Front
)

// world is a fixture with the use cases of this package.
type world struct {
	*fixture.World
	answers []domain.FollowUpAnswer // to what asked asks
}

func newWorld(t testing.TB) *world { return staffed(fixture.New(t)) }

// staffed returns the world with the lender's people in it.
func staffed(f *fixture.World) *world {
	f.Hire(valuer, rival, supervisor, landlord)
	return &world{World: f}
}

// submitted adds a submitted property with a photo of the front and of the living room.
func (w *world) submitted(id domain.PropertyID, by domain.Actor) domain.Property {
	w.T.Helper()
	w.Ready(id, by, domain.PhotoPassed)
	w.Submit(id, by)
	return w.Property(id)
}

// claimed adds a property under review by the valuer.
func (w *world) claimed(id domain.PropertyID) domain.Property {
	w.T.Helper()
	w.submitted(id, owner)
	p, err := w.claim().Execute(w.T.Context(), review.ClaimPropertyInput{Actor: valuer, PropertyID: id})
	require.NoError(w.T, err)
	return p
}

// asked adds a property whose owner must answer a question.
func (w *world) asked(id domain.PropertyID) domain.Property {
	w.T.Helper()
	w.claimed(id)
	p, err := w.ask().Execute(w.T.Context(), review.AskFollowUpInput{Actor: valuer, PropertyID: id, Items: []domain.FollowUpItem{question}})
	require.NoError(w.T, err)
	w.answers = []domain.FollowUpAnswer{{ItemID: p.OpenFollowUp().Items[0].ID, Text: "The second"}}
	return p
}

// risky adds a property whose valuation of ₹60 crore waits for a supervisor.
func (w *world) risky(id domain.PropertyID) domain.Property {
	w.T.Helper()
	w.claimed(id)
	w.ChangeInTx(id, func(ctx context.Context, tx ports.Tx, p *domain.Property, photos []domain.Photo) (domain.Change, error) {
		v := domain.Valuation{
			ID: domain.ValuationID(id) + "-valuation", PropertyID: id, Number: 1, ValuerID: valuer.ID, Amount: 60 * domain.Crore,
			Methodology: domain.SalesComparison, Rationale: "At the level of the sales.",
			FewerReason: "The only palace in town.", Confidence: 80, CreatedAt: w.Clock.Now(),
		}
		change, err := p.Value(valuer, fixture.Deciding(&v, photos), w.Clock.Now())
		if err != nil {
			return domain.Change{}, err
		}
		return change, tx.Valuations.Add(ctx, v)
	})
	return w.Property(id)
}

var question = domain.FollowUpItem{Kind: domain.AnswerQuestion, Message: "Which floor is it?"}

func (w *world) claim() review.ClaimProperty {
	return review.ClaimProperty{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
}

func (w *world) revoke() review.RevokeClaim {
	return review.RevokeClaim{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
}

func (w *world) reassign() review.ReassignClaim {
	return review.ReassignClaim{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
}

func (w *world) ask() review.AskFollowUp {
	return review.AskFollowUp{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
}

// messages lists the messages to owners, as "TOPIC CHANNEL", oldest first.
func (w *world) messages() []string {
	var topics []string
	all := w.Everything().Notifications
	for i := range all {
		n := all[len(all)-1-i]
		topics = append(topics, string(n.Topic)+" "+string(n.Channel))
	}
	return topics
}
