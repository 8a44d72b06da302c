package domain

import "slices"

// Purpose is what personal data is used for. Each is agreed to, and withdrawn, by itself.
type Purpose string

// The purposes. Reports of errors contain nothing personal, so they need no consent.
const (
	// PurposeValuation is the valuation itself: without it there is no case.
	PurposeValuation Purpose = "VALUATION"
	// PurposeImageAnalysis is automatic recognition of what photos show.
	PurposeImageAnalysis Purpose = "IMAGE_ANALYSIS"
)

// Purposes lists every Purpose.
var Purposes = []Purpose{PurposeValuation, PurposeImageAnalysis}

// Required reports whether nothing can be done for a person who does not agree to the purpose.
func (p Purpose) Required() bool { return p == PurposeValuation }

// NoticePurpose describes a purpose to the person who is asked.
type NoticePurpose struct {
	Purpose    Purpose
	Required   bool
	Text       string
	Processors []Processor
}

// Right is a right of a person about their data.
type Right string

// The rights (Digital Personal Data Protection Act, 2023, sections 6 and 11 to 14).
const (
	RightAccess     Right = "ACCESS"
	RightCorrection Right = "CORRECTION"
	RightErasure    Right = "ERASURE"
	RightGrievance  Right = "GRIEVANCE"
	RightNomination Right = "NOMINATION"
	RightWithdrawal Right = "WITHDRAWAL"
)

// Rights lists every Right.
var Rights = []Right{RightAccess, RightCorrection, RightErasure, RightWithdrawal, RightGrievance, RightNomination}

// NoticeRight describes a right, and how it is used.
type NoticeRight struct {
	Right Right
	Text  string
}

// GrievanceContact is who answers people about their data.
type GrievanceContact struct {
	Name  string
	Email Email
}

// Agreement is what a person agrees to now: the sum of all their consents.
type Agreement struct {
	Version  string // of the notice that the person agreed to last, empty if to none
	Purposes []Purpose
}

// AgreementOf returns the agreement to which consents add up. They are newest first, as the store
// lists them. A consent replaces what was agreed to before; a withdrawal takes its purposes away.
func AgreementOf(consents []Consent) Agreement {
	var a Agreement
	for _, c := range slices.Backward(consents) {
		if !c.Withdrawn {
			a = Agreement{Version: c.Version, Purposes: slices.Clone(c.purposes())}
			continue
		}
		a.Purposes = slices.DeleteFunc(a.Purposes, func(p Purpose) bool { return slices.Contains(c.purposes(), p) })
	}
	return a
}

// To reports whether the person agrees to the purpose, so that work for it may go on. It does not
// ask by which notice.
func (a Agreement) To(p Purpose) bool { return slices.Contains(a.Purposes, p) }

// Current reports whether the person agrees to a valuation by the notice in force, so that a place
// and photos may be taken in.
func (a Agreement) Current() bool { return a.Version == ConsentVersion && a.To(PurposeValuation) }

// Require returns a KindConflict "consent_required" error unless Current.
func (a Agreement) Require() error {
	if !a.Current() {
		return Conflict("consent_required", "agree to the current notice first; no place and no photo is taken in before")
	}
	return nil
}
