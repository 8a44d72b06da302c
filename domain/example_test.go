package domain_test

import (
	"fmt"
	"time"

	"github.com/propflow/propflow/domain"
)

// A complete flat with its photos.
var (
	flatDetails = domain.Details{
		Address:  domain.Address{Line1: "12, 4th Cross", City: "Bengaluru", State: "Karnataka", Pincode: "560038"},
		AreaSqFt: 950, Location: &domain.Location{Point: domain.Point{Lat: 12.9784, Lng: 77.6408}, AccuracyM: 12},
	}
	flatPhotos = []domain.Photo{
		{ID: "1", Subject: domain.Subject{Type: domain.PhotoFront}, Status: domain.PhotoPassed},
		{ID: "2", Subject: domain.Subject{Type: domain.PhotoInternal, Room: domain.RoomKitchen}, Status: domain.PhotoPassed},
	}
)

// The error for an incomplete draft names everything that is missing; a complete draft gets its
// reference.
func ExampleProperty_Submit() {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, domain.IST)
	owner := domain.Actor{ID: "asha", Role: domain.RoleCustomer}
	flat, _, _ := domain.NewProperty("p-1", owner, domain.Apartment, "", domain.DetailsChange{}, "salt", now)

	reference := domain.NewReference(now, [6]byte{31, 3, 0, 25, 9, 7})
	_, err := flat.Submit(owner, reference, domain.Evidence{Consented: true}, now)
	fmt.Println(err)

	flat.Details = flatDetails
	change, err := flat.Submit(owner, reference, domain.Evidence{Photos: flatPhotos, Consented: true}, now)
	fmt.Println(err, flat.Reference, change.From, "→", change.To)
	// Output:
	// submission_incomplete: the property is not ready to submit; address: Give the address: line, city, state and a 6-digit pincode.; area_sqft: Give the area in square feet.; location: Set the property's place on the map, standing at the property.; photos: At least one FRONT photo that counts is needed.; photos: At least one INTERNAL photo that counts is needed.
	// <nil> PF-20261123-Z30S97 DRAFT → SUBMITTED
}

// One of many valuers gets the case; the others get an error with the reason.
func ExampleProperty_ClaimFor() {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, domain.IST)
	property := domain.Property{OwnerID: "asha", State: domain.Submitted}
	for _, valuer := range []domain.UserID{"asha", "ravi", "meera"} {
		_, err := property.ClaimFor(domain.Actor{ID: valuer, Role: domain.RoleValuer}, now)
		fmt.Printf("%s: %v\n", valuer, err)
	}
	// Output:
	// asha: own_property: nobody may review a property that is their own
	// ravi: <nil>
	// meera: already_claimed: the property is claimed already
}

// A follow-up unlocks what it asks for, and nothing else.
func ExampleProperty_AskFollowUp() {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, domain.IST)
	owner, valuer := domain.Actor{ID: "asha", Role: domain.RoleCustomer}, domain.Actor{ID: "ravi", Role: domain.RoleValuer}
	property := domain.Property{OwnerID: owner.ID, State: domain.Submitted, Details: flatDetails}
	property.SLA.Start(now)
	_, _ = property.ClaimFor(valuer, now)
	_, err := property.AskFollowUp(valuer, []domain.FollowUpItem{
		{ID: "1", Kind: domain.CorrectField, Field: domain.FieldArea, Message: "The plan says 950"},
	}, nil, now)
	fmt.Println(property.State, err, property.SLA.Running())

	area, floor := 950, 3
	_, err = property.Edit(owner, domain.DetailsChange{Floor: &floor}, nil, now)
	fmt.Println(err)
	_, err = property.Edit(owner, domain.DetailsChange{AreaSqFt: &area}, nil, now)
	fmt.Println(err)
	_, _, err = property.AnswerFollowUp(owner, []domain.FollowUpAnswer{{ItemID: "1"}}, domain.Evidence{Photos: flatPhotos}, now.Add(time.Hour))
	fmt.Println(property.State, err, property.SLA.Running(), "reserved for", property.Reservation.ValuerID)
	// Output:
	// FOLLOW_UP_REQUIRED <nil> false
	// field_locked: the follow-up does not ask to correct floor
	// <nil>
	// SUBMITTED <nil> true reserved for ravi
}

// A risky valuation waits for a second person.
func ExampleProperty_SignOff() {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, domain.IST)
	meera := domain.Actor{ID: "meera", Role: domain.RoleSupervisor}
	property := domain.Property{OwnerID: "asha", State: domain.UnderReview, Claim: &domain.Claim{ValuerID: meera.ID}, Details: flatDetails}
	valuation, _ := domain.NewValuation("v-1", "p-1", 1, meera, domain.Appraisal{
		Amount: 55 * domain.Crore, Methodology: domain.SalesComparison, Rationale: "Land and works by their cost.", FewerReason: "The only palace in town.",
	}, nil, domain.Suggestion{Confidence: 42}, now)
	evidence := domain.Evidence{Photos: flatPhotos, Decision: &domain.Decision{Valuation: &valuation, Settings: domain.DefaultSettings()}}
	_, _ = property.Value(meera, evidence, now)
	fmt.Println(property.State, valuation.Risks)

	_, err := property.SignOff(meera, evidence, now)
	fmt.Println(err)
	_, err = property.SignOff(domain.Actor{ID: "john", Role: domain.RoleSupervisor}, evidence, now)
	fmt.Println(property.State, err)
	// Output:
	// AWAITING_SIGN_OFF [FEW_COMPARABLES LOW_CONFIDENCE HIGH_AMOUNT]
	// same_person: nobody signs twice: somebody else must sign off your valuation
	// APPROVED <nil>
}

