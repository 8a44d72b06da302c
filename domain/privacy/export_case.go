package privacy

import (
	"context"

	"github.com/propflow/propflow/domain"
)

// property adds a case with everything that belongs to it, as its owner sees it.
func (c *collector) property(ctx context.Context, p domain.Property) error {
	c.add("properties", propertyRow(p))
	photos, err := c.tx.Photos.ByProperty(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, photo := range photos {
		c.add("photos", photoRow(photo, !p.DecidedAt.IsZero()))
		if !photo.CompletedAt.IsZero() {
			c.doc.files = append(c.doc.files, photoFile(photo))
		}
	}
	challenges, err := c.tx.Challenges.ByProperty(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, h := range challenges {
		c.add("challenges", row{
			"id": h.ID, "user_id": h.UserID, "property_id": h.PropertyID, "subject_type": h.Subject.Type, "room": h.Subject.Room,
			"issued_at": h.IssuedAt, "expires_at": h.ExpiresAt, "used_at": moment(h.UsedAt),
		})
	}
	if err := c.valuations(ctx, p); err != nil {
		return err
	}
	return c.history(ctx, p)
}

func propertyRow(p domain.Property) row {
	a, d := p.Details.Address, p.Details
	r := row{
		"id": p.ID, "owner_id": p.OwnerID, "external_ref": p.ExternalRef, "reference": p.Reference, "type": p.Type, "state": p.State,
		"line1": a.Line1, "line2": a.Line2, "locality": a.Locality, "city": a.City, "region": a.State, "pincode": a.Pincode,
		"area_sqft": d.AreaSqFt, "bedrooms": d.Bedrooms, "bathrooms": d.Bathrooms, "floor": d.Floor, "year_built": d.YearBuilt,
		"lat": nil, "lng": nil, "accuracy_m": nil, "first_lat": nil, "first_lng": nil,
		"sla_started_at": moment(p.SLA.StartedAt), "sla_paused_at": moment(p.SLA.PausedAt), "sla_paused": p.SLA.Paused.Seconds(),
		"sla_stopped_at": moment(p.SLA.StoppedAt), "sla_due_at": moment(p.SLA.DueAt(p.SLA.PausedAt)),
		"follow_ups": followUpRows(p.FollowUps), "follow_up_asked_at": nil, "follow_up_due_at": nil, "follow_up_reminded_at": nil,
		"rejection_code": nil, "rejection_note": nil, "rejected_at": nil,
		"created_at": p.CreatedAt, "updated_at": nil, "submitted_at": moment(p.SubmittedAt), "reviewed_at": moment(p.ReviewedAt),
		"decided_at": moment(p.DecidedAt), "restricted_at": moment(p.RestrictedAt),
	}
	if l := d.Location; l != nil {
		r["lat"], r["lng"], r["accuracy_m"] = l.Point.Lat, l.Point.Lng, l.AccuracyM
	}
	if pin := p.FirstPin; pin != nil {
		r["first_lat"], r["first_lng"] = pin.Lat, pin.Lng
	}
	if open := p.OpenFollowUp(); open != nil {
		r["follow_up_asked_at"], r["follow_up_due_at"], r["follow_up_reminded_at"] = open.AskedAt, open.DueAt, moment(open.RemindedAt)
	}
	if j := p.Rejection; j != nil {
		r["rejection_code"], r["rejection_note"], r["rejected_at"] = j.Code, j.Note, j.At
	}
	if p.State.OwnersTurn() { // otherwise it would show when staff work on the case
		r["updated_at"] = p.UpdatedAt
	}
	return r
}

func followUpRows(rounds []domain.FollowUp) []row {
	rows := make([]row, 0, len(rounds))
	for _, f := range rounds {
		items := make([]row, 0, len(f.Items))
		for _, it := range f.Items {
			items = append(items, row{
				"id": it.ID, "kind": it.Kind, "message": it.Message, "photo_id": it.PhotoID, "field": it.Field,
				"corrected_at": moment(it.CorrectedAt), "new_photo_id": it.NewPhoto, "answer": it.Answer,
			})
		}
		rows = append(rows, row{"asked_at": f.AskedAt, "due_at": f.DueAt, "answered_at": moment(f.AnsweredAt), "items": items})
	}
	return rows
}

// photoRow is a photo as its owner sees it: how a flag was resolved only after the decision.
func photoRow(p domain.Photo, decided bool) row {
	r := row{
		"id": p.ID, "property_id": p.PropertyID, "owner_id": p.OwnerID, "subject_type": p.Subject.Type, "room": p.Subject.Room,
		"status": p.Status, "announced_sha256": p.Announced.SHA256, "announced_bytes": p.Announced.Bytes,
		"announced_type": p.Announced.ContentType, "device": deviceRow(p.Device), "challenge_id": p.ChallengeID,
		"challenged_at": p.ChallengedAt, "created_at": p.CreatedAt, "completed_at": moment(p.CompletedAt),
		"inspected_at": moment(p.InspectedAt), "sha256": p.Facts.SHA256, "facts": factsRow(p.Facts),
		"findings": domain.OwnersFindings(p.Findings), "replaced_by": p.ReplacedBy, "resolution": nil, "resolved_at": nil,
	}
	if p.Resolution != nil && decided {
		r["resolution"], r["resolved_at"] = p.Resolution.Decision, p.Resolution.At
	}
	return r
}

func deviceRow(d domain.DeviceReport) row {
	r := row{"captured_at": d.CapturedAt, "location": nil, "accuracy_m": d.AccuracyM, "model": d.Model}
	if d.Location != nil {
		r["location"] = row{"lat": d.Location.Lat, "lng": d.Location.Lng}
	}
	return r
}

// factsRow is what the file itself tells about its capture. What was measured of the picture is for
// the checks of staff.
func factsRow(f domain.ImageFacts) row {
	r := row{
		"format": f.Format, "width": f.Width, "height": f.Height, "taken_at": f.EXIF.TakenAt, "location": nil,
		"make": f.EXIF.Make, "model": f.EXIF.Model, "software": f.EXIF.Software, "creator_tool": f.EXIF.CreatorTool,
	}
	if l := f.EXIF.Location; l != nil {
		r["location"] = row{"lat": l.Lat, "lng": l.Lng}
	}
	return r
}

// valuations adds the approved version, as the owner may see it.
func (c *collector) valuations(ctx context.Context, p domain.Property) error {
	versions, err := c.tx.Valuations.ByProperty(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, v := range versions {
		if v.ID != p.Valuation || v.Status != domain.ValuationApproved {
			continue
		}
		c.add("valuations", row{
			"property_id": v.PropertyID, "number": v.Number, "amount": v.Amount, "methodology": v.Methodology,
			"comparables": domain.OwnersComparables(v.Comparables), "fewer_reason": v.OwnersWords(v.FewerReason, p.Reference),
			"rationale": v.OwnersWords(v.Rationale, p.Reference), "approved_at": moment(v.ApprovedAt),
			"report_sha256": v.Report.SHA256, "report_stored_at": moment(v.Report.StoredAt),
		})
		if !v.Report.StoredAt.IsZero() {
			c.doc.files = append(c.doc.files, file{v.Report.Key, "reports/" + string(p.Reference) + ".pdf"})
		}
	}
	return nil
}

// history adds what the owner may see of the audit trail, and the milestones that they reached
// themselves.
func (c *collector) history(ctx context.Context, p domain.Property) error {
	chain, err := c.tx.Audit.Chain(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, e := range domain.OwnersTrail(p.OwnerID, chain) {
		c.add("audit_entries", row{
			"property_id": p.ID, "at": e.At, "actor": e.Actor, "action": e.Action, "from_state": e.From, "to_state": e.To, "photo_id": e.Photo,
		})
	}
	steps, err := c.tx.Inventory.Steps(ctx, p.ID)
	for _, s := range steps {
		if s.UserID == p.OwnerID {
			c.add("steps", row{"kind": s.Kind, "property_id": s.PropertyID, "user_id": s.UserID, "at": s.At})
		}
	}
	return err
}
