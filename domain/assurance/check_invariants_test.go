package assurance_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

func TestASoundWorldHasNoFaults(t *testing.T) {
	t.Parallel()
	for name, live := range map[string]func(w *world){
		"nothing":      func(*world) {},
		"a draft":      (*world).draft,
		"announced":    func(w *world) { w.draft(); w.announce(w.front, front) },
		"uploaded":     func(w *world) { w.draft(); w.upload(w.front, front) },
		"inspected":    func(w *world) { w.draft(); w.inspect(w.front, front) },
		"submitted":    (*world).submitted,
		"under review": func(w *world) { w.submitted(); w.claim() },
		"asked":        func(w *world) { w.submitted(); w.claim(); w.ask() },
		"answered":     func(w *world) { w.submitted(); w.claim(); w.ask(); w.answer() },
		"awaiting":     func(w *world) { w.submitted(); w.claim(); w.value() },
		"awaiting, by one who left": func(w *world) {
			w.submitted()
			w.claim()
			w.value()
			w.SetUser(valuer.ID, func(u *domain.User) { u.Disabled = true })
		},
		"about to be released": func(w *world) {
			w.submitted()
			w.claim()
			w.SetUser(valuer.ID, func(u *domain.User) { u.Disabled = true })
			w.enqueue(domain.ReleaseClaims(domain.User{ID: valuer.ID}, w.Clock.Now()))
		},
		"handed over": func(w *world) {
			w.submitted()
			w.claim()
			w.change(func(_ ports.Tx, p *domain.Property) (domain.Change, error) {
				return p.ReassignClaim(supervisor, domain.User{ID: supervisor.ID, Role: supervisor.Role}, "I take it", w.Clock.Now())
			})
			w.change(func(_ ports.Tx, p *domain.Property) (domain.Change, error) {
				return p.RevokeClaim(supervisor, "nobody has time", w.Clock.Now())
			})
		},
		"returned to the queue": func(w *world) {
			w.submitted()
			w.claim()
			w.value()
			w.decideValuation(func(_ ports.Tx, p *domain.Property, v *domain.Valuation) (domain.Change, error) {
				return p.Return(supervisor, v, domain.User{ID: v.ValuerID, Disabled: true}, "look again", w.Clock.Now())
			})
		},
		"returned": func(w *world) {
			w.submitted()
			w.claim()
			w.value()
			w.decideValuation(func(_ ports.Tx, p *domain.Property, v *domain.Valuation) (domain.Change, error) {
				return p.Return(supervisor, v, domain.User{ID: v.ValuerID, Role: domain.RoleValuer}, "look again", w.Clock.Now())
			})
		},
		"approved": (*world).approved,
		"valued":   (*world).valued,
		"signed off by a release without the gate": func(w *world) {
			w.submitted()
			w.claim()
			w.value()
			w.decideValuation(func(tx ports.Tx, p *domain.Property, v *domain.Valuation) (domain.Change, error) {
				change, err := p.SignOff(supervisor, fixture.Deciding(v, w.photos(tx)), w.Clock.Now())
				change.Facts = slices.DeleteFunc(change.Facts, func(f domain.Fact) bool { return f.Name == "rule_book" })
				return change, err
			})
		},
		"settled": func(w *world) { w.valued(); w.settle() },
		"withdrawn": func(w *world) {
			w.draft()
			w.upload(w.front, front)
			w.change(func(_ ports.Tx, p *domain.Property) (domain.Change, error) { return p.Withdraw(owner, w.Clock.Now()) })
			w.endJobs(nil) // the photo keeps waiting, and nobody minds
		},
		"rejected": func(w *world) {
			w.submitted()
			w.claim()
			w.change(func(_ ports.Tx, p *domain.Property) (domain.Change, error) {
				return p.Reject(valuer, domain.RejectedIneligible, "no road", w.Clock.Now())
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := emptyWorld(t)
			live(w)
			v := w.checkDeep(true)
			assert.Empty(t, v.found)
			assert.Zero(t, v.tally.Faults+v.tally.Warnings)
		})
	}
}

func TestTheTallyCountsWhatWasRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.checkDeep(true)
	assert.Equal(t, 1, v.tally.Properties)
	assert.Equal(t, 1, v.tally.Chains)
	assert.Equal(t, 4, v.tally.Registers, "of the valuer, the supervisor, the owner who consented and the settings")
	assert.Equal(t, 18, v.tally.Entries)
	assert.Zero(t, v.tally.Uncommitted)
	assert.Equal(t, 2, v.tally.Photos)
	assert.Equal(t, 1, v.tally.Valuations)
	assert.Equal(t, 7, v.tally.Notifications)
	assert.Equal(t, 10, v.tally.Steps)
	assert.Equal(t, 7, v.tally.Blobs)
	assert.Equal(t, 7, v.tally.BlobsRead)
	assert.Zero(t, w.check().tally.BlobsRead)
	assert.Zero(t, v.tally.EarlierRules)
	w.setValuation(func(v *domain.Valuation) { v.RuleBook = 0 })
	assert.Equal(t, 1, w.check().tally.EarlierRules)
}

