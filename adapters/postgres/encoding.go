package postgres

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Values that are read and written only as a whole are in jsonb columns, in these shapes. Each
// has a version, so that a later program can read what an earlier one wrote: a changed shape
// gets the next version, and its reader keeps reading the old ones.

// encodingVersion is the version of every shape below.
const encodingVersion = 1

type envelope[T any] struct {
	Version int `json:"v"`
	Value   T   `json:"value"`
}

func encode[T any](value T) ([]byte, error) {
	return json.Marshal(envelope[T]{encodingVersion, value})
}

// decode returns the value in a column. Error: *ports.Unreadable.
func decode[T any](column string, encoded []byte) (T, error) {
	var e envelope[T]
	if err := json.Unmarshal(encoded, &e); err != nil {
		return e.Value, &ports.Unreadable{Column: column, Err: err}
	}
	if e.Version != encodingVersion {
		return e.Value, &ports.Unreadable{Column: column, Err: fmt.Errorf("written by a later program, in version %d", e.Version)}
	}
	return e.Value, nil
}

// noItems is how PostgreSQL writes an empty list, as most cases have of most kinds.
var noItems = []byte(`{"v": 1, "value": []}`)

// decodeList is decode for a list. An empty one may be nil.
func decodeList[T any](column string, encoded []byte) ([]T, error) {
	if bytes.Equal(encoded, noItems) {
		return nil, nil
	}
	return decode[[]T](column, encoded)
}

// unreadable returns the first of the errors of decode, with the row to which the column belongs, nil if
// there is none. A row makes its record, which costs much, for that only.
func unreadable[T interface{ Record() domain.Record }](row *T, errs ...error) error {
	err := errors.Join(errs...)
	if err == nil {
		return nil
	}
	var u *ports.Unreadable
	if errors.As(err, &u) {
		return &ports.Unreadable{Record: (*row).Record().Subject(), Column: u.Column, Err: u.Err}
	}
	return err
}

type pointShape struct {
	Lat float64 `json:"lat"`
	Lng float64 `json:"lng"`
}

// Conversions between a domain type and its shape need equal fields; the compiler checks it.
func pointTo(p *domain.Point) *pointShape { return (*pointShape)(clone(p)) }
func pointFrom(p *pointShape) *domain.Point {
	return (*domain.Point)(p)
}

func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}

type factShape struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func factTo(f domain.Fact) factShape   { return factShape(f) }
func factFrom(f factShape) domain.Fact { return domain.Fact(f) }

type findingShape struct {
	Code    domain.FindingCode `json:"code"`
	Outcome domain.Outcome     `json:"outcome"`
}

func findingTo(f domain.Finding) findingShape   { return findingShape(f) }
func findingFrom(f findingShape) domain.Finding { return domain.Finding(f) }

type resolutionShape struct {
	Decision domain.FlagDecision `json:"decision"`
	Reason   string              `json:"reason"`
	By       domain.UserID       `json:"by"`
	At       time.Time           `json:"at"`
}

type pastShape struct {
	Status     domain.PhotoStatus `json:"status"`
	Findings   []findingShape     `json:"findings"`
	Resolution *resolutionShape   `json:"resolution,omitempty"`
	EndedAt    time.Time          `json:"ended_at"`
}

func pastTo(v domain.PastVerdict) pastShape {
	return pastShape{v.Status, mapped(v.Findings, findingTo), (*resolutionShape)(v.Resolution), v.EndedAt}
}

func pastFrom(v pastShape) domain.PastVerdict {
	return domain.PastVerdict{
		Status: v.Status, Findings: mapped(v.Findings, findingFrom),
		Resolution: (*domain.FlagResolution)(v.Resolution), EndedAt: v.EndedAt,
	}
}

type deviceShape struct {
	CapturedAt *time.Time  `json:"captured_at,omitempty"`
	Location   *pointShape `json:"location,omitempty"`
	AccuracyM  float64     `json:"accuracy_m"`
	Model      string      `json:"model"`
}

