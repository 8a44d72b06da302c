package api

import (
	"fmt"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/capture"
	"github.com/propflow/propflow/domain/model/photocheck"
)

// viewPhoto encodes a photo as the actor may see it, with advice in the language.
func viewPhoto(photo capture.PhotoView, language domain.Language) view {
	if photo.ForOwner {
		return view{body: ownersPhoto(photo, language)}
	}
	return view{body: encodePhoto(photo, language)}
}

// viewPhotos encodes the photos of a property as the actor may see them.
func viewPhotos(photos []capture.PhotoView, forOwner bool, language domain.Language) view {
	if forOwner {
		return view{body: gen.OwnerPhotoList{View: gen.OwnerViewOWNER, Items: each(photos, func(v capture.PhotoView) gen.OwnerPhoto { return ownersPhoto(v, language) })}}
	}
	return view{body: gen.PhotoList{View: gen.StaffViewSTAFF, Items: each(photos, func(v capture.PhotoView) gen.Photo { return encodePhoto(v, language) })}}
}

// encodePhoto encodes a photo for reviewers, with the measurements, the other cases that contain
// the same picture, and the device's report. ownersPhoto is for its owner.
func encodePhoto(view capture.PhotoView, language domain.Language) gen.Photo {
	p := view.Photo
	out := gen.Photo{
		View: gen.StaffViewSTAFF,
		ID:   string(p.ID), PropertyID: string(p.PropertyID), Type: gen.PhotoType(p.Subject.Type),
		Room: (*gen.Room)(optionalText(p.Subject.Room)), Status: gen.PhotoStatus(p.Status),
		ContentType: p.Announced.ContentType, Bytes: p.Announced.Bytes, Sha256: p.Announced.SHA256,
		Findings:   encodeFindings(p.Findings, language),
		ReplacedBy: optionalText(p.ReplacedBy),
		CreatedAt:  p.CreatedAt, CompletedAt: moment(p.CompletedAt), InspectedAt: moment(p.InspectedAt),
	}
	if !p.InspectedAt.IsZero() {
		out.Analysed = &p.Analysis.Done
	}
	out.Resolution = encodeResolution(p.Resolution)
	if l := view.Links; l != (capture.PhotoLinks{}) {
		out.Links = &gen.PhotoLinks{Thumb: optional(l.Thumb), Display: optional(l.Display), Original: optional(l.Original)}
	}
	showEvidence(&out, view, language)
	return out
}

func encodeFindings(findings []domain.Finding, language domain.Language) []gen.Finding {
	return each(findings, func(f domain.Finding) gen.Finding {
		return gen.Finding{
			Code: gen.FindingCode(f.Code), Outcome: gen.FindingOutcome(f.Outcome), Advice: photocheck.Advice(f.Code).In(language),
		}
	})
}

func encodeResolution(r *domain.FlagResolution) *gen.FlagResolution {
	if r == nil {
		return nil
	}
	return &gen.FlagResolution{Decision: gen.FlagDecision(r.Decision), Reason: r.Reason, By: string(r.By), At: r.At}
}

func showEvidence(out *gen.Photo, view capture.PhotoView, language domain.Language) {
	p := view.Photo
	out.Labels = each(p.Analysis.Labels, func(l domain.Label) string { return l.Name })
	out.LinkedPropertyIds = each(p.LinkedTo, func(id domain.PropertyID) string { return string(id) })
	out.PastVerdicts = each(p.Past, func(v domain.PastVerdict) gen.PastVerdict {
		return gen.PastVerdict{
			Status: gen.PhotoStatus(v.Status), Findings: encodeFindings(v.Findings, language),
			Resolution: encodeResolution(v.Resolution), EndedAt: v.EndedAt,
		}
	})
	out.Device = &gen.DeviceReport{
		CapturedAt: p.Device.CapturedAt, AccuracyM: optional(p.Device.AccuracyM), Model: optional(p.Device.Model),
	}
	if l := p.Device.Location; l != nil {
		out.Device.Location = new(point(*l))
	}
	if p.InspectedAt.IsZero() || p.Facts.Fault != domain.NoFault {
		return
	}
	f := p.Facts
	out.Measures = &gen.PhotoMeasures{
		Format: string(f.Format), Width: f.Width, Height: f.Height, Sharpness: f.Sharpness, Brightness: f.Brightness, Glare: f.Glare,
		Moire: &f.Moire, ContentCredentials: &f.C2PA, CreatorTool: optional(f.EXIF.CreatorTool),
		PerceptualHash: new(fmt.Sprintf("%016x", f.PerceptualHash)),
		TakenAt:        f.EXIF.TakenAt, DistanceKm: view.DistanceKM,
		Make: optional(f.EXIF.Make), Model: optional(f.EXIF.Model), Software: optional(f.EXIF.Software),
	}
	if f.EXIF.TakenAt != nil {
		out.Measures.TakenAtZoned = &f.EXIF.Zoned
	}
	if l := f.EXIF.Location; l != nil {
		out.Measures.Location = new(point(*l))
	}
}

func decodeSubject(kind gen.PhotoType, room *gen.Room) domain.Subject {
	return domain.Subject{Type: domain.PhotoType(kind), Room: domain.Room(value(room))}
}

func decodeDevice(d *gen.DeviceReport) domain.DeviceReport {
	if d == nil {
		return domain.DeviceReport{}
	}
	out := domain.DeviceReport{CapturedAt: d.CapturedAt, AccuracyM: value(d.AccuracyM), Model: value(d.Model)}
	if d.Location != nil {
		out.Location = &domain.Point{Lat: d.Location.Lat, Lng: d.Location.Lng}
	}
	return out
}
