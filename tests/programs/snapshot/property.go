package main

import (
	"context"
	"net/http"
	"strconv"

	"github.com/propflow/propflow/domain"
)

// The place of every property that is where its address is, and one 846 km away.
var (
	home    = domain.Point{Lat: 12.9719, Lng: 77.6412} // Indiranagar, Bengaluru
	farAway = domain.Point{Lat: 19.0760, Lng: 72.8777} // Mumbai
)

// property is a case. Its name is its external_ref, by which the tests find it.
type property struct {
	name   string
	owner  *person
	id     string
	photos []string
}

func (c *property) path(rest string) string { return "/properties/" + c.id + rest }

// draft creates a complete draft without photos. alter may change the request.
func (w *world) draft(ctx context.Context, owner *person, name string, kind domain.PropertyType, alter ...func(request object)) *property {
	w.houses++
	request := object{
		"type": kind, "external_ref": name, "area_sqft": 1250,
		"address":  object{"line1": strconv.Itoa(w.houses) + ", 4th Cross", "locality": "Indiranagar", "city": "Bengaluru", "state": "Karnataka", "pincode": "560038"},
		"location": object{"lat": home.Lat, "lng": home.Lng, "accuracy_m": 12},
	}
	for _, f := range alter {
		f(request)
	}
	c := &property{name: name, owner: owner}
	c.id = owner.post(ctx, "createProperty", "/properties", request).Text("id")
	return c
}

// submit takes the photos at home and submits the draft.
func (c *property) submit(ctx context.Context, taken ...shot) *property {
	c.show(ctx, taken...)
	c.owner.post(ctx, "submitProperty", c.path("/submission"), nil)
	return c
}

// show takes photos at home and waits for their verdicts.
func (c *property) show(ctx context.Context, taken ...shot) *property {
	for _, s := range taken {
		c.awaitVerdict(ctx, c.photograph(ctx, s), s)
	}
	return c
}

// move moves the pin to a place, as a follow-up on the location allows.
func (c *property) move(ctx context.Context, to domain.Point) {
	c.owner.send(ctx, http.MethodPatch, c.path(""), object{"location": object{"lat": to.Lat, "lng": to.Lng, "accuracy_m": 12}}, c.owner.send(ctx, http.MethodGet, c.path(""), nil).ETag())
}

// answer answers every item of the open follow-up.
func (c *property) answer(ctx context.Context) {
	rounds := c.owner.send(ctx, http.MethodGet, c.path(""), nil).List("follow_ups")
	var answers []object
	if len(rounds) > 0 {
		for _, item := range rounds[len(rounds)-1].List("items") {
			answer := object{"item_id": item.Text("id")}
			if item.Text("kind") == string(domain.AnswerQuestion) {
				answer["text"] = "It is let until March."
			}
			answers = append(answers, answer)
		}
	}
	c.owner.post(ctx, "answerFollowUp", c.path("/follow-ups/answer"), object{"answers": answers})
}

// withdraw ends the case.
func (c *property) withdraw(ctx context.Context) {
	c.owner.post(ctx, "withdrawProperty", c.path("/withdrawal"), nil)
}

// The follow-ups that a valuer asks.
var (
	question = object{"kind": domain.AnswerQuestion, "message": "Is the property let?"}
	location = object{"kind": domain.CorrectField, "field": domain.FieldLocation, "message": "Please set the pin at the property."}
)

func (p *person) claim(ctx context.Context, c *property) {
	p.post(ctx, "claimProperty", c.path("/claim"), nil)
}

// ask claims the case and asks the owner.
func (p *person) ask(ctx context.Context, c *property, items ...object) {
	p.claim(ctx, c)
	p.post(ctx, "askFollowUp", c.path("/follow-ups"), object{"items": items})
}

// resolve accepts or refuses every photo of the case.
func (p *person) resolve(ctx context.Context, c *property, decision domain.FlagDecision) {
	for _, id := range c.photos {
		p.post(ctx, "resolveFlag", c.path("/photos/"+id+"/flag-resolution"), object{"decision": decision, "reason": "It shows the property too little."})
	}
}

// value values the case at the model's suggestion.
func (p *person) value(ctx context.Context, c *property) {
	p.post(ctx, "approveProperty", c.path("/valuations"), p.appraisal(ctx, c, 1))
}

// appraisal values the case at a multiple of the model's suggestion, by three sales near it.
func (p *person) appraisal(ctx context.Context, c *property, times float64) object {
	suggestion := p.send(ctx, http.MethodGet, c.path("/valuation-suggestion"), nil)
	var chosen []string
	for _, found := range p.send(ctx, http.MethodGet, c.path("/comparables"), nil).List("items") {
		if found.Text("comparable", "source_id") != oneRupee && len(chosen) < 3 {
			chosen = append(chosen, found.Text("comparable", "id"))
		}
	}
	return object{
		"amount": object{"amount": int64(suggestion.Number("amount", "amount") * times), "currency": "INR"}, "methodology": domain.SalesComparison,
		"comparable_ids": chosen, "rationale": "At the level of the sales around it.",
	}
}

// absurd values the case as well by the sale of a rupee.
func (p *person) absurd(ctx context.Context, c *property, times float64) object {
	appraisal := p.appraisal(ctx, c, times)
	chosen, _ := appraisal["comparable_ids"].([]string)
	appraisal["comparable_ids"] = append(chosen, p.world.rupee)
	return appraisal
}
