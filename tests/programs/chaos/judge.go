package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	propflow "github.com/propflow/propflow/sdk/go"
)

// shown is the maximum number of faults of one check that are printed; the rest are only counted.
const shown = 20

// judge compares what the product returns now with the ledger and with what the vendor took,
// runs the product's own checks, and returns a line for everything that is wrong.
func (w *world) judge(ctx context.Context) []string {
	var faults []string
	check := func(what string, found []string, err error) {
		if err != nil {
			found = append([]string{fmt.Sprintf("could not finish: %v", err)}, found...)
		}
		for i, f := range found {
			if i == shown {
				faults = append(faults, fmt.Sprintf("%s: %d more", what, len(found)-shown))
				break
			}
			faults = append(faults, what+": "+f)
		}
		w.audited.checked = append(w.audited.checked, fmt.Sprintf("%s: %d faults", what, len(found)))
	}
	observed, cases, err := w.observe(ctx)
	check("every acknowledged write is there, unchanged, as often as it was acknowledged", w.ledger.compare(observed), err)
	check("every notification due was sent, again only where its first reply was lost", w.judgeMessages(cases), nil)
	found, err := w.judgeBlobs(ctx, cases)
	check("every file is there with its SHA-256, and no file is an orphan", found, err)
	check("every owner heard live how it ended, or was told to read again", w.judgeStreams(), nil)
	found, err = w.judgeJobs(ctx)
	check("no job was given up", found, err)
	for _, command := range [][]string{{"audit", "verify"}, {"check", "--deep", "--grace=1s"}} {
		check("propflow "+strings.Join(command, " "), w.judgeCommand(ctx, command), nil)
	}
	return faults
}

// record is what the API returns of one case.
type record struct {
	property      propflow.Property
	owner         *person
	photos        []propflow.Photo
	valuations    []propflow.Valuation
	notifications []propflow.Notification
}

// observe reads every case through the API, as its owner and as a supervisor.
func (w *world) observe(ctx context.Context) (map[fact]int, []record, error) {
	observed := make(map[fact]int)
	var cases []record
	for _, id := range slices.Sorted(maps.Keys(w.owners)) {
		owner := w.owners[id]
		if err := w.observeOwner(ctx, owner, observed); err != nil {
			return observed, cases, err
		}
		list, err := owner.Client.ListPropertiesWithResponse(ctx, &propflow.ListPropertiesParams{})
		if err != nil {
			return observed, cases, fmt.Errorf("list the cases: %w", err)
		}
		for _, listed := range list.JSON200.Items {
			c, err := w.observeCase(ctx, owner, listed.ID, observed)
			if err != nil {
				return observed, cases, fmt.Errorf("read case %s: %w", listed.ID, err)
			}
			cases = append(cases, c)
		}
	}
	w.audited.properties = len(cases)
	return observed, cases, nil
}

func (w *world) observeOwner(ctx context.Context, owner *person, observed map[fact]int) error {
	consents, err := owner.Client.ListConsentsWithResponse(ctx)
	if err != nil {
		return fmt.Errorf("list the consents: %w", err)
	}
	for range consents.JSON200.Items {
		observed[fact{"", "consent", owner.User.ID, "given"}]++
		w.audited.consents++
	}
	return nil
}

// why is the reason of the supervisor who reads every case.
var why = "Is the case as it was acknowledged?"

func (w *world) observeCase(ctx context.Context, owner *person, id string, observed map[fact]int) (c record, err error) {
	reader := w.staff[valuers].Client
	see := func(what, about, value string) { observed[fact{id, what, about, value}]++ }
	property, err := reader.GetPropertyWithResponse(ctx, id, &propflow.GetPropertyParams{PropFlowReason: &why})
	if propflow.CodeOf(err) == "property_not_found" { // it was never submitted, so staff cannot see it
		reader = owner.Client
		property, err = reader.GetPropertyWithResponse(ctx, id, nil)
	}
	if err != nil {
		return c, err
	}
	c = record{owner: owner}
	// The owner's view has fewer fields, of the same names.
	if c.property, err = property.JSON200.AsProperty(); err != nil {
		return c, err
	}
	see("state", "", string(c.property.State))
	see("area", "", fmt.Sprint(*c.property.AreaSqft))
	see("address", "", c.property.Address.Line1)
	if c.property.Reference != nil {
		see("reference", "", *c.property.Reference)
	}
	for _, f := range c.property.FollowUps {
		for _, item := range f.Items {
			if item.Answer != nil {
				see("answer", item.ID, *item.Answer)
			}
		}
	}
	if err := w.observeEvidence(ctx, &c, reader, see); err != nil {
		return c, err
	}
	return c, w.observeTrail(ctx, &c, reader, see)
}

