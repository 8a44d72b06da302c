package upgrade_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/kit/plain"
)

// home is where the photos of all cases were taken.
var home = domain.Point{Lat: 12.9719, Lng: 77.6412}

// people act on a case of the release before.
type people struct {
	*stage
	t                         *testing.T
	name, id                  string
	owner, valuer, supervisor person
	// blocked lists what the evidence gate named, in the order in which people were refused.
	blocked []string
}

// path returns a path of the case.
func (c *people) path(rest string) string { return "/properties/" + c.id + rest }

// decide brings the case to its report, as its people would: what stops them they mend.
func (c *people) decide(ctx context.Context) {
	c.t.Helper()
	for range 10 { // steps
		now := c.owner.get(ctx, c.t, c.path(""))
		switch state := domain.State(now.Text("state")); state {
		case domain.Submitted:
			require.NoError(c.t, c.valuer.post(ctx, c.t, c.path("/claim"), nil).Err(), c.name)
		case domain.UnderReview:
			c.value(ctx)
		case domain.FollowUpRequired:
			c.answer(ctx, now.Object)
		case domain.AwaitingSignOff:
			c.sign(ctx)
		case domain.Approved:
			c.await(ctx, c.t, "the report of "+c.name, func() bool { return c.owner.get(ctx, c.t, c.path("")).Text("state") == string(domain.Valued) })
		case domain.Valued:
			return
		default:
			require.Fail(c.t, "an unexpected state", "%s is %s", c.name, state)
		}
	}
	require.Fail(c.t, "the case does not come to its end", "%s: blocked by %v", c.name, c.blocked)
}

// refused records what the gate named, and returns it. The answer must be a refusal by the gate.
func (c *people) refused(at string, a plain.Answer) []plain.Object {
	c.t.Helper()
	require.Equal(c.t, "evidence_incomplete", a.Text("code"), "%s: %s", c.name, a.Body)
	reasons := a.List("errors")
	require.NotEmpty(c.t, reasons)
	for _, reason := range reasons {
		if named := at + ": " + reason.Text("rule"); !slices.Contains(c.blocked, named) {
			c.blocked = append(c.blocked, named)
		}
	}
	return reasons
}

// value accepts the flagged photos and values the case on three sales. If the gate refuses, the
// valuer asks the owner to mend each reason.
func (c *people) value(ctx context.Context) {
	c.t.Helper()
	for _, photo := range c.valuer.get(ctx, c.t, c.path("/photos")).List("items") {
		if photo.Text("status") == string(domain.PhotoFlagged) && photo["resolution"] == nil && photo["replaced_by"] == nil {
			resolved := c.valuer.post(ctx, c.t, c.path("/photos/"+photo.Text("id")+"/flag-resolution"),
				plain.Object{"decision": domain.FlagAccepted, "reason": "It shows the property clearly."})
			require.NoError(c.t, resolved.Err(), c.name)
		}
	}
	sales := c.sales(ctx)
	valued := c.valuer.post(ctx, c.t, c.path("/valuations"), plain.Object{
		"amount": plain.Object{"amount": 18_000_000, "currency": "INR"}, "methodology": domain.SalesComparison, "comparable_ids": sales,
		"fewer_comparables_reason": "These are the only sales of the last months.",
		"rationale":                "The sales of the last months around it agree with one another, and with the amount.",
	})
	if valued.Err() == nil {
		return
	}
	items := c.items(c.refused("value", valued))
	asked := c.valuer.post(ctx, c.t, c.path("/follow-ups"), plain.Object{"items": items})
	require.NoError(c.t, asked.Err(), "%s: %v", c.name, items)
}

// sales returns three of the sales that the release before imported.
func (c *people) sales(ctx context.Context) (ids []string) {
	c.t.Helper()
	require.NoError(c.t, c.database.QueryRow(ctx, `SELECT array_agg(id::text) FROM
		(SELECT id FROM comparables WHERE source_id IN ('sale-2', 'sale-3', 'sale-4') ORDER BY source_id) AS chosen`).Scan(&ids))
	require.Len(c.t, ids, 3)
	return ids
}

// items returns the items of a follow-up by which the reasons can be mended.
func (c *people) items(reasons []plain.Object) []plain.Object {
	var items []plain.Object
	ask := func(item plain.Object) {
		item["message"] = "Please mend this."
		if !slices.ContainsFunc(items, func(other plain.Object) bool { return fmt.Sprint(other) == fmt.Sprint(item) }) {
			items = append(items, item)
		}
	}
	for _, reason := range reasons {
		field, _, _ := strings.Cut(reason.Text("field"), ".")
		switch {
		case reason.Text("rule") == "photo_too_far": // the pin is wrong, the photos are right
			ask(plain.Object{"kind": domain.CorrectField, "field": domain.FieldLocation})
		case field == "photos":
			for _, subject := range []domain.Subject{{Type: domain.PhotoFront}, {Type: domain.PhotoInternal, Room: domain.RoomKitchen}} {
				item := plain.Shot{Subject: subject}.Challenge()
				item["kind"] = domain.AddPhoto
				ask(item)
			}
		default:
			ask(plain.Object{"kind": domain.CorrectField, "field": field})
		}
	}
	return items
}

