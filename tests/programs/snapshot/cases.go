package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/propflow/propflow/domain"
)

// flat submits an apartment at home with two good photos.
func (w *world) flat(ctx context.Context, name string, alter ...func(request object)) *property {
	return w.draft(ctx, w.owner, name, domain.Apartment, alter...).submit(ctx, shots(front, kitchen)...)
}

// address returns a change of some lines of the address.
func address(change object) func(object) {
	return func(request object) {
		address, _ := request["address"].(object)
		for name, value := range change {
			address[name] = value
		}
	}
}

// accuracy returns a change of the pin's accuracy; nil for a pin without one.
func accuracy(metres any) func(object) {
	return func(request object) {
		pin := object{"lat": home.Lat, "lng": home.Lng}
		if metres != nil {
			pin["accuracy_m"] = metres
		}
		request["location"] = pin
	}
}

var narnia = address(object{"state": "Narnia"})

// built is what a plot cannot have.
func built(request object) {
	request["bedrooms"], request["bathrooms"], request["floor"], request["year_built"] = 3, 2, 4, 2014
}

func (w *world) drafts(ctx context.Context) {
	w.draft(ctx, w.owner, "draft-apartment", domain.Apartment, built).show(ctx, shots(front, kitchen)...)
	w.draft(ctx, w.owner, "draft-land", domain.Land, built).show(ctx, shots(front, side, kitchen)...)
	w.draft(ctx, w.owner, "draft-narnia", domain.Apartment, narnia).show(ctx, shots(front, kitchen)...)
	for name, kind := range map[string]domain.PropertyType{"draft-house": domain.House, "draft-villa": domain.Villa, "draft-commercial": domain.Commercial} {
		w.draft(ctx, w.owner, name, kind, built)
	}
}

func (w *world) decided(ctx context.Context) {
	review := func(name string, alter ...func(object)) *property {
		c := w.flat(ctx, name, alter...)
		w.valuer.claim(ctx, c)
		return c
	}
	w.valuer.value(ctx, review("valued"))
	w.valuer.value(ctx, review("valued-narnia", narnia))
	rupee := review("valued-rupee")
	w.valuer.post(ctx, "approveProperty", rupee.path("/valuations"), w.valuer.absurd(ctx, rupee, 1))
	w.valuer.value(ctx, review("valued-accuracy-absent", accuracy(nil)))

	refused := w.draft(ctx, w.owner, "valued-refused", domain.Apartment).submit(ctx, silent(shots(front, kitchen)...)...)
	w.valuer.claim(ctx, refused)
	w.valuer.resolve(ctx, refused, domain.FlagRefused)
	w.valuer.value(ctx, refused)

	bare := review("valued-income")
	appraisal := w.valuer.appraisal(ctx, bare, 1.2)
	appraisal["methodology"], appraisal["comparable_ids"], appraisal["fewer_comparables_reason"] = domain.IncomeCapitalisation, []string{}, ".........."
	delete(appraisal, "rationale")
	w.valuer.post(ctx, "approveProperty", bare.path("/valuations"), appraisal)

	moved := w.flat(ctx, "valued-moved")
	w.valuer.ask(ctx, moved, location)
	moved.move(ctx, farAway)
	moved.answer(ctx)
	w.valuer.claim(ctx, moved)
	appraisal = w.valuer.appraisal(ctx, bare, 1) // there are no sales around the new place
	w.valuer.post(ctx, "approveProperty", moved.path("/valuations"), appraisal)

	land := w.draft(ctx, w.owner, "valued-land", domain.Land, built).submit(ctx, shots(front, side, kitchen)...)
	w.valuer.claim(ctx, land)
	w.valuer.post(ctx, "approveProperty", land.path("/valuations"), appraisal)

	signed := review("valued-signed")
	w.valuer.post(ctx, "flagProperty", signed.path("/flag"), object{"reason": "The owner is in a hurry."})
	w.valuer.value(ctx, signed)
	w.supervisor.post(ctx, "signOffValuation", signed.path("/sign-off"), nil)

	rejected := review("rejected")
	w.valuer.post(ctx, "rejectProperty", rejected.path("/rejection"), object{"code": "ADDRESS_MISMATCH", "note": "The photos show another street."})
	w.flat(ctx, "withdrawn").withdraw(ctx)
	w.draft(ctx, w.owner, "withdrawn-draft", domain.House).withdraw(ctx)

	for _, name := range []string{"valued", "valued-narnia", "valued-accuracy-absent", "valued-refused", "valued-income", "valued-moved", "valued-land", "valued-signed", "valued-rupee"} {
		w.awaitValued(ctx, name)
	}
}