// The clock is paused while the owner is asked.
func ExampleSLAClock() {
	nine := time.Date(2026, 11, 23, 9, 0, 0, 0, domain.IST)
	var clock domain.SLAClock
	clock.Start(nine)
	clock.Pause(nine.Add(2 * time.Hour))
	clock.Resume(nine.Add(20 * time.Hour))
	now := nine.Add(22*time.Hour + 30*time.Minute)
	fmt.Println(clock.Elapsed(now), clock.Level(now), clock.DueAt(now).In(domain.IST).Format(time.DateTime))
	// Output: 4h30m0s URGENT 2026-11-24 08:00:00
}

// A challenge is good once, for what it was issued for, for five minutes.
func ExampleChallenge_Use() {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, domain.IST)
	front := domain.Subject{Type: domain.PhotoFront}
	challenge, _ := domain.NewChallenge("c-1", "asha", "p-1", front, now)
	fmt.Println(challenge.Use("asha", "p-1", domain.Subject{Type: domain.PhotoSide}, now.Add(time.Minute)))
	fmt.Println(challenge.Use("asha", "p-1", front, now.Add(time.Minute)))
	fmt.Println(challenge.Use("asha", "p-1", front, now.Add(time.Minute)))
	// Output:
	// challenge_mismatch: the challenge was issued for another property, type or room
	// <nil>
	// challenge_replayed: the challenge was already used; ask for a new one before each shot
}

// Money is written as people in India write it.
func ExampleRupees_String() {
	amount := domain.RupeesOf(12_350_000.4)
	fmt.Println(amount, amount.InWords(), amount.RoundTo(domain.Lakh))
	// Output: ₹1,23,50,000 ₹1.235 crore ₹1,24,00,000
}

// Consent names the notice's version, so that a later notice asks again.
func ExampleGiveConsent() {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, domain.IST)
	consent, err := domain.GiveConsent("c-1", "asha", domain.CurrentNotice(domain.Hindi).Version, domain.Hindi, nil, now)
	fmt.Println(consent.Version, consent.Language, consent.Processors, err)
	_, err = domain.GiveConsent("c-2", "asha", "2019-01-01", domain.Hindi, nil, now)
	fmt.Println(err)
	// Output:
	// 2026-12-01 hi [SMS IMAGE_ANALYSIS] <nil>
	// invalid_input: the input breaks a rule; version: must be the version of the notice in force
}

// Whatever was done to an entry afterwards, the chain finds it.
func ExampleVerifyChain() {
	var chain []domain.AuditEntry
	var previous *domain.AuditEntry
	for i, action := range []domain.Action{domain.ActionCreated, domain.ActionSubmitted, domain.ActionClaimed} {
		chain = append(chain, domain.AuditEntry{PropertyID: "p-1", Action: action}.Seal(previous))
		previous = &chain[i]
	}
	fmt.Println(domain.VerifyChain(chain))
	chain[1].Action = domain.ActionWithdrawn
	fmt.Println(domain.VerifyChain(chain))
	// Output:
	// <nil>
	// audit entry 2 was edited
}

// The effects of a change are everything that must be written with it.
func ExampleChange_Effects() {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, domain.IST)
	property := domain.Property{ID: "p-1", OwnerID: "asha", State: domain.FollowUpRequired, SubmittedAt: now}
	property.FollowUps = []domain.FollowUp{{AskedAt: now, DueAt: now.Add(domain.FollowUpTTL)}}
	change, _ := property.RemindFollowUp(now.Add(24 * time.Hour))
	n := 0
	effects := change.Effects(property, func() string { n++; return fmt.Sprint("n-", n) })
	fmt.Println(effects.Audit.Action, len(effects.Events))
	for i, message := range effects.Notifications {
		fmt.Println(message.Topic, message.Channel, effects.Jobs[i].Kind, effects.Jobs[i].Subject)
	}
	// Output:
	// review.follow_up_reminded 1
	// FOLLOW_UP_REMINDER SMS send_notification n-1
	// FOLLOW_UP_REMINDER WHATSAPP send_notification n-2
}

// Messages are written when they are sent, in their reader's language.
func ExampleNotification_Compose() {
	reader := domain.User{Phone: "+919812345678", Language: domain.English}
	message := domain.Notification{Topic: domain.TopicValued, Channel: domain.ChannelSMS}.
		Compose(reader, domain.Property{Reference: "PF-20261123-Z30S97"})
	fmt.Println(message.Template, message.To.Masked(message.Channel))
	fmt.Println(message.Text)
	// Output:
	// valued.en +91********78
	// PropFlow: your property PF-20261123-Z30S97 is valued. The report is ready in the app.
}

// Stores narrow a search with a box before the exact distance decides.
func ExamplePoint_BoxAround() {
	bengaluru, mysuru := domain.Point{Lat: 12.9716, Lng: 77.5946}, domain.Point{Lat: 12.2958, Lng: 76.6394}
	fmt.Printf("%.0f km\n", bengaluru.DistanceKM(mysuru))
	fmt.Println(bengaluru.BoxAround(100).Contains(mysuru), bengaluru.BoxAround(150).Contains(mysuru))
	// Output:
	// 128 km
	// false true
}
