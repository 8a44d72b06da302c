package domain

import (
	"fmt"
	"regexp"
	"slices"
	"time"
)

// Limits of a photo file (docs/domain.md, "Photos").
const (
	MaxPhotoBytes        = 10 << 20    // 10 MiB
	MaxPhotoPixels       = 50_000_000  // JPEG, PNG, WebP
	MaxHEICPixels        = 4096 * 3072 // 12 MP, as phones take (4032×3024): HEIC decodes slowly
	MaxPhotosPerProperty = 30          // without those that were replaced or refused
)

// Room is the room that an INTERNAL photo shows.
type Room string

// The rooms. NoRoom is the room of every photo that is not INTERNAL.
const (
	NoRoom       Room = ""
	RoomLiving   Room = "LIVING"
	RoomKitchen  Room = "KITCHEN"
	RoomBedroom  Room = "BEDROOM"
	RoomBathroom Room = "BATHROOM"
	RoomOther    Room = "OTHER"
)

// Rooms lists every Room but NoRoom.
var Rooms = []Room{RoomLiving, RoomKitchen, RoomBedroom, RoomBathroom, RoomOther}

// PhotoStatus is a photo's verdict, or its state before it has one.
type PhotoStatus string

// The photo statuses. A photo that a retake replaced keeps its verdict and names its successor.
const (
	PhotoAwaitingUpload PhotoStatus = "AWAITING_UPLOAD"
	PhotoProcessing     PhotoStatus = "PROCESSING"
	PhotoPassed         PhotoStatus = "PASSED"
	PhotoFlagged        PhotoStatus = "FLAGGED"
	PhotoFailed         PhotoStatus = "FAILED"
)

// Subject is what a photo is claimed to show: a type and, for INTERNAL, a room.
type Subject struct {
	Type PhotoType
	Room Room
}

// Validate returns a KindInvalid error if the type is unknown, if INTERNAL names no room, or if
// another type names one.
func (s Subject) Validate() error {
	var v Violations
	v.Require(slices.Contains(PhotoTypes, s.Type), "type", "enum", "must be a photo type")
	if s.Type.Traits().InRoom {
		v.RequireWords(slices.Contains(Rooms, s.Room), "room", "required", Words{
			English: "an " + string(s.Type) + " photo must name its room", Hindi: s.Type.hindi() + " फ़ोटो के साथ कमरा बताना ज़रूरी है",
		})
	} else {
		v.Require(s.Room == NoRoom, "room", "forbidden", "only INTERNAL photos name a room")
	}
	return v.Err()
}

// Photo content types that may be uploaded.
const (
	ContentJPEG = "image/jpeg"
	ContentPNG  = "image/png"
	ContentWebP = "image/webp"
	ContentHEIC = "image/heic"
)

// Announcement is what the client states about a file before the upload. Size, type and checksum
// are signed into the upload, so the store refuses any other bytes.
type Announcement struct {
	SHA256      string // lower-case hex
	Bytes       int64  // 1…MaxPhotoBytes
	ContentType string
}

var sha256Pattern = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Validate returns a KindInvalid error if the announcement exceeds the limits of a photo file.
func (a Announcement) Validate() error {
	var v Violations
	v.Require(sha256Pattern.MatchString(a.SHA256), "sha256", "format", "must be 64 lower-case hexadecimal digits")
	v.Require(a.Bytes > 0 && a.Bytes <= MaxPhotoBytes, "bytes", "range", fmt.Sprintf("must be 1 to %d", MaxPhotoBytes))
	v.Require(slices.Contains([]string{ContentJPEG, ContentPNG, ContentWebP, ContentHEIC}, a.ContentType),
		"content_type", "enum", "must be image/jpeg, image/png, image/webp or image/heic")
	return v.Err()
}

// DeviceReport is what the capturing device reports about a photo: the second source beside the
// file's own EXIF. Every part may be missing.
type DeviceReport struct {
	CapturedAt *time.Time
	Location   *Point
	AccuracyM  float64 // radius in metres that the device reports (for 68 % by Android, 95 % by browsers), 0 if unknown
	Model      string
}

// Validate returns a KindInvalid error if a reported place is not on Earth, its accuracy is not
// 0…100,000 m, or the model is not one line of at most 100 characters.
func (r DeviceReport) Validate() error {
	var v Violations
	v.Require(r.Location == nil || r.Location.Valid(), "device.location", "range", "must be a place on Earth and not 0,0")
	v.Require(r.AccuracyM >= 0 && r.AccuracyM <= 100_000, "device.accuracy_m", "range", "must be 0 to 100000")
	v.Require(lineWithin(r.Model, 0, 100), "device.model", "length", "must be at most 100 characters on one line")
	return v.Err()
}

// Photo is one piece of evidence: what was claimed, what was uploaded and what was found.
type Photo struct {
	ID         PhotoID
	PropertyID PropertyID
	OwnerID    UserID
	Subject    Subject
	Status     PhotoStatus
	Announced  Announcement
	Device     DeviceReport

	ChallengeID ChallengeID
	// ChallengedAt and CreatedAt are server times that bracket the capture.
	ChallengedAt time.Time
	CreatedAt    time.Time
	CompletedAt  time.Time // zero until the upload is complete
	InspectedAt  time.Time // zero until there is a verdict

	Facts      ImageFacts
	Findings   []Finding
	Analysis   ImageAnalysis
	LinkedTo   []PropertyID // other cases that have the same picture
	Resolution *FlagResolution
	// Past are the verdicts that a move of the pin ended, each once, by when they last ended.
	Past       []PastVerdict
	ReplacedBy PhotoID // the retake that replaced this photo, empty if none did
	Version    int64
}

// Complete moves the photo to PROCESSING once its upload has arrived, and reports whether it did.
// It does nothing in any other status, because a client whose answer was lost completes the photo
// again, and by then the photo may have its verdict.
func (p *Photo) Complete(now time.Time) bool {
	if p.Status != PhotoAwaitingUpload {
		return false
	}
	p.Status, p.CompletedAt = PhotoProcessing, now
	return true
}

// SmallerCopies are the checksums, in hex, of what people see of a photo. They are zero if there are
// none, because the file could not be read, or if they are not known.
type SmallerCopies struct{ Thumb, Display string }

// AwaitUpload takes the photo back to where its upload has not been completed.
func (p *Photo) AwaitUpload() { p.Status, p.CompletedAt = PhotoAwaitingUpload, time.Time{} }

// Judge gives a photo in PROCESSING its verdict, the worst outcome of its findings, and reports
// whether it did. A photo that has a verdict keeps it, because inspections may run twice.
func (p *Photo) Judge(facts ImageFacts, analysis ImageAnalysis, findings []Finding, linked []PropertyID, now time.Time) bool {
	if p.Status != PhotoProcessing {
		return false
	}
	p.Facts, p.Analysis, p.Findings, p.LinkedTo, p.InspectedAt = facts, analysis, findings, linked, now
	p.Status = verdictOf(findings)
	return true
}

// verdictOf returns the status of a photo with these findings.
func verdictOf(findings []Finding) PhotoStatus {
	switch Worst(findings) {
	case OutcomeFailed:
		return PhotoFailed
	case OutcomeFlagged:
		return PhotoFlagged
	default:
		return PhotoPassed
	}
}