// awaitValued waits until the report of the owner's case is stored.
func (w *world) awaitValued(ctx context.Context, name string) {
	w.await(ctx, func() bool {
		for _, c := range w.owner.send(ctx, http.MethodGet, "/properties?limit=100", nil).List("items") {
			if c.Text("external_ref") == name {
				if state := c.Text("state"); state != string(domain.Approved) && state != string(domain.Valued) && w.err == nil {
					w.err = fmt.Errorf("%s is %s", name, state)
				}
				return c.Text("state") == string(domain.Valued)
			}
		}
		return false
	})
}

func (w *world) awaitingSignOff(ctx context.Context) {
	for name, c := range map[string]*property{
		"good":    w.flat(ctx, "sign-off"),
		"rupee":   w.flat(ctx, "sign-off-rupee"),
		"narnia":  w.flat(ctx, "sign-off-narnia", narnia),
		"refused": w.draft(ctx, w.owner, "sign-off-refused", domain.Apartment).submit(ctx, silent(shots(front, kitchen)...)...),
	} {
		w.valuer.claim(ctx, c)
		if name == "refused" {
			w.valuer.resolve(ctx, c, domain.FlagRefused)
		}
		appraisal := w.valuer.appraisal(ctx, c, 1.5)
		if name == "rupee" {
			appraisal = w.valuer.absurd(ctx, c, 1.5)
		}
		w.valuer.post(ctx, "approveProperty", c.path("/valuations"), appraisal)
	}
}

func (w *world) inReview(ctx context.Context) {
	w.valuer.claim(ctx, w.flat(ctx, "review"))
	w.valuer.claim(ctx, w.flat(ctx, "review-narnia", narnia))
	w.valuer.claim(ctx, w.flat(ctx, "review-accuracy-absent", accuracy(nil)))

	refused := w.draft(ctx, w.owner, "review-refused", domain.Apartment).submit(ctx, silent(shots(front, kitchen)...)...)
	w.valuer.claim(ctx, refused)
	w.valuer.resolve(ctx, refused, domain.FlagRefused)

	moved := w.flat(ctx, "review-moved")
	w.valuer.ask(ctx, moved, location)
	moved.move(ctx, farAway)
	moved.answer(ctx)
	w.valuer.claim(ctx, moved)

	returned := w.flat(ctx, "review-returned")
	w.valuer.claim(ctx, returned)
	w.valuer.post(ctx, "approveProperty", returned.path("/valuations"), w.valuer.appraisal(ctx, returned, 1.5))
	w.supervisor.post(ctx, "returnValuation", returned.path("/return"), object{"reason": "Far above every sale around it."})

	left := w.flat(ctx, "review-left")
	w.leaver.claim(ctx, left)
	w.admin.send(ctx, http.MethodPatch, "/staff/"+w.leaver.id, object{"disabled": true},
		w.admin.send(ctx, http.MethodGet, "/staff/"+w.leaver.id, nil).ETag())
}

func (w *world) asked(ctx context.Context) {
	w.valuer.ask(ctx, w.flat(ctx, "asked-question"), question)
	w.valuer.ask(ctx, w.flat(ctx, "asked-question-narnia", narnia), question)
	w.valuer.ask(ctx, w.flat(ctx, "asked-question-accuracy-absent", accuracy(nil)), question)
	w.valuer.ask(ctx, w.flat(ctx, "asked-location", accuracy(0)), location)
	moved := w.flat(ctx, "asked-location-moved")
	w.valuer.ask(ctx, moved, location)
	moved.move(ctx, farAway)
}

func (w *world) submitted(ctx context.Context) {
	released := w.flat(ctx, "submitted")
	w.valuer.claim(ctx, released)
	w.valuer.post(ctx, "releaseClaim", released.path("/claim/release"), nil)
	w.flat(ctx, "submitted-narnia", narnia)
	w.flat(ctx, "submitted-pincode-999999", address(object{"pincode": "999999"}))
	w.flat(ctx, "submitted-pincode-100000", address(object{"pincode": "100000"}))
	w.flat(ctx, "submitted-mumbai", address(object{"city": "Mumbai", "state": "Maharashtra", "pincode": "400001"}))
	w.flat(ctx, "submitted-accuracy-0", accuracy(0))
	w.flat(ctx, "submitted-accuracy-absent", accuracy(nil))
	w.flat(ctx, "submitted-accuracy-10000", accuracy(10_000))
	w.draft(ctx, w.owner, "submitted-land", domain.Land, built).submit(ctx, shots(front, side, kitchen)...)

	// Two owners with one number, and one address.
	same := address(object{"line1": "Flat 7, Rose Apartments"})
	w.flat(ctx, "LOAN-2026-77", same)
	other := w.customer(ctx, "+919811100002")
	w.draft(ctx, other, "LOAN-2026-77", domain.Apartment, same).submit(ctx, shots(front, kitchen)...)
}
