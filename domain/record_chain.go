package domain

import (
	"slices"
	"strconv"
	"strings"
)

// RecordFault is a stored value that is not what the audit chain commits to.
type RecordFault struct {
	// Record names the thing, such as "photo:<id>".
	Record string
	// Field is the column that differs, "row" if the thing is gone, "salt" if the salt of the
	// property was changed.
	Field string
	// Seq is the entry that changed the field without the right to, 0 if the stored value differs
	// from the newest commitment.
	Seq int64
}

// String describes the fault, e.g. "amount of valuation:<id> differs from the commitment to it".
func (f RecordFault) String() string {
	if f.Seq > 0 {
		return f.Field + " of " + f.Record + " was changed by entry " + strconv.FormatInt(f.Seq, 10) + ", which may not change it"
	}
	return f.Field + " of " + f.Record + " differs from the commitment to it"
}

// Commitments are those that the entries of one audit chain make to records.
type Commitments struct {
	entries []AuditEntry
	// records are the commitments, oldest first, by the name of their fact.
	records map[string][]commitment
}

// commitment is one commitment to a record.
type commitment struct {
	value string
	seq   int64
	// by are the actions that may have made what it is about differ from the commitment before: that
	// of its own entry, and those of the entries in between without commitments.
	by []Action
	// since are the actions of the entries after it without commitments.
	since []Action
}

// CommitmentsOf reads the commitments of a chain, oldest entry first. An entry that was appended by a
// release without commitments may have changed whatever its action may change.
func CommitmentsOf(entries []AuditEntry) Commitments {
	c := Commitments{entries: entries, records: make(map[string][]commitment)}
	for _, e := range entries {
		action := e.effective()
		if !e.Commits() {
			for _, made := range c.records {
				newest := &made[len(made)-1]
				newest.since = append(newest.since, action)
			}
			continue
		}
		for _, f := range e.Facts {
			if strings.HasPrefix(f.Name, factRecordPrefix) {
				by := []Action{action}
				if made := c.records[f.Name]; len(made) > 0 {
					by = append(by, made[len(made)-1].since...)
				}
				c.records[f.Name] = append(c.records[f.Name], commitment{value: f.Value, seq: e.Seq, by: by})
			}
		}
	}
	return c
}

// effective returns the action of the entry, "" if it is not possible from its state: such an entry
// was forged, and may change nothing that only some actions may.
func (e AuditEntry) effective() Action {
	if !e.Action.Possible(e.From, e.To) {
		return ""
	}
	return e.Action
}

// Commits reports whether a release that makes commitments appended the entry.
func (e AuditEntry) Commits() bool {
	return slices.ContainsFunc(e.Facts, func(f Fact) bool { return f.Name == FactRecords })
}

// CommitsTo reports whether the entry commits to the record with the subject, such as "photo:<id>".
func (e AuditEntry) CommitsTo(subject string) bool {
	_, ok := e.fact(factRecordPrefix + subject)
	return ok
}

// Stated returns the entry's facts without the commitments to records.
func (e AuditEntry) Stated() []Fact {
	return slices.DeleteFunc(slices.Clone(e.Facts), func(f Fact) bool {
		return f.Name == FactRecords || strings.HasPrefix(f.Name, factRecordPrefix)
	})
}

// fact returns the value of the entry's fact of this name, and whether it has one.
func (e AuditEntry) fact(name string) (string, bool) {
	for _, f := range e.Facts {
		if f.Name == name {
			return f.Value, true
		}
	}
	return "", false
}

// Has reports whether there is a commitment to the record and no entry without commitments after it.
func (c Commitments) Has(r Record) bool {
	made := c.records[r.Name()]
	return len(made) > 0 && len(made[len(made)-1].since) == 0
}

// Faults returns the fields of the record that are not what the newest commitment was made to, but for
// those that entries without commitments may have changed since, and those that an entry changed
// without the right to.
func (c Commitments) Faults(salt string, r Record) []RecordFault {
	made := c.records[r.Name()]
	if len(made) == 0 {
		return nil
	}
	name := r.Subject()
	var faults []RecordFault
	newest := made[len(made)-1]
	for _, field := range r.Differs(salt, newest.value) {
		if !r.mayChange(field, newest.since) {
			faults = append(faults, RecordFault{Record: name, Field: field})
		}
	}
	for i := 1; i < len(made); i++ {
		for _, field := range r.Changed(made[i-1].value, made[i].value, made[i].by) {
			faults = append(faults, RecordFault{Record: name, Field: field, Seq: made[i].seq})
		}
	}
	return faults
}

// Lost returns the ids of the records of the kind that are committed to, but for those given, in
// order.
func (c Commitments) Lost(kind string, known func(id string) bool) []string {
	var lost []string
	for name := range c.records {
		if id, ok := strings.CutPrefix(name, recordName(kind, "")); ok && !known(id) {
			lost = append(lost, id)
		}
	}
	slices.Sort(lost)
	return lost
}

// CaseRecords is a case as it is stored, to be compared with its audit chain.
type CaseRecords struct {
	Property   Property
	Photos     []Photo
	Valuations []Valuation
}

