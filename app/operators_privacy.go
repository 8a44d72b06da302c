package app

import (
	"context"
	"encoding/json"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/privacy"
)

// AffectedQuery is a question for the people whose data was seen.
type AffectedQuery struct {
	From, To time.Time
	Actor    string // empty for all
	Client   string // empty for all
	Contacts bool   // whole numbers and names rather than masked numbers
	JSON     bool   // lines of JSON rather than a table
}

// affectedLine is one person in JSON.
type affectedLine struct {
	User       domain.UserID       `json:"user"`
	Phone      string              `json:"phone,omitempty"`
	Name       string              `json:"name,omitempty"`
	Views      int                 `json:"views"`
	First      time.Time           `json:"first"`
	Last       time.Time           `json:"last"`
	Properties []domain.PropertyID `json:"properties"`
	Photos     []domain.PhotoID    `json:"photos,omitempty"`
}

// ReportAffected prints whose data was seen. Errors: those of privacy.ReportAffected.
func (o *Operators) ReportAffected(ctx context.Context, q AffectedQuery) error {
	affected, err := privacy.ReportAffected{UnitOfWork: o.store}.Execute(ctx, privacy.ReportAffectedInput{
		From: q.From, To: q.To, ActorID: domain.UserID(q.Actor), Client: q.Client,
	})
	if err != nil {
		return err
	}
	o.log.InfoContext(ctx, "people affected by views were listed", "from", q.From, "to", q.To, "actor", q.Actor, "people", len(affected))
	lines := make([]affectedLine, len(affected))
	for i, a := range affected {
		lines[i] = affectedLine{
			User: a.UserID, Views: a.Views, First: a.First.UTC(), Last: a.Last.UTC(), Properties: a.Properties, Photos: a.Photos,
		}
		if a.Phone != "" {
			lines[i].Phone = a.Phone.Masked()
		}
		if q.Contacts {
			lines[i].Phone, lines[i].Name = string(a.Phone), a.Name
		}
	}
	if q.JSON {
		encoder := json.NewEncoder(o.out)
		for _, line := range lines {
			if err := encoder.Encode(line); err != nil {
				return err
			}
		}
		return nil
	}
	table := tabwriter.NewWriter(o.out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "PERSON\tPHONE\tNAME\tCASES\tVIEWS\tFIRST\tLAST")
	for _, l := range lines {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%d\t%s\t%s\n", l.User, l.Phone, l.Name, len(l.Properties), l.Views,
			l.First.Format(time.RFC3339), l.Last.Format(time.RFC3339))
	}
	_, _ = fmt.Fprintf(table, "%d people\n", len(lines))
	return table.Flush()
}
