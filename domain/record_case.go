package domain

import "slices"

// Which actions may change a field after the first commitment to it. An entry that changes another
// one was not appended by PropFlow, or what it commits to had been changed before.
var (
	never       = []Action{}
	anyAction   []Action
	byEdit      = []Action{ActionEdited, ActionSubmitted} // a submission drops what the type cannot have
	bySubmit    = []Action{ActionSubmitted}
	byPin       = []Action{ActionEdited, ActionSubmitted}
	byFollowUp  = []Action{ActionFollowUpAsked, ActionFollowUpReminded, ActionFollowUpAnswered, ActionEdited}
	byFlag      = []Action{ActionFlagged}
	byRejection = []Action{ActionRejected}
	byValue     = []Action{ActionApproved, ActionSignOffAsked}
	byDecision  = []Action{ActionApproved, ActionSignedOff, ActionRejected, ActionWithdrawn}
	byAnswer    = []Action{ActionSignedOff, ActionReturned}
	byReport    = []Action{ActionReportStored, ActionReportFailed, ActionReportRetried}
	byUpload    = []Action{ActionPhotoCompleted, ActionPhotoCreated} // back to what it was, without consent
	byVerdict   = []Action{ActionPhotoInspected}

	// byClaim are those that give the claim, take it or end it; byReservation and byHandover likewise. The
	// holder may do much more on the case, so a forged claim must not be taken over by that.
	byClaim = []Action{
		ActionClaimed, ActionReleased, ActionReleasedIdle, ActionClaimRevoked, ActionClaimReassigned, ActionFollowUpAsked, ActionApproved,
		ActionSignedOff, ActionReturned, ActionRejected, ActionWithdrawn,
	}
	byReservation = []Action{ActionClaimed, ActionFollowUpAnswered, ActionReservationEnded, ActionReservationMoved, ActionWithdrawn}
	byHandover    = []Action{ActionClaimRevoked, ActionClaimReassigned, ActionReservationEnded, ActionReservationMoved}
	byResolution  = []Action{ActionPhotoResolved, ActionPhotoTakenBack, ActionPhotoPlaceJudged, ActionPhotoInspected}
)

// Record returns what the audit chain commits to of the property. It leaves out what is changed
// without an entry: the claim's heartbeat and Version. UpdatedAt must be the time of an entry.
func (p Property) Record() Record {
	d, s := p.Details, p.SLA
	fields := slices.Concat([]field{
		{name: "owner_id", value: string(p.OwnerID), by: never},
		{name: "created_at", value: when(p.CreatedAt), by: never},
		{name: "external_ref", value: cleaned(p.ExternalRef), by: byEdit},
		{name: "type", value: string(p.Type), by: byEdit},
		{name: "reference", value: string(p.Reference), by: bySubmit},
		{name: "state", value: string(p.State), by: anyAction},
		{name: "line1", value: cleaned(d.Address.Line1), by: byEdit},
		{name: "line2", value: cleaned(d.Address.Line2), by: byEdit},
		{name: "locality", value: cleaned(d.Address.Locality), by: byEdit},
		{name: "city", value: cleaned(d.Address.City), by: byEdit},
		{name: "region", value: cleaned(d.Address.State), by: byEdit},
		{name: "pincode", value: cleaned(d.Address.Pincode), by: byEdit},
		{name: "area_sqft", value: whole(d.AreaSqFt), by: byEdit},
		{name: "bedrooms", value: wholeKnown(d.Bedrooms), by: byEdit},
		{name: "bathrooms", value: wholeKnown(d.Bathrooms), by: byEdit},
		{name: "floor", value: wholeKnown(d.Floor), by: byEdit},
		{name: "year_built", value: wholeKnown(d.YearBuilt), by: byEdit},
	}, d.Location.fields(), p.FirstPin.fields("first_lat", "first_lng"), []field{
		{name: "pin_moved_m", value: number(p.PinMovedM), by: byPin},
		{name: "sla_started_at", value: when(s.StartedAt), by: bySubmit},
		{name: "sla_paused_at", value: when(s.PausedAt), by: anyAction},
		{name: "sla_paused", value: whole(s.Paused.Microseconds()), by: anyAction},
		{name: "sla_stopped_at", value: when(s.StoppedAt), by: byDecision},
		{name: "sla_alerted", value: string(s.Alerted), by: anyAction},
	}, p.Claim.fields(), p.Reservation.fields(), []field{
		{name: "handovers", value: packed(p.Handovers, Handover.packed), by: byHandover},
		{name: "follow_ups", value: packed(p.FollowUps, FollowUp.packed), by: byFollowUp},
	}, p.SignOffFlag.fields(), p.Rejection.fields(), []field{
		{name: "valuation_id", value: string(p.Valuation), by: byValue},
		{name: "submitted_at", value: when(p.SubmittedAt), by: bySubmit},
		{name: "reviewed_at", value: when(p.ReviewedAt), by: []Action{ActionClaimed}},
		{name: "decided_at", value: when(p.DecidedAt), by: byDecision},
		{name: "restricted_at", value: when(p.RestrictedAt), by: []Action{ActionRestricted}},
	})
	return Record{kind: "property", id: string(p.ID), fields: fields}
}

