package domain

// Record returns what the audit chain of its property commits to of the valuation.
func (v Valuation) Record() Record {
	s := v.SignOff
	if s == nil {
		s = &SignOff{}
	}
	return Record{kind: "valuation", id: string(v.ID), fields: []field{
		{name: "property_id", value: string(v.PropertyID), by: never},
		{name: "number", value: whole(v.Number), by: never},
		{name: "valuer_id", value: string(v.ValuerID), by: never},
		{name: "amount", value: whole(v.Amount), by: never},
		{name: "methodology", value: string(v.Methodology), by: never},
		{name: "comparables", value: packed(v.Comparables, AdjustedComparable.packed), by: never},
		{name: "fewer_reason", value: cleaned(v.FewerReason), by: never},
		{name: "rationale", value: cleaned(v.Rationale), by: never},
		{name: "suggestion", value: v.Suggestion.packed(), by: never},
		{name: "confidence", value: whole(v.Confidence), by: never},
		{name: "status", value: string(v.Status), by: byAnswer},
		{name: "risks", value: packed(v.Risks, cleaned[Risk]), by: byAnswer},
		{name: "rule_book", value: whole(v.RuleBook), by: byAnswer},
		{name: "sign_off_by", value: string(s.By), by: byAnswer},
		{name: "sign_off_at", value: when(s.At), by: byAnswer},
		{name: "return_reason", value: cleaned(s.ReturnReason), by: byAnswer},
		{name: "report_key", value: v.Report.Key, by: byReport},
		{name: "report_sha256", value: v.Report.SHA256, by: byReport},
		{name: "report_stored_at", value: when(v.Report.StoredAt), by: byReport},
		{name: "report_failed_at", value: when(v.Report.FailedAt), by: byReport},
		{name: "report_retries", value: whole(v.Report.Retries), by: byReport},
		{name: "created_at", value: when(v.CreatedAt), by: never},
		{name: "approved_at", value: when(v.ApprovedAt), by: byAnswer},
	}}
}

func (a AdjustedComparable) packed() string {
	c := a.Comparable
	withdrawn := ""
	if w := c.Withdrawn; w != nil {
		withdrawn = pack(string(w.By), when(w.At), cleaned(w.Reason))
	}
	adjustments := packed(a.Adjustments, func(a Adjustment) string { return pack(string(a.Kind), number(a.Percent)) })
	return pack(string(c.ID), string(c.Source), cleaned(c.SourceID), string(c.Type), cleaned(c.Locality), cleaned(c.City), c.Pincode,
		place(&c.Location), whole(c.AreaSqFt), wholeKnown(c.Bedrooms), wholeKnown(c.Bathrooms), wholeKnown(c.YearBuilt), whole(c.Price),
		when(c.SoldOn), string(c.CreatedBy), when(c.CreatedAt), withdrawn,
		number(a.DistanceKM), number(a.AgeMonths), adjustments, whole(a.AdjustedPrice), number(a.Weight))
}

func (s Suggestion) packed() string {
	return pack(whole(s.Amount), whole(s.Low), whole(s.High), whole(s.Confidence), number(s.ForecastSD),
		packed(s.Comparables, AdjustedComparable.packed), cleaned(s.Model))
}