// answer does what the open follow-up asks for, and sends the answer. If the gate refuses it, the
// owner mends what the gate names, though nobody asked for it.
func (c *people) answer(ctx context.Context, now plain.Object) {
	c.t.Helper()
	c.agree(ctx)
	rounds := now.List("follow_ups")
	var answers []plain.Object
	for _, item := range rounds[len(rounds)-1].List("items") {
		answer := plain.Object{"item_id": item.Text("id")}
		switch domain.FollowUpKind(item.Text("kind")) {
		case domain.AnswerQuestion:
			answer["text"] = "It is let until March."
		case domain.CorrectField:
			c.correct(ctx, item.Text("field"))
		default:
			answer["photo_id"] = c.photograph(ctx, domain.Subject{Type: domain.PhotoType(item.Text("type")), Room: domain.Room(item.Text("room"))})
		}
		answers = append(answers, answer)
	}
	for range 2 {
		sent := c.owner.post(ctx, c.t, c.path("/follow-ups/answer"), plain.Object{"answers": answers})
		if sent.Err() == nil {
			return
		}
		for _, item := range c.items(c.refused("answer", sent)) {
			c.correct(ctx, item.Text("field"))
		}
	}
	require.Fail(c.t, "the owner is caught", "%s: %v", c.name, c.blocked)
}

// agree consents as the owner if the notice in force was not agreed to yet.
func (c *people) agree(ctx context.Context) {
	c.t.Helper()
	if c.owner.get(ctx, c.t, "/consents").Object["consent_required"] != true {
		return
	}
	version := c.owner.get(ctx, c.t, "/consent-notice").Text("version")
	require.NoError(c.t, c.owner.post(ctx, c.t, "/consents", plain.Object{"version": version, "language": "en"}).Err())
}

// correct gives a field its true value.
func (c *people) correct(ctx context.Context, field string) {
	c.t.Helper()
	value, known := map[string]any{
		"address":  plain.Object{"line1": "1, 4th Cross", "city": "Bengaluru", "state": "Karnataka", "pincode": "560038"},
		"location": plain.Object{"lat": home.Lat, "lng": home.Lng, "accuracy_m": 12},
	}[field]
	require.True(c.t, known, "%s: nobody can mend %q", c.name, field)
	edited := c.owner.send(ctx, c.t, plain.Request{
		Method: http.MethodPatch, Path: c.path(""), IfMatch: c.owner.get(ctx, c.t, c.path("")).ETag(), Body: plain.Object{field: value}.Encode(),
	})
	require.NoError(c.t, edited.Err(), "%s: %s", c.name, field)
}

// photograph takes a photo at home, waits for its verdict and returns its id.
func (c *people) photograph(ctx context.Context, subject domain.Subject) string {
	c.t.Helper()
	shot := plain.Shot{Subject: subject, Seed: c.clock.Now().UnixNano(), At: c.clock.Now(), Place: &home}
	challenge := c.owner.post(ctx, c.t, c.path("/photo-challenges"), shot.Challenge())
	require.NoError(c.t, challenge.Err())
	file, announced := shot.Take(challenge.Text("id"))
	created := c.owner.post(ctx, c.t, c.path("/photos"), announced)
	require.NoError(c.t, created.Err())
	require.NoError(c.t, created.Upload(ctx, file))
	id := created.Text("photo", "id")
	require.NoError(c.t, c.owner.post(ctx, c.t, c.path("/photos/"+id+"/completion"), nil).Err())
	c.await(ctx, c.t, "the verdict", func() bool {
		return c.owner.get(ctx, c.t, c.path("/photos/"+id)).Text("status") != string(domain.PhotoProcessing)
	})
	return id
}

// sign signs the valuation off. If the gate refuses, the supervisor returns it.
func (c *people) sign(ctx context.Context) {
	c.t.Helper()
	signed := c.supervisor.post(ctx, c.t, c.path("/sign-off"), nil)
	if signed.Err() == nil {
		return
	}
	c.refused("sign", signed)
	require.NoError(c.t, c.supervisor.post(ctx, c.t, c.path("/return"), plain.Object{"reason": "The evidence does not suffice."}).Err(), c.name)
}