// observeEvidence reads photos, valuations and the report.
func (w *world) observeEvidence(ctx context.Context, c *record, reader *propflow.ClientWithResponses, see func(what, about, value string)) error {
	photos, err := reader.ListPhotosWithResponse(ctx, c.property.ID, &propflow.ListPhotosParams{PropFlowReason: &why})
	if err != nil {
		return err
	}
	listed, err := photos.JSON200.AsPhotoList()
	if err != nil {
		return err
	}
	c.photos = listed.Items
	w.audited.photos += len(c.photos)
	for _, p := range c.photos {
		see("photo", p.ID, p.Sha256)
		see("verdict", p.ID, string(p.Status))
		if p.Resolution != nil {
			see("resolution", p.ID, string(p.Resolution.Decision)+" "+p.Resolution.Reason)
		}
	}
	if c.property.Reference == nil {
		return nil // only staff may list valuations, and they cannot see drafts
	}
	valuations, err := reader.ListValuationsWithResponse(ctx, c.property.ID, &propflow.ListValuationsParams{PropFlowReason: &why})
	if err != nil {
		return err
	}
	c.valuations = valuations.JSON200.Items
	for _, v := range c.valuations {
		see("valuation", v.ID, amount(v)+" "+string(v.Status))
	}
	w.audited.valuations += len(c.valuations)
	if c.property.State != propflow.PropertyStateVALUED {
		return nil
	}
	report, err := c.owner.Client.GetReportWithResponse(ctx, c.property.ID, nil)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(report.Body)
	see("report", "", hex.EncodeToString(sum[:]))
	return nil
}

// observeTrail reads the audit trail and the notifications. Entries without an actor are not
// counted, because no client acknowledged them.
func (w *world) observeTrail(ctx context.Context, c *record, reader *propflow.ClientWithResponses, see func(what, about, value string)) error {
	trail, err := reader.GetAuditTrailWithResponse(ctx, c.property.ID, &propflow.GetAuditTrailParams{PropFlowReason: &why})
	if err != nil {
		return err
	}
	if err := w.observeEntries(*trail.JSON200, c.owner.User.ID, see); err != nil {
		return err
	}
	notifications, err := reader.ListNotificationsWithResponse(ctx, &propflow.ListNotificationsParams{PropertyID: &c.property.ID})
	if err != nil {
		return err
	}
	c.notifications = notifications.JSON200.Items
	for _, n := range c.notifications {
		see("notification", n.Topic, n.Channel)
	}
	return nil
}

// observeEntries reads the entries of a trail as reviewers see it, or as the owner does.
func (w *world) observeEntries(view propflow.AuditTrailView, owner string, see func(what, about, value string)) error {
	of, err := view.Discriminator()
	if err != nil {
		return err
	}
	if of == string(propflow.OwnerViewOWNER) {
		trail, err := view.AsOwnerAuditTrail()
		if !trail.Intact {
			see("chain", "", "broken")
		}
		w.audited.entries += len(trail.Entries)
		for _, e := range trail.Entries {
			if e.Actor == propflow.OwnerActorOWNER {
				see("action", string(e.Action), owner)
			}
		}
		return err
	}
	trail, err := view.AsAuditTrail()
	if trail.Fault != nil {
		see("chain", "", "broken: "+*trail.Fault)
	}
	w.audited.entries += len(trail.Entries)
	for _, e := range trail.Entries {
		if e.ActorID != nil {
			see("action", string(e.Action), *e.ActorID)
		}
	}
	return err
}

func (w *world) judgeStreams() []string {
	if missed := w.missed.Load(); missed > 0 {
		return []string{fmt.Sprintf("%d owners did not", missed)}
	}
	return nil
}

// judgeJobs returns the jobs that were discarded or cancelled, each with its last error.
func (w *world) judgeJobs(ctx context.Context) ([]string, error) {
	connection, err := pgx.Connect(ctx, w.stack.Postgres.Member.Link())
	if err != nil {
		return nil, err
	}
	defer connection.Close(ctx)
	rows, err := connection.Query(ctx, `SELECT kind || ' ' || coalesce(args->>'subject', '') || ' ' || state || ' ' ||
		coalesce(errors[cardinality(errors)]->>'error', '') FROM river_job WHERE state IN ('discarded', 'cancelled')`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// judgeCommand runs one of the product's own checks, and returns its output if it fails.
func (w *world) judgeCommand(ctx context.Context, command []string) []string {
	output, err := w.stack.Command(ctx, command...)
	lines := strings.Split(strings.TrimSpace(output), "\n")
	if err != nil {
		return append([]string{err.Error()}, lines...)
	}
	w.say("propflow %s:\n    %s", strings.Join(command, " "), strings.Join(lines, "\n    "))
	return nil
}