func deviceTo(d domain.DeviceReport) deviceShape {
	return deviceShape{utc(d.CapturedAt), pointTo(d.Location), d.AccuracyM, storable(d.Model)}
}

func (d deviceShape) device() domain.DeviceReport {
	return domain.DeviceReport{CapturedAt: utc(d.CapturedAt), Location: pointFrom(d.Location), AccuracyM: d.AccuracyM, Model: d.Model}
}

// utc returns a copy of a time as a column stores it: in UTC, to the microsecond.
func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	v := t.UTC().Truncate(time.Microsecond)
	return &v
}

type factsShape struct {
	Fault          domain.ImageFault  `json:"fault,omitempty"`
	Format         domain.ImageFormat `json:"format,omitempty"`
	Bytes          int64              `json:"bytes"`
	Width          int                `json:"width"`
	Height         int                `json:"height"`
	Sharpness      float64            `json:"sharpness"`
	Brightness     float64            `json:"brightness"`
	Glare          float64            `json:"glare"`
	PerceptualHash uint64             `json:"perceptual_hash"`
	Hashes         [8]uint64          `json:"hashes"`
	Fingerprint    []byte             `json:"signature,omitempty"`
	Moire          float64            `json:"moire"`
	C2PA           bool               `json:"c2pa"`
	EXIF           exifShape          `json:"exif"`
}

type exifShape struct {
	Orientation int         `json:"orientation"`
	TakenAt     *time.Time  `json:"taken_at,omitempty"`
	Zoned       bool        `json:"zoned"`
	Location    *pointShape `json:"location,omitempty"`
	Make        string      `json:"make"`
	Model       string      `json:"model"`
	Software    string      `json:"software"`
	CreatorTool string      `json:"creator_tool"`
}

// factsTo leaves out the checksum, which has a column of its own.
func factsTo(f domain.ImageFacts) factsShape {
	e := f.EXIF
	return factsShape{
		f.Fault, f.Format, f.Bytes, f.Width, f.Height, f.Sharpness, f.Brightness, f.Glare, f.PerceptualHash,
		f.Hashes, f.Fingerprint, f.Moire, f.C2PA,
		exifShape{
			e.Orientation, utc(e.TakenAt), e.Zoned, pointTo(e.Location),
			storable(e.Make), storable(e.Model), storable(e.Software), storable(e.CreatorTool),
		},
	}
}

func (f factsShape) facts(sha256 string) domain.ImageFacts {
	e := f.EXIF
	return domain.ImageFacts{
		Fault: f.Fault, Format: f.Format, Bytes: f.Bytes, SHA256: sha256, Width: f.Width, Height: f.Height,
		Sharpness: f.Sharpness, Brightness: f.Brightness, Glare: f.Glare, PerceptualHash: f.PerceptualHash,
		Hashes: f.Hashes, Fingerprint: f.Fingerprint, Moire: f.Moire, C2PA: f.C2PA,
		EXIF: domain.EXIF{
			Orientation: e.Orientation, TakenAt: utc(e.TakenAt), Zoned: e.Zoned, Location: pointFrom(e.Location),
			Make: e.Make, Model: e.Model, Software: e.Software, CreatorTool: e.CreatorTool,
		},
	}
}

type labelShape struct {
	Name  string  `json:"name"`
	Score float64 `json:"score"`
}

type analysisShape struct {
	Done   bool         `json:"done"`
	Unsafe bool         `json:"unsafe"`
	Labels []labelShape `json:"labels"`
	Text   string       `json:"text"`
}

func analysisTo(a domain.ImageAnalysis) analysisShape {
	labels := mapped(a.Labels, func(l domain.Label) labelShape { return labelShape{storable(l.Name), l.Score} })
	return analysisShape{a.Done, a.Unsafe, labels, storable(a.Text)}
}

func (a analysisShape) analysis() domain.ImageAnalysis {
	labels := mapped(a.Labels, func(l labelShape) domain.Label { return domain.Label(l) })
	return domain.ImageAnalysis{Done: a.Done, Unsafe: a.Unsafe, Labels: labels, Text: a.Text}
}
