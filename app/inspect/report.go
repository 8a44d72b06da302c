package inspect

import (
	"fmt"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/photocheck"
	"github.com/propflow/propflow/ports"
)

// Report is the result for one file. In JSON it is one line. Units are those of
// domain.ImageFacts.
type Report struct {
	File     string    `json:"file"`
	Verdict  Verdict   `json:"verdict"`
	Error    string    `json:"error,omitempty"` // why the file is Unreadable
	Findings []Finding `json:"findings"`

	Format string `json:"format,omitempty"`
	Bytes  int64  `json:"bytes,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
	Width  int    `json:"width,omitempty"`
	Height int    `json:"height,omitempty"`

	// Measures is nil if the file could not be decoded.
	Measures *Measures `json:"measures,omitempty"`
	Metadata Metadata  `json:"metadata"`
	// Thumb and Display are the sizes of the derivatives in bytes.
	Thumb   int `json:"thumb_bytes,omitempty"`
	Display int `json:"display_bytes,omitempty"`

	known Context
}

// Finding is a fault of the file, with the advice that its owner would see.
type Finding struct {
	Code    string `json:"code"`
	Outcome string `json:"outcome"`
	Advice  string `json:"advice"`
}

// Measures are computed from the pixels.
type Measures struct {
	Sharpness  float64 `json:"sharpness"`
	Brightness float64 `json:"brightness"`
	Glare      float64 `json:"glare"`
	Moire      float64 `json:"moire"`
	// Hashes are the perceptual hashes by EXIF orientation, each 16 hexadecimal digits.
	Hashes [8]string `json:"hashes"`
}

// Metadata is read from the file's EXIF.
type Metadata struct {
	Orientation int        `json:"orientation,omitempty"`
	TakenAt     *time.Time `json:"taken_at,omitempty"`
	Zoned       bool       `json:"zoned,omitempty"`
	Latitude    *float64   `json:"latitude,omitempty"`
	Longitude   *float64   `json:"longitude,omitempty"`
	Make        string     `json:"make,omitempty"`
	Model       string     `json:"model,omitempty"`
	Software    string     `json:"software,omitempty"`
	CreatorTool string     `json:"creator_tool,omitempty"`
	C2PA        bool       `json:"c2pa"`
}

func newReport(path string, found ports.PhotoInspection, findings []domain.Finding, known Context) Report {
	facts := found.Facts
	r := Report{
		File: path, Verdict: Verdict(domain.Worst(findings)), Findings: []Finding{},
		Format: string(facts.Format), Bytes: facts.Bytes, SHA256: facts.SHA256,
		Width: facts.Width, Height: facts.Height,
		Metadata: metadata(facts), Thumb: len(found.Thumb), Display: len(found.Display), known: known,
	}
	for _, f := range findings {
		r.Findings = append(r.Findings, Finding{string(f.Code), string(f.Outcome), photocheck.Advice(f.Code).English})
	}
	if facts.Fault == domain.NoFault {
		r.Measures = &Measures{Sharpness: facts.Sharpness, Brightness: facts.Brightness, Glare: facts.Glare, Moire: facts.Moire}
		for i, hash := range facts.Hashes {
			r.Measures.Hashes[i] = fmt.Sprintf("%016x", hash)
		}
	}
	return r
}

func metadata(facts domain.ImageFacts) Metadata {
	exif := facts.EXIF
	m := Metadata{
		Orientation: exif.Orientation, TakenAt: exif.TakenAt, Zoned: exif.Zoned,
		Make: exif.Make, Model: exif.Model, Software: exif.Software, CreatorTool: exif.CreatorTool, C2PA: facts.C2PA,
	}
	if exif.Location != nil {
		m.Latitude, m.Longitude = &exif.Location.Lat, &exif.Location.Lng
	}
	return m
}