// reportKey is where the report lies.
func (w *world) reportKey() string {
	v := domain.Valuation{ID: w.valuation, PropertyID: w.id}
	return v.ReportKey()
}

func (w *world) key(name string) string {
	return domain.PhotoFolder(w.id, w.front).Key(name)
}

func (w *world) remove(key string) {
	w.T.Helper()
	require.NoError(w.T, w.Blobs.DeletePrefix(w.T.Context(), key))
}

// at is how subjects give the time of the newest audit entry of an action.
func (w *world) at(action domain.Action) string {
	chain, err := ports.InTx(w.T.Context(), w.Store, func(ctx context.Context, tx ports.Tx) ([]domain.AuditEntry, error) { return tx.Audit.Chain(ctx, w.id) })
	require.NoError(w.T, err)
	at := time.Time{}
	for _, e := range chain {
		if e.Action == action {
			at = e.At
		}
	}
	require.False(w.T, at.IsZero())
	return at.Format(time.RFC3339Nano)
}

func TestEveryPlantedFaultIsNamed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		live  func(w *world)
		plant func(w *world)
		want  func(w *world) []string
	}{
		"another state": {nil, func(w *world) { w.set(func(p *domain.Property) { p.State = domain.Approved }) }, always("STATE_DIFFERS", "STATE_CONDITION VALUATION", "REPORT_STUCK VALUATION")},
		"an illegal step": {nil, func(w *world) { w.forge(domain.ActionClaimed, domain.Valued, domain.Submitted) }, func(w *world) []string {
			return []string{"ILLEGAL_STEP 16", "STATE_DIFFERS", "STEP_MISSING CLAIMED/" + w.at(domain.ActionClaimed)}
		}},
		"a second decision": {nil, func(w *world) { w.forge(domain.ActionWithdrawn, domain.Valued, domain.Valued) }, func(w *world) []string {
			return []string{"ILLEGAL_STEP 16", "DECIDED_TWICE 16", "STEP_MISSING WITHDRAWN/" + w.at(domain.ActionWithdrawn)}
		}},
		"an edit of a decided case": {nil, func(w *world) { w.forge(domain.ActionEdited, domain.Valued, domain.Valued) }, always("ILLEGAL_STEP 16")},
		"a gap in the states":       {nil, func(w *world) { w.forge(domain.ActionEdited, domain.Submitted, domain.Submitted) }, always("STATE_DIFFERS", "ILLEGAL_STEP 16")},
		"a case without history":    {(*world).draft, func(w *world) { w.id = domain.PropertyID(w.IDs.New()); w.bare() }, always("AUDIT_DELETED 1")},
		"a lost case": {nil, func(w *world) {
			w.Do(func(ctx context.Context, tx ports.Tx) error { return tx.Properties.Delete(ctx, w.id) })
		}, always("PROPERTY_LOST")},
		"no reference":      {nil, func(w *world) { w.set(func(p *domain.Property) { p.Reference = "" }) }, always("STATE_CONDITION submission")},
		"a claim left over": {nil, func(w *world) { w.set(func(p *domain.Property) { p.Claim = &domain.Claim{ValuerID: valuer.ID} }) }, always("STATE_CONDITION claim")},
		"a disabled claimant": {under, func(w *world) {
			w.SetUser(valuer.ID, func(u *domain.User) { u.Disabled = true })
		}, always("HOLDER_GONE valuer")},
		"a demoted claimant, whose job was given up": {under, func(w *world) {
			w.settle()
			w.SetUser(valuer.ID, func(u *domain.User) { u.Role = domain.RoleAdmin })
			w.enqueue(domain.ReleaseClaims(domain.User{ID: valuer.ID}, w.Clock.Now()))
			w.endJobs(errors.New("out of order"))
		}, always("HOLDER_GONE valuer", "warning JOB_DEAD release_staff_claims valuer")},
		"an unknown claimant": {under, func(w *world) { w.set(func(p *domain.Property) { p.Claim.ValuerID = "nobody" }) }, always("CLAIM_NOT_HELD claim_valuer_id", "HOLDER_GONE nobody")},
		"a disabled one of a reservation": {func(w *world) { w.submitted(); w.claim(); w.ask(); w.answer() }, func(w *world) {
			w.SetUser(valuer.ID, func(u *domain.User) { u.Disabled = true })
		}, always("HOLDER_GONE valuer")},
		"no claim":          {under, func(w *world) { w.set(func(p *domain.Property) { p.Claim = nil }) }, always("STATE_CONDITION claim")},
		"the owner's claim": {under, func(w *world) { w.set(func(p *domain.Property) { p.Claim.ValuerID = owner.ID }) }, always("OWN_CASE claim", "CLAIM_NOT_HELD claim_valuer_id", "HOLDER_GONE owner")},
		"a claim that the history gave to another": {under, func(w *world) { w.set(toSupervisor) }, always("CLAIM_NOT_HELD claim_valuer_id")},
		"a rejection by a forged claim, which ends it": {under, func(w *world) {
			w.set(toSupervisor)
			w.change(func(_ ports.Tx, p *domain.Property) (domain.Change, error) {
				return p.Reject(supervisor, domain.RejectedIneligible, "no road", w.Clock.Now())
			})
			w.settle()
		}, always("CLAIM_NOT_HELD 10")},
		"a flag by a forged claim that was put back": {under, func(w *world) {
			w.set(toSupervisor)
			w.change(func(_ ports.Tx, p *domain.Property) (domain.Change, error) {
				return p.Flag(supervisor, "risky", w.Clock.Now())
			})
			w.set(func(p *domain.Property) { p.Claim.ValuerID = valuer.ID })
		}, always("CLAIM_NOT_HELD 10")},
		"no follow-up":          {asked, func(w *world) { w.set(func(p *domain.Property) { p.FollowUps = nil }) }, always("STATE_CONDITION follow_up")},
		"an answered follow-up": {asked, func(w *world) { w.set(func(p *domain.Property) { p.FollowUps[0].AnsweredAt = w.Clock.Now() }) }, always("STATE_CONDITION follow_up")},
		"a running clock":       {asked, func(w *world) { w.set(func(p *domain.Property) { p.SLA.PausedAt = time.Time{} }) }, always("STATE_CONDITION clock")},
		"a clock that runs on":  {nil, func(w *world) { w.set(func(p *domain.Property) { p.SLA.StoppedAt = time.Time{} }) }, always("STATE_CONDITION clock")},
		"no time of decision":   {nil, func(w *world) { w.set(func(p *domain.Property) { p.DecidedAt = time.Time{} }) }, always("STATE_CONDITION decision")},
		"a rejection":           {nil, func(w *world) { w.set(func(p *domain.Property) { p.Rejection = &domain.Rejection{} }) }, always("STATE_CONDITION rejection")},
		"no valuation":          {nil, func(w *world) { w.set(func(p *domain.Property) { p.Valuation = "none" }) }, always("STATE_CONDITION valuation")},
		"a returned valuation":  {nil, func(w *world) { w.setValuation(func(v *domain.Valuation) { v.Status = domain.ValuationReturned }) }, always("STATE_CONDITION VALUATION")},
		"no sign-off":           {nil, func(w *world) { w.setValuation(func(v *domain.Valuation) { v.SignOff = nil }) }, always("STATE_CONDITION VALUATION")},
		"approved too early":    {awaiting, func(w *world) { w.setValuation(func(v *domain.Valuation) { v.Status = domain.ValuationApproved }) }, always("STATE_CONDITION VALUATION")},
		"signed by its valuer":  {nil, func(w *world) { w.setValuation(func(v *domain.Valuation) { v.SignOff.By = valuer.ID }) }, always("SAME_PERSON VALUATION")},
		"valued by the owner":   {nil, func(w *world) { w.setValuation(func(v *domain.Valuation) { v.ValuerID = owner.ID }) }, always("OWN_CASE VALUATION")},
		"signed by the owner":   {nil, func(w *world) { w.setValuation(func(v *domain.Valuation) { v.SignOff.By = owner.ID }) }, always("OWN_CASE VALUATION")},
		"a version left out":    {nil, func(w *world) { w.setValuation(func(v *domain.Valuation) { v.Number = 3 }) }, always("STATE_CONDITION VALUATION")},
		"a report not stored":   {nil, func(w *world) { w.setValuation(func(v *domain.Valuation) { v.Report.StoredAt = time.Time{} }) }, always("STATE_CONDITION VALUATION")},
		"another report":        {nil, func(w *world) { w.setValuation(func(v *domain.Valuation) { v.Report.SHA256 = sumOf("other") }) }, always("REPORT_UNAUDITED VALUATION")},
		"a lost report job":     {(*world).approved, (*world).settle, always("REPORT_STUCK VALUATION")},
		"a photo nobody told of": {nil, func(w *world) {
			w.Do(func(ctx context.Context, tx ports.Tx) error {
				return tx.Photos.Add(ctx, domain.Photo{ID: "new", PropertyID: w.id, Status: domain.PhotoAwaitingUpload})
			})
		}, always("PHOTO_UNAUDITED new", "GATE_BLOCKED new")},
		"a lost photo": {nil, func(w *world) {
			w.Do(func(ctx context.Context, tx ports.Tx) error { return tx.Photos.Delete(ctx, w.front) })
			w.remove(domain.PhotoFolder(w.id, w.front).String())
		}, always("PHOTO_LOST FRONT", "GATE_BLOCKED VALUATION")},
		"evidence refused afterwards": {nil, func(w *world) {
			w.setPhoto(func(p *domain.Photo) {
				p.Resolution = &domain.FlagResolution{Decision: domain.FlagRefused, Reason: "blurred", By: valuer.ID, At: w.Clock.Now()}
			})
		}, always("GATE_BLOCKED VALUATION", "RISK_MISSING VALUATION")},
		"evidence failed afterwards": {nil, func(w *world) { w.setPhoto(func(p *domain.Photo) { p.Status = domain.PhotoFailed }) }, always("GATE_BLOCKED VALUATION")},
		"evidence from elsewhere": {nil, func(w *world) {
			w.setPhoto(func(p *domain.Photo) { p.Device.Location = &domain.Point{Lat: 19.0760, Lng: 72.8777} })
		}, always("GATE_BLOCKED FRONT")},
		"a risk removed": {nil, func(w *world) {
			w.setValuation(func(v *domain.Valuation) { v.Risks = []domain.Risk{domain.RiskLowConfidence} })
		}, always("RISK_MISSING VALUATION")},
		"all risks removed, with the signature": {nil, func(w *world) {
			w.setValuation(func(v *domain.Valuation) { v.Risks, v.SignOff = nil, nil })
		}, always("RISK_MISSING VALUATION")},
		"a decision dated before the gate": {nil, func(w *world) { w.setValuation(func(v *domain.Valuation) { v.RuleBook = 0 }) }, always("RULE_BOOK_DIFFERS VALUATION")},
		"another upload":                   {nil, func(w *world) { w.setPhoto(func(p *domain.Photo) { p.Announced.SHA256 = sumOf("other") }) }, always("PHOTO_UNAUDITED FRONT")},
		"another file":                     {nil, func(w *world) { w.setPhoto(func(p *domain.Photo) { p.Facts.SHA256 = sumOf("other") }) }, always("PHOTO_UNAUDITED FRONT")},
		"a lost inspection":                {func(w *world) { w.draft(); w.upload(w.front, front) }, func(w *world) { w.endJobs(nil) }, always("PHOTO_STUCK FRONT")},
		"a verdict nobody told of": {func(w *world) { w.draft(); w.upload(w.front, front) }, func(w *world) {
			w.setPhoto(func(p *domain.Photo) { p.Status = domain.PhotoFailed; p.Facts.Fault = domain.FaultBroken })
		}, always("PHOTO_UNAUDITED FRONT")},
		"a lost original":     {nil, func(w *world) { w.remove(w.key("original")) }, always("BLOB_MISSING properties/CASE/photos/FRONT/original")},
		"a lost thumb":        {nil, func(w *world) { w.remove(w.key("320.jpg")) }, always("BLOB_MISSING properties/CASE/photos/FRONT/320.jpg")},
		"a lost report file":  {nil, func(w *world) { w.remove(w.reportKey()) }, always("BLOB_MISSING properties/CASE/reports/VALUATION.pdf")},
		"a cut original":      {nil, func(w *world) { w.put(w.key("original"), "cut") }, always("BLOB_DIFFERS properties/CASE/photos/FRONT/original")},
		"an orphan of a case": {nil, func(w *world) { w.put(w.key("extra"), "x"); w.Clock.Advance(25 * time.Hour) }, always("BLOB_ORPHAN properties/CASE/photos/FRONT/extra")},
		"an orphan report": {nil, func(w *world) {
			w.put("properties/"+string(w.id)+"/reports/old.pdf", "x")
			w.Clock.Advance(25 * time.Hour)
		}, always("BLOB_ORPHAN properties/CASE/reports/old.pdf")},
		"an orphan of nobody": {nil, func(w *world) { w.put("properties/nobody/photos/1/original", "x"); w.Clock.Advance(25 * time.Hour) }, always("BLOB_ORPHAN properties/nobody/photos/1/original")},
		"orphans before and behind": {nil, func(w *world) {
			w.put("properties/0/a", "x")
			w.put("properties/zz/a", "x")
			w.Clock.Advance(25 * time.Hour)
		}, always("BLOB_ORPHAN properties/0/a", "BLOB_ORPHAN properties/zz/a")},
		"unknown files": {nil, func(w *world) {
			w.put("a", "x")
			w.put("audit/anchors/none.json", "x")
			w.put("zoo", "x")
			w.Clock.Advance(25 * time.Hour)
		}, always("BLOB_UNKNOWN a", "BLOB_UNKNOWN audit/anchors/none.json", "BLOB_UNKNOWN zoo")},
		"a message too many": {nil, func(w *world) {
			w.Do(func(ctx context.Context, tx ports.Tx) error {
				return tx.Notifications.Add(ctx, domain.Notification{
					ID: "extra", Topic: domain.TopicValued, Channel: domain.ChannelSMS, RecipientID: owner.ID, PropertyID: w.id, Status: domain.NotificationSent,
				})
			})
		}, always("NOTIFICATION_UNDUE VALUED/SMS")},
		"a message to another": {func(w *world) { w.draft(); w.forge(domain.ActionReportStored, domain.Draft, domain.Draft) }, nil, func(w *world) []string {
			at := w.at(domain.ActionReportStored)
			return []string{"ILLEGAL_STEP 2", "NOTIFICATION_MISSING VALUED/SMS/" + at, "NOTIFICATION_MISSING VALUED/WHATSAPP/" + at, "STEP_MISSING VALUED/" + at}
		}},
		"messages lost": {(*world).submitted, func(w *world) { w.endJobs(nil) }, always("NOTIFICATION_LOST SUBMITTED/SMS", "NOTIFICATION_LOST SUBMITTED/WHATSAPP")},
		"messages failed": {func(w *world) { w.submitted(); w.settle() }, func(w *world) { w.notifications((*domain.Notification).MarkFailed) },
			always("warning NOTIFICATION_FAILED SUBMITTED/SMS", "warning NOTIFICATION_FAILED SUBMITTED/WHATSAPP")},
		"message to somebody else": {func(w *world) { w.submitted(); w.settle() }, func(w *world) {
			w.notifications(func(n *domain.Notification) { n.RecipientID = valuer.ID })
		}, always("NOTIFICATION_UNDUE SUBMITTED/SMS", "NOTIFICATION_UNDUE SUBMITTED/WHATSAPP")},
		"a step too many": {nil, func(w *world) {
			w.Do(func(ctx context.Context, tx ports.Tx) error {
				return tx.Steps.Append(ctx, domain.Step{Kind: domain.StepApproved, PropertyID: w.id, At: w.Clock.Now()})
			})
		}, func(w *world) []string {
			return []string{"STEP_UNDUE APPROVED/" + w.Clock.Now().Format(time.RFC3339Nano)}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var w *world
			if c.live == nil {
				w = newWorld(t)
			} else {
				w = emptyWorld(t)
				c.live(w)
			}
			if c.plant != nil {
				require.Empty(t, w.check().found)
				c.plant(w)
			}
			assert.ElementsMatch(t, c.want(w), besideRecords(w.check().found))
		})
	}
}

// besideRecords returns what was found by other rules than that of the commitments, which names most
// of what is planted once more (TestEveryChangedFieldIsNamed).
func besideRecords(found []string) []string {
	return slices.DeleteFunc(found, func(f string) bool { return strings.HasPrefix(f, "COMMITMENT_DIFFERS") })
}

func always(found ...string) func(*world) []string { return func(*world) []string { return found } }

// toSupervisor forges the claim.
func toSupervisor(p *domain.Property) { p.Claim.ValuerID = supervisor.ID }

func under(w *world)    { w.submitted(); w.claim() }
func asked(w *world)    { under(w); w.ask() }
func awaiting(w *world) { under(w); w.value() }

// bare adds a draft that has neither audit entries nor milestones.
func (w *world) bare() {
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		return tx.Properties.Add(ctx, domain.Property{ID: w.id, OwnerID: owner.ID, Type: domain.Land, State: domain.Draft})
	})
}