func (l *Location) fields() []field {
	if l == nil {
		return []field{{name: "lat", by: byEdit}, {name: "lng", by: byEdit}, {name: "accuracy_m", by: byEdit}}
	}
	return append(l.Point.fields("lat", "lng"), field{name: "accuracy_m", value: number(l.AccuracyM), by: byEdit})
}

func (p *Point) fields(lat, lng string) []field {
	if p == nil {
		return []field{{name: lat, by: byPin}, {name: lng, by: byPin}}
	}
	return []field{{name: lat, value: number(p.Lat), by: byPin}, {name: lng, value: number(p.Lng), by: byPin}}
}

func (c *Claim) fields() []field {
	if c == nil {
		c = &Claim{}
	}
	return []field{{name: "claim_valuer_id", value: string(c.ValuerID), by: byClaim}, {name: "claimed_at", value: when(c.ClaimedAt), by: byClaim}}
}

func (r *Reservation) fields() []field {
	if r == nil {
		r = &Reservation{}
	}
	return []field{{name: "reserved_for", value: string(r.ValuerID), by: byReservation}, {name: "reserved_until", value: when(r.Until), by: byReservation}}
}

func (h Handover) packed() string {
	return pack(string(h.By), when(h.At), string(h.From), string(h.To), cleaned(h.Reason))
}

func (f FollowUp) packed() string {
	return pack(string(f.AskedBy), when(f.AskedAt), when(f.DueAt), when(f.RemindedAt), when(f.AnsweredAt), packed(f.Items, FollowUpItem.packed))
}

func (it FollowUpItem) packed() string {
	return pack(string(it.ID), string(it.Kind), cleaned(it.Message), string(it.PhotoID), string(it.Subject.Type), string(it.Subject.Room),
		string(it.Field), when(it.CorrectedAt), string(it.NewPhoto), cleaned(it.Answer))
}

func (f *SignOffFlag) fields() []field {
	if f == nil {
		f = &SignOffFlag{}
	}
	return []field{
		{name: "sign_off_flagged_by", value: string(f.By), by: byFlag},
		{name: "sign_off_flag_reason", value: cleaned(f.Reason), by: byFlag},
		{name: "sign_off_flagged_at", value: when(f.At), by: byFlag},
	}
}

func (r *Rejection) fields() []field {
	if r == nil {
		r = &Rejection{}
	}
	return []field{
		{name: "rejection_code", value: string(r.Code), by: byRejection},
		{name: "rejection_note", value: cleaned(r.Note), by: byRejection},
		{name: "rejected_by", value: string(r.By), by: byRejection},
		{name: "rejected_at", value: when(r.At), by: byRejection},
	}
}

