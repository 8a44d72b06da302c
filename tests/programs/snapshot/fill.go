package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/kit/plain"
)

// step is a part of what a release is filled with.
type step struct {
	name string
	do   func(context.Context)
}

// steps returns all that fill does. The last leaves jobs that nobody does.
func (w *world) steps() []step {
	return []step{
		{"staff, settings and comparables", w.equip},
		{"drafts", w.drafts},
		{reportFails, w.reportFailed},
		{"decided cases", w.decided},
		{"cases that await a second signature", w.awaitingSignOff},
		{"cases in review", w.inReview},
		{"cases whose owner is asked", w.asked},
		{"cases in the queue", w.submitted},
		{"jobs that wait", w.waiting},
	}
}

// reportFails names the step that takes two minutes, because the report is tried again and again.
const reportFails = "an approved case whose report failed"

// fill takes cases through the release until every state has some.
func (w *world) fill(ctx context.Context, steps []step) error {
	for _, step := range steps {
		step.do(ctx)
		if w.err != nil {
			return fmt.Errorf("%s: %w", step.name, w.err)
		}
		w.say("%s", step.name)
	}
	return nil
}

// oneRupee is the source's id of an absurd sale: a rupee for 1,800 sq ft.
const oneRupee = "one-rupee"

// equip adds people and sales, lenient settings, and an absurd sale.
func (w *world) equip(ctx context.Context) {
	w.people(ctx)
	w.settings(ctx, 1)
	w.rupee = w.admin.post(ctx, "createComparable", "/comparables", object{
		"source": domain.SourceBroker, "source_id": oneRupee, "type": domain.Apartment, "locality": "Indiranagar", "city": "Bengaluru",
		"pincode": "560038", "location": object{"lat": home.Lat, "lng": home.Lng}, "area_sqft": 1800,
		"price": object{"amount": 1, "currency": "INR"}, "sold_on": soldOn(),
	}).Text("id")
	w.sales(ctx)
}

// people adds the staff and an owner with consent.
func (w *world) people(ctx context.Context) {
	if output, err := w.stack.Command(ctx, "staff", "add", "--role", "ADMIN", "--name", "Anil Kapur", "--phone", "+919800000001"); err != nil {
		w.err = fmt.Errorf("%w: %s", err, output)
		return
	}
	w.admin = w.login(ctx, "+919800000001")
	hire := func(phone, name string, role domain.Role) *person {
		w.admin.post(ctx, "createStaff", "/staff", object{"phone": phone, "name": name, "role": role})
		return w.login(ctx, phone)
	}
	w.valuer, w.leaver = hire("+919800000002", "Vikram Nair", domain.RoleValuer), hire("+919800000003", "Meera Iyer", domain.RoleValuer)
	w.supervisor = hire("+919800000004", "Sunita Sharma", domain.RoleSupervisor)
	w.owner = w.customer(ctx, "+919811100001")
}

// settings asks for a second signature of large amounts only.
func (w *world) settings(ctx context.Context, minComparables int) {
	now := w.admin.send(ctx, http.MethodGet, "/settings", nil)
	w.admin.send(ctx, http.MethodPut, "/settings", object{
		"min_confidence": 0, "sign_off_amount": object{"amount": 500_000_000, "currency": "INR"}, "max_deviation_percent": 20,
		"min_comparables": minComparables, "search_radius_km": 5, "comparable_max_age_months": 24,
	}, now.ETag())
}

func soldOn() string { return time.Now().AddDate(0, -3, 0).Format(time.DateOnly) }

// sales imports comparables around home.
func (w *world) sales(ctx context.Context) {
	rows := []string{"source,source_id,type,locality,city,pincode,lat,lng,area_sqft,bedrooms,bathrooms,year_built,price,sold_on"}
	for i := range 9 {
		area, per := 1100+50*i, 14_000+150*(i%4)
		rows = append(rows, fmt.Sprintf("REGISTRY,sale-%d,APARTMENT,Indiranagar,Bengaluru,560038,%.4f,%.4f,%d,3,2,2014,%d,%s",
			i, home.Lat+0.001*float64(i), home.Lng, area, area*per, soldOn()))
	}
	w.admin.record(ctx, "importComparables", plain.Request{
		Path: "/comparables/import", ContentType: "text/csv", Body: []byte(strings.Join(rows, "\n") + "\n"),
	})
}

// customer registers an owner who consents.
func (w *world) customer(ctx context.Context, phone string) *person {
	owner := w.login(ctx, phone)
	owner.consent(ctx)
	return owner
}

// consent agrees to the notice in force.
func (p *person) consent(ctx context.Context) {
	notice := p.send(ctx, http.MethodGet, "/consent-notice", nil)
	p.post(ctx, "recordConsent", "/consents", object{"version": notice.Text("version"), "language": notice.Text("language")})
}

// reportFailed approves a case while the object store is down, until its report is given up.
func (w *world) reportFailed(ctx context.Context) {
	c := w.flat(ctx, "approved-report-failed")
	w.valuer.claim(ctx, c)
	if err := w.stack.S3.Member.Stop(); err != nil && w.err == nil {
		w.err = err
	}
	w.valuer.value(ctx, c)
	w.await(ctx, func() bool {
		return w.valuer.send(ctx, http.MethodGet, c.path("/valuation"), nil).Text("report", "status") == "FAILED"
	})
	if err := w.stack.S3.Member.Start(ctx); err != nil && w.err == nil {
		w.err = err
	}
}

// waiting ends the workers, and then does what leaves jobs for them.
func (w *world) waiting(ctx context.Context) {
	ready := w.draft(ctx, w.owner, "submitted-unannounced", domain.Apartment).show(ctx, shots(front, kitchen)...)
	processing := w.draft(ctx, w.owner, "draft-processing", domain.Apartment)
	for _, p := range append(w.stack.Workers, w.stack.Scheduler) {
		if err := p.Member.Stop(); err != nil && w.err == nil {
			w.err = err
		}
	}
	ready.submit(ctx)
	processing.photograph(ctx, shot{Subject: front})
}
