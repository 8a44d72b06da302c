package api

import (
	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
)

func encodeNotice(n domain.ConsentNotice) gen.ConsentNotice {
	return gen.ConsentNotice{
		Version: n.Version, Language: gen.Language(n.Language), Text: n.Text, Processors: each(n.Processors, encodeProcessor),
		Purposes: each(n.Purposes, func(p domain.NoticePurpose) gen.NoticePurpose {
			return gen.NoticePurpose{
				Purpose: encodePurpose(p.Purpose), Required: p.Required, Text: p.Text, Processors: each(p.Processors, encodeProcessor),
			}
		}),
		Rights: each(n.Rights, func(r domain.NoticeRight) gen.NoticeRight {
			return gen.NoticeRight{Right: gen.DataRight(r.Right), Text: r.Text}
		}),
		Retention: optional(n.Retention), Complaint: optional(n.Complaint),
		Grievance: gen.GrievanceContact{Name: n.Grievance.Name, Email: string(n.Grievance.Email)},
	}
}

func encodeConsent(c domain.Consent) gen.Consent {
	c = c.Effective()
	return gen.Consent{
		ID: string(c.ID), Version: c.Version, Language: gen.Language(c.Language), Processors: each(c.Processors, encodeProcessor),
		Purposes: each(c.Purposes, encodePurpose), Withdrawn: c.Withdrawn, GivenAt: c.GivenAt,
	}
}

func encodePurpose(p domain.Purpose) gen.Purpose { return gen.Purpose(p) }

// purposes decodes purposes; nil if none were given.
func purposes(given []gen.Purpose) []domain.Purpose {
	if given == nil {
		return nil
	}
	return each(given, func(p gen.Purpose) domain.Purpose { return domain.Purpose(p) })
}