// Record returns what the audit chain of its property commits to of the photo. It leaves out
// LinkedTo, which other cases' inspections extend (their own entries name the links), and what was
// measured before there is a verdict, because the verdict measures it again.
func (p Photo) Record() Record {
	facts, analysis := p.Facts, p.Analysis
	if p.InspectedAt.IsZero() {
		facts, analysis = ImageFacts{}, ImageAnalysis{}
	}
	fields := []field{
		{name: "property_id", value: string(p.PropertyID), by: never},
		{name: "owner_id", value: string(p.OwnerID), by: never},
		{name: "subject_type", value: string(p.Subject.Type), by: never},
		{name: "room", value: string(p.Subject.Room), by: never},
		{name: "status", value: string(p.Status)},
		{name: "announced_sha256", value: p.Announced.SHA256, by: never},
		{name: "announced_bytes", value: whole(p.Announced.Bytes), by: never},
		{name: "announced_type", value: p.Announced.ContentType, by: never},
		{name: "device", value: p.Device.packed(), by: never},
		{name: "challenge_id", value: string(p.ChallengeID), by: never},
		{name: "challenged_at", value: when(p.ChallengedAt), by: never},
		{name: "created_at", value: when(p.CreatedAt), by: never},
		{name: "completed_at", value: when(p.CompletedAt), by: byUpload},
		{name: "inspected_at", value: when(p.InspectedAt), by: byVerdict},
		{name: "sha256", value: facts.SHA256, by: byVerdict},
		{name: "facts", value: facts.packed(), by: byVerdict},
		{name: "findings", value: packed(p.Findings, Finding.packed)},
		{name: "analysis", value: analysis.packed(), by: byVerdict},
	}
	r := p.Resolution
	if r == nil {
		r = &FlagResolution{}
	}
	fields = append(fields,
		field{name: "resolution", value: string(r.Decision), by: byResolution},
		field{name: "resolution_reason", value: cleaned(r.Reason), by: byResolution},
		field{name: "resolved_by", value: string(r.By), by: byResolution},
		field{name: "resolved_at", value: when(r.At), by: byResolution},
		field{name: "past_verdicts", value: packed(p.Past, PastVerdict.packed)},
		field{name: "replaced_by", value: string(p.ReplacedBy)},
	)
	return Record{kind: "photo", id: string(p.ID), fields: fields}
}

func (r DeviceReport) packed() string {
	return pack(whenKnown(r.CapturedAt), place(r.Location), number(r.AccuracyM), cleaned(r.Model))
}

func (f Finding) packed() string { return pack(string(f.Code), string(f.Outcome)) }

func (v PastVerdict) packed() string {
	decision := ""
	if r := v.Resolution; r != nil {
		decision = pack(string(r.Decision), cleaned(r.Reason), string(r.By), when(r.At))
	}
	return pack(string(v.Status), packed(v.Findings, Finding.packed), decision, when(v.EndedAt))
}

// packed leaves out the checksum, which is a field of its own.
func (f ImageFacts) packed() string {
	hashes := packed(f.Hashes[:], func(h uint64) string { return whole(int64(h)) })
	e := f.EXIF
	return pack(string(f.Fault), string(f.Format), whole(f.Bytes), whole(f.Width), whole(f.Height), number(f.Sharpness),
		number(f.Brightness), number(f.Glare), whole(int64(f.PerceptualHash)), hashes, string(f.Fingerprint), number(f.Moire), yes(f.C2PA),
		pack(whole(e.Orientation), whenKnown(e.TakenAt), yes(e.Zoned), place(e.Location), cleaned(e.Make), cleaned(e.Model),
			cleaned(e.Software), cleaned(e.CreatorTool)))
}

func (a ImageAnalysis) packed() string {
	labels := packed(a.Labels, func(l Label) string { return pack(cleaned(l.Name), number(l.Score)) })
	return pack(yes(a.Done), yes(a.Unsafe), labels, cleaned(a.Text))
}
