package privacy

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// row is a row of a table as its person sees it, by the names of its columns in
// docs/security/data.md.
type row map[string]any

// document is the data.json of an export. Its lists are named as the tables.
type document struct {
	MadeAt     time.Time          `json:"made_at"`
	About      string             `json:"about"`
	Tables     map[string][]row   `json:"tables"`
	Processors []domain.Processor `json:"processors"`

	files []file
}

const aboutExport = "Everything that PropFlow keeps about you. Tables and columns are named as in the list of personal data " +
	"that the lender gives you on request. Left out are notes that the lender's staff write for each other, " +
	"other people's data, and what only protects the record."

// collect reads everything that is kept about a person, in one transaction.
func collect(ctx context.Context, tx ports.Tx, user domain.UserID, now time.Time) (*document, error) {
	person, err := tx.Users.Get(ctx, user)
	if err != nil {
		return nil, err
	}
	c := collector{tx: tx, user: user, doc: &document{
		MadeAt: now, About: aboutExport, Tables: map[string][]row{}, Processors: domain.CurrentNotice(person.Language).Processors,
	}}
	c.add("users", row{
		"id": person.ID, "phone": person.Phone, "name": person.Name, "role": person.Role, "language": person.Language,
		"disabled": person.Disabled, "last_login_at": moment(person.LastLoginAt), "created_at": person.CreatedAt, "updated_at": person.UpdatedAt, "version": person.Version,
	})
	for _, part := range []func(context.Context) error{c.consents, c.sessions, c.requests, c.messages, c.security, c.cases} {
		if err := part(ctx); err != nil {
			return nil, err
		}
	}
	return c.doc, nil
}

type collector struct {
	tx   ports.Tx
	user domain.UserID
	doc  *document
}

func (c *collector) add(table string, r row) { c.doc.Tables[table] = append(c.doc.Tables[table], r) }

// all calls each for every item of a list that is read page by page.
func all[T any](list func(domain.Page) (domain.List[T], error), each func(T) error) error {
	page := domain.Page{Limit: pageSize}
	for {
		found, err := list(page)
		if err != nil {
			return err
		}
		for _, item := range found.Items {
			if err := each(item); err != nil {
				return err
			}
		}
		if found.Next == (domain.Cursor{}) {
			return nil
		}
		page.Cursor = found.Next
	}
}

func (c *collector) consents(ctx context.Context) error {
	given, err := c.tx.Consents.ByUser(ctx, c.user)
	for _, g := range given {
		c.add("consents", row{
			"id": g.ID, "user_id": g.UserID, "version": g.Version, "language": g.Language, "processors": g.Processors,
			"purposes": g.Effective().Purposes, "withdrawn": g.Withdrawn, "given_at": g.GivenAt,
		})
	}
	return err
}

func (c *collector) sessions(ctx context.Context) error {
	sessions, err := c.tx.Sessions.ByUser(ctx, c.user)
	for _, s := range sessions {
		c.add("sessions", row{
			"id": s.ID, "user_id": s.UserID, "client": s.Client, "created_at": s.CreatedAt, "refreshed_at": s.RefreshedAt,
			"confirmed_at": s.ConfirmedAt, "expires_at": s.ExpiresAt, "ended_at": moment(s.EndedAt), "ended_by": s.EndedBy,
		})
	}
	return err
}

func (c *collector) requests(ctx context.Context) error {
	exports, err := c.tx.Exports.ByUser(ctx, c.user)
	if err != nil {
		return err
	}
	for _, e := range exports {
		c.add("exports", row{
			"id": e.ID, "user_id": e.UserID, "state": e.State, "requested_at": e.RequestedAt, "ready_at": moment(e.ReadyAt),
			"expires_at": e.ExpiresAt, "parts": e.Parts,
		})
	}
	return all(func(page domain.Page) (domain.List[domain.PrivacyRequest], error) {
		return c.tx.PrivacyRequests.List(ctx, ports.PrivacyRequestFilter{UserID: c.user}, page)
	}, func(r domain.PrivacyRequest) error {
		c.add("privacy_requests", row{
			"id": r.ID, "user_id": r.UserID, "kind": r.Kind, "property_id": r.PropertyID, "message": r.Message, "state": r.State,
			"created_at": r.CreatedAt, "due_at": r.DueAt, "reason": r.Reason, "answered_at": moment(r.AnsweredAt),
		})
		return nil
	})
}

func (c *collector) messages(ctx context.Context) error {
	return all(func(page domain.Page) (domain.List[domain.Notification], error) {
		return c.tx.Notifications.List(ctx, ports.NotificationFilter{RecipientID: c.user}, page)
	}, func(n domain.Notification) error {
		c.add("notifications", row{
			"id": n.ID, "topic": n.Topic, "channel": n.Channel, "recipient_id": n.RecipientID, "property_id": n.PropertyID,
			"status": n.Status, "attempts": n.Attempts, "created_at": n.CreatedAt, "sent_at": moment(n.SentAt),
			"delivery": n.Delivery, "delivery_at": moment(n.DeliveryAt),
		})
		return nil
	})
}

// security adds what the person did, and what others did with their access and data, without who.
func (c *collector) security(ctx context.Context) error {
	seen := map[domain.SecurityEventID]bool{}
	for _, filter := range []domain.SecurityFilter{{ActorID: c.user}, {TargetID: c.user}} {
		err := all(func(page domain.Page) (domain.List[domain.SecurityEvent], error) {
			return c.tx.Security.List(ctx, filter, page)
		}, func(e domain.SecurityEvent) error {
			if seen[e.ID] {
				return nil
			}
			seen[e.ID] = true
			if told, err := c.mayTell(ctx, e); err != nil || !told {
				return err
			}
			r := row{
				"id": e.ID, "at": e.At, "code": e.Code, "property_id": e.PropertyID, "photo_id": e.PhotoID, "count": e.Count,
			}
			if e.TargetID == c.user { // whom else the person did something to is nobody's business but theirs
				r["target_id"] = e.TargetID
			}
			if e.ActorID == c.user {
				r["actor_id"], r["actor_role"], r["client"] = e.ActorID, e.ActorRole, e.Client
			}
			c.add("security_events", r)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// mayTell reports whether the person may read the event. Holds are left out, because an authority may
// forbid to tell of them, and so is what would show that staff work on an undecided case.
func (c *collector) mayTell(ctx context.Context, e domain.SecurityEvent) (bool, error) {
	switch {
	case e.ActorID == c.user:
		return true, nil
	case e.Code == domain.SecurityHoldPlaced, e.Code == domain.SecurityHoldLifted:
		return false, nil
	case e.PropertyID == "":
		return true, nil
	}
	property, err := c.tx.Properties.Get(ctx, e.PropertyID)
	if domain.IsKind(err, domain.KindNotFound) {
		return true, nil
	}
	return !property.DecidedAt.IsZero(), err
}

func (c *collector) cases(ctx context.Context) error {
	return all(func(page domain.Page) (domain.List[domain.Property], error) {
		return c.tx.Properties.ByOwner(ctx, c.user, page)
	}, func(p domain.Property) error { return c.property(ctx, p) })
}

// moment returns nil for a time that did not come yet.
func moment(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}