// Records returns the records of the case.
func (c CaseRecords) Records() []Record {
	records := []Record{c.Property.Record()}
	for _, p := range c.Photos {
		records = append(records, p.Record())
	}
	for _, v := range c.Valuations {
		records = append(records, v.Record())
	}
	return records
}

// Uncommitted returns the records of the case that the chain does not commit to, because only
// releases without commitments have written them.
func (c CaseRecords) Uncommitted(entries []AuditEntry) []Record {
	made := CommitmentsOf(entries)
	return slices.DeleteFunc(c.Records(), made.Has)
}

// Faults returns what of the case is not as its chain commits to it.
func (c CaseRecords) Faults(entries []AuditEntry) []RecordFault {
	made := CommitmentsOf(entries)
	var faults []RecordFault
	for _, r := range c.Records() {
		faults = append(faults, made.Faults(c.Property.Salt, r)...)
	}
	for _, id := range made.Lost("valuation", func(id string) bool {
		return slices.ContainsFunc(c.Valuations, func(v Valuation) bool { return string(v.ID) == id })
	}) {
		faults = append(faults, RecordFault{Record: "valuation:" + id, Field: "row"})
	}
	for _, id := range made.Lost("photo", func(id string) bool {
		return slices.ContainsFunc(c.Photos, func(p Photo) bool { return string(p.ID) == id }) || deleted(entries, id)
	}) {
		faults = append(faults, RecordFault{Record: "photo:" + id, Field: "row"})
	}
	for _, f := range c.earlier(entries) {
		if !slices.Contains(faults, f) {
			faults = append(faults, f)
		}
	}
	return faults
}

// deleted reports whether the owner deleted the photo, which then is not lost.
func deleted(entries []AuditEntry, photo string) bool {
	return slices.ContainsFunc(entries, func(e AuditEntry) bool {
		return e.Action == ActionPhotoDeleted && slices.Contains(e.Facts, Fact{factPhoto, photo})
	})
}

// earlier compares the case with the facts that releases before the commitments gave too: they are
// all that there is of their cases.
func (c CaseRecords) earlier(entries []AuditEntry) []RecordFault {
	var faults []RecordFault
	fault := func(record, field string) { faults = append(faults, RecordFault{Record: record, Field: field}) }
	property := c.Property.Record().Subject()
	if details := newestDetails(entries); details != "" && details != c.Property.Commit(c.Property.Details.canonical()) {
		fault(property, "details")
	}
	if len(entries) > 0 && !slices.ContainsFunc(entries, func(e AuditEntry) bool { return when(e.At) == when(c.Property.UpdatedAt) }) {
		fault(property, "updated_at")
	}
	for _, v := range c.Valuations {
		e := newestAbout(entries, "valuation", string(v.ID))
		for field, value := range map[string]string{
			"amount": whole(v.Amount), "confidence": whole(v.Confidence), "comparables": whole(len(v.Comparables)), "rule_book": whole(v.RuleBook),
		} {
			if stated, ok := e.fact(field); ok && stated != value {
				fault("valuation:"+string(v.ID), field)
			}
		}
	}
	if r := c.Property.Rejection; r != nil {
		if code, ok := newestBy(entries, ActionRejected).fact("code"); ok && code != string(r.Code) {
			fault(property, "rejection_code")
		}
	}
	for _, p := range c.Photos {
		if status, ok := newestVerdict(entries, p.ID).fact("status"); ok && status != string(p.Status) {
			fault("photo:"+string(p.ID), "status")
		}
	}
	slices.SortFunc(faults, func(a, b RecordFault) int { return strings.Compare(a.Record+" "+a.Field, b.Record+" "+b.Field) })
	return faults
}

// CommittedReport returns the checksum of the report that the chain commits to, "" if there is none or
// if the chain does not verify.
func CommittedReport(entries []AuditEntry) string {
	if VerifyChain(entries) != nil {
		return ""
	}
	sum, _ := newestBy(entries, ActionReportStored).fact("report_sha256")
	return sum
}

// newestDetails returns the commitment to the details as they are now, "" if they were edited since
// the last one.
func newestDetails(entries []AuditEntry) string {
	for _, e := range slices.Backward(entries) {
		if details, ok := e.fact("details"); ok {
			return details
		}
		if e.Action == ActionEdited {
			return ""
		}
	}
	return ""
}

func newest(entries []AuditEntry, wanted func(AuditEntry) bool) AuditEntry {
	for _, e := range slices.Backward(entries) {
		if wanted(e) {
			return e
		}
	}
	return AuditEntry{}
}

func newestBy(entries []AuditEntry, action Action) AuditEntry {
	return newest(entries, func(e AuditEntry) bool { return e.Action == action })
}

func newestAbout(entries []AuditEntry, fact, id string) AuditEntry {
	return newest(entries, func(e AuditEntry) bool { value, ok := e.fact(fact); return ok && value == id })
}

func newestVerdict(entries []AuditEntry, photo PhotoID) AuditEntry {
	return newest(entries, func(e AuditEntry) bool {
		about, _ := e.fact(factPhoto)
		return about == string(photo) && (e.Action == ActionPhotoInspected || e.Action == ActionPhotoPlaceJudged)
	})
}
