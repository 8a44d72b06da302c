package domain

// GateRuleBook is the number of the rules that Gate applies. A decision stores it, so that
// propflow check can ask of each case what was asked when it was decided. It is raised with every
// change of a rule, and with every new table of pincodes.
const GateRuleBook = 1

// GateStep is a step at which Gate is asked.
type GateStep string

// The steps, in the order of a case's life.
const (
	GateSubmission GateStep = "SUBMISSION" // the owner submits
	GateAnswer     GateStep = "FOLLOW_UP"  // the owner answers a follow-up
	GateValuation  GateStep = "VALUATION"  // the valuer values
	GateSignOff    GateStep = "SIGN_OFF"   // the supervisor signs
)

// decides reports whether the step can approve the case, so that every doubt about a photo must
// be resolved.
func (s GateStep) decides() bool { return s == GateValuation || s == GateSignOff }

// Evidence is what a case rests on in addition to what its owner stated.
type Evidence struct {
	Photos []Photo // all of the property
	Links  []Link  // the other cases that count as linked
	// Consented is true if the owner consented to the notice in force. It is asked at the
	// submission only.
	Consented bool
	// Decision is nil until the valuation.
	Decision *Decision
}

// Decision is a valuation with what its evidence is measured by.
type Decision struct {
	Valuation *Valuation
	// Name is that of the person who decides, as it is now.
	Name     string
	Settings Settings
	// Sales are the valuation's comparables as they are now. One that is missing is not asked
	// whether it was withdrawn or is plausible.
	Sales []StoredSale
}

// StoredSale is a comparable as it is stored, with what its price may be.
type StoredSale struct {
	Comparable Comparable
	Prices     PriceBounds // by the sales around it
}

// GateResult is the answer of Gate. The case may move if nothing is blocking.
type GateResult struct {
	Blocking []Blocking
	// Risks ask for a second signature, in the order of Risks.
	Risks []Risk
}

// Blocking is one reason why a case cannot move forward.
type Blocking struct {
	Code BlockingCode
	// Field is what must be mended, as the API names it.
	Field string
	// Photo is the photo concerned, empty if there is none.
	Photo PhotoID
	// Need is the photo type that is missing, empty if none is.
	Need PhotoType
	// Words explain to people what to do.
	Words Words
}

// Gate is the evidence gate: the one rule book that is asked when a case is submitted, when a
// follow-up is answered, at the valuation and at the sign-off (docs/domain.md, "Evidence gate").
// It changes nothing.
func Gate(step GateStep, p Property, e Evidence) GateResult {
	var r GateResult
	r.Blocking = append(r.Blocking, p.Details.blocking()...)
	r.Blocking = append(r.Blocking, p.photosBlocking(step, e.Photos)...)
	if step == GateSubmission && !e.Consented {
		r.Blocking = append(r.Blocking, block(BlockedConsent, "consent"))
	}
	found := p.risks(e)
	if e.Decision != nil {
		r.Blocking = append(r.Blocking, e.Decision.blocking(p.Type)...)
		found = append(found, e.Decision.risks(p.Type)...)
	}
	r.Risks = inOrder(found)
	return r
}

// err returns nil if nothing is blocking, else a KindConflict error with this code that names
// every reason: the field, and the reason's code as the rule.
func (r GateResult) err(code, message string) error {
	if len(r.Blocking) == 0 {
		return nil
	}
	e := &Error{Kind: KindConflict, Code: code, Message: message}
	for _, b := range r.Blocking {
		field := b.Field
		if b.Photo != "" {
			field += "." + string(b.Photo)
		}
		e.Fields = append(e.Fields, FieldError{Field: field, Rule: string(b.Code), Message: b.Words.English, Hindi: b.Words.Hindi})
	}
	return e
}
