package domain

import "time"

// Processor is a kind of work that a third party does on personal data. A consent names those
// that it covers.
type Processor string

// The processors.
const (
	ProcessorSMS           Processor = "SMS"
	ProcessorImageAnalysis Processor = "IMAGE_ANALYSIS"
	ProcessorErrorTracking Processor = "ERROR_TRACKING"
)

// ConsentNotice is the text that an owner agrees to.
type ConsentNotice struct {
	Version    string // date of the text, e.g. "2026-11-01"
	Language   Language
	Text       string
	Processors []Processor
}

// ConsentVersion is the version of the notice that a submission needs consent to.
const ConsentVersion = "2026-11-01"

var consentTexts = map[Language]string{
	English: "I agree that PropFlow collects my phone number, my property's address and location and the photos that I take, " +
		"and shares them with the lender that I apply to, in order to value my property. PropFlow uses processors for " +
		"sending messages (SMS and WhatsApp), for automatic image analysis and for error tracking. Cases that were valued " +
		"are kept for 7 years. I can ask for access to my data or for its erasure at any time.",
	Hindi: "मैं सहमत हूँ कि मेरी संपत्ति के मूल्यांकन के लिए PropFlow मेरा फ़ोन नंबर, मेरी संपत्ति का पता और स्थान तथा मेरे " +
		"द्वारा ली गई तस्वीरें एकत्र करे और उन्हें उस ऋणदाता के साथ साझा करे जिसके पास मैं आवेदन करता/करती हूँ। PropFlow संदेश " +
		"भेजने (SMS और WhatsApp), तस्वीरों के स्वचालित विश्लेषण और त्रुटियों की निगरानी के लिए अन्य सेवाओं का उपयोग करता है। " +
		"मूल्यांकित मामले 7 वर्ष तक रखे जाते हैं। मैं किसी भी समय अपने डेटा की जानकारी या उसे मिटाने का अनुरोध कर सकता/सकती हूँ।",
}

// CurrentNotice returns the notice in force in the language, in English if there is no
// translation.
func CurrentNotice(language Language) ConsentNotice {
	text, ok := consentTexts[language]
	if !ok {
		language, text = English, consentTexts[English]
	}
	return ConsentNotice{
		Version: ConsentVersion, Language: language, Text: text,
		Processors: []Processor{ProcessorSMS, ProcessorImageAnalysis, ProcessorErrorTracking},
	}
}

// Consent is one user's agreement to one notice. It is never changed.
type Consent struct {
	ID         ConsentID
	UserID     UserID
	Version    string
	Language   Language
	Processors []Processor
	GivenAt    time.Time
}

// GiveConsent records that the user agrees to the notice of this version and language. It
// returns a KindInvalid error if the version is not the one in force, or if there is no notice
// in the language.
func GiveConsent(id ConsentID, user UserID, version string, language Language, now time.Time) (Consent, error) {
	notice := CurrentNotice(language)
	var v Violations
	v.Require(version == notice.Version, "version", "current", "must be the version of the notice in force")
	v.Require(language == notice.Language, "language", "enum", "must be en or hi")
	if err := v.Err(); err != nil {
		return Consent{}, err
	}
	return Consent{
		ID: id, UserID: user, Version: notice.Version, Language: notice.Language,
		Processors: notice.Processors, GivenAt: now,
	}, nil
}
