package domain

import (
	"slices"
	"time"
)

// Processor is a kind of work that a third party does on personal data. A consent names those
// that it covers.
type Processor string

// The processors. ERROR_TRACKING is named by consents to the first notice only.
const (
	ProcessorSMS           Processor = "SMS"
	ProcessorImageAnalysis Processor = "IMAGE_ANALYSIS"
	ProcessorErrorTracking Processor = "ERROR_TRACKING"
)

// Consent is one user's agreement to purposes of one notice, or its withdrawal. It is never changed.
type Consent struct {
	ID         ConsentID
	UserID     UserID
	Version    string // of the notice
	Language   Language
	Processors []Processor
	// Purposes are those that are given or withdrawn. A consent of an earlier release has none,
	// which means all of its notice.
	Purposes  []Purpose
	Withdrawn bool
	GivenAt   time.Time
}

// purposes returns the purposes that the consent is about.
func (c Consent) purposes() []Purpose {
	if c.Purposes == nil {
		return Purposes
	}
	return c.Purposes
}

// Effective returns the consent with the purposes that it is about, also if it is one of an earlier
// release.
func (c Consent) Effective() Consent {
	c.Purposes = c.purposes()
	return c
}

// GiveConsent records that the user agrees to the notice of this version and language, for these
// purposes; nil means all. It replaces every consent before: what is not among the purposes is not
// agreed to. It returns a KindInvalid error if the version is not the one in force, if there is no
// notice in the language, or if a purpose is unknown or a required one is missing.
func GiveConsent(id ConsentID, user UserID, version string, language Language, purposes []Purpose, now time.Time) (Consent, error) {
	notice := CurrentNotice(language)
	if purposes == nil {
		purposes = Purposes
	}
	var v Violations
	v.Require(version == notice.Version, "version", "current", "must be the version of the notice in force")
	v.Require(language == notice.Language, "language", "enum", "must be en or hi")
	v.Require(known(purposes), "purposes", "enum", "must be purposes of the notice")
	v.Require(slices.Contains(purposes, PurposeValuation), "purposes", "required", "must contain VALUATION, without which there is no valuation")
	if err := v.Err(); err != nil {
		return Consent{}, err
	}
	return Consent{
		ID: id, UserID: user, Version: notice.Version, Language: notice.Language,
		Processors: notice.processors(purposes), Purposes: inNoticeOrder(purposes), GivenAt: now,
	}, nil
}

// WithdrawConsent records that the user no longer agrees to the purposes; nil means all. Every
// purpose rests on that of valuation, so that its withdrawal is one of all. It returns a KindInvalid
// error if a purpose is unknown or there is none.
func WithdrawConsent(id ConsentID, user UserID, purposes []Purpose, now time.Time) (Consent, error) {
	var v Violations
	v.Require(known(purposes), "purposes", "enum", "must be purposes of the notice")
	v.Require(purposes == nil || len(purposes) > 0, "purposes", "required", "must name a purpose")
	if err := v.Err(); err != nil {
		return Consent{}, err
	}
	if purposes == nil || slices.Contains(purposes, PurposeValuation) {
		purposes = Purposes
	}
	notice := CurrentNotice(English)
	return Consent{
		ID: id, UserID: user, Version: notice.Version, Language: notice.Language,
		Processors: notice.processors(purposes), Purposes: inNoticeOrder(purposes), Withdrawn: true, GivenAt: now,
	}, nil
}

// EndsCases reports whether the consent is a withdrawal that ends the user's open cases.
func (c Consent) EndsCases() bool {
	return c.Withdrawn && slices.Contains(c.purposes(), PurposeValuation)
}

// CasesOpen returns the KindConflict "cases_open" error that names the cases which a withdrawal
// would end.
func CasesOpen(cases []Property) error {
	e := &Error{Kind: KindConflict, Code: "cases_open", Message: "this ends your open cases; confirm it with confirm_withdrawal_of_cases"}
	for _, p := range cases {
		e.Fields = append(e.Fields, FieldError{
			Field: "properties." + string(p.ID), Rule: "open",
			Message: "this case will be withdrawn", Hindi: "यह मामला वापस ले लिया जाएगा",
		})
	}
	return e
}

func known(purposes []Purpose) bool {
	return !slices.ContainsFunc(purposes, func(p Purpose) bool { return !slices.Contains(Purposes, p) })
}

// inNoticeOrder returns each of the purposes once, in the order of Purposes.
func inNoticeOrder(purposes []Purpose) []Purpose {
	return slices.DeleteFunc(slices.Clone(Purposes), func(p Purpose) bool { return !slices.Contains(purposes, p) })
}
