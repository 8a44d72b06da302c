package model

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/photocheck"
	"github.com/propflow/propflow/ports"
)

// spot is a place at which pins are set and photos taken. None is so far from another that a
// limit is nearly reached.
type spot struct {
	name  string
	city  string
	point domain.Point
}

var (
	home   = spot{"home", "Bengaluru", domain.Point{Lat: 12.9719, Lng: 77.6412}}
	gate   = spot{"30 m on", "Bengaluru", domain.Point{Lat: 12.97217, Lng: 77.6412}}
	corner = spot{"120 m on", "Bengaluru", domain.Point{Lat: 12.97298, Lng: 77.6412}}
	suburb = spot{"2 km on", "Bengaluru", domain.Point{Lat: 12.98989, Lng: 77.6412}}
	bandra = spot{"Mumbai", "Mumbai", domain.Point{Lat: 19.0596, Lng: 72.8295}}
)

var spots = []spot{home, gate, corner, suburb, bandra}

// metres returns the distance on a plane, which is good enough between spots.
func metres(a, b domain.Point) float64 {
	const perDegree = 111_195.0
	east := (a.Lng - b.Lng) * perDegree * math.Cos((a.Lat+b.Lat)/2*math.Pi/180)
	return math.Hypot((a.Lat-b.Lat)*perDegree, east)
}

// addressTruth is an address with what is known of it.
type addressTruth struct {
	city, state, pincode string
	// fits is the city in which a pin is no surprise: "" if none is, "*" if nobody can tell.
	fits string
}

var addresses = []addressTruth{
	{"Bengaluru", "Karnataka", "560038", "Bengaluru"},
	{"Bengaluru", "कर्नाटक", "560001", "Bengaluru"},
	{"Mumbai", "Maharashtra", "400050", "Mumbai"},
	{"Bengaluru", "Kerala", "560038", ""},
	{"Bengaluru", "Karnataka", "560999", "*"}, // newer than the directory
}

// Addresses that release 0.2.0 accepted.
var impossible = []addressTruth{
	{"Cair Paravel", "Narnia", "560038", "*"},
	{"Bengaluru", "Karnataka", "999999", "*"},
}

func (a addressTruth) address(unit int, terse bool) domain.Address {
	line := fmt.Sprintf("Flat No. %d, Tower A", unit)
	if terse {
		line = fmt.Sprintf("A-%d", unit)
	}
	return domain.Address{Line1: line, Line2: "Near the lake", City: a.city, State: a.state, Pincode: a.pincode}
}

// knownAddress returns the truth of a stored address and its unit.
func knownAddress(stored domain.Address) (a addressTruth, unit int, possible bool) {
	for i, list := range [][]addressTruth{addresses, impossible} {
		for _, a := range list {
			if a.city == stored.City && a.state == stored.State && a.pincode == stored.Pincode {
				if _, err := fmt.Sscanf(stored.Line1, "Flat No. %d,", &unit); err != nil {
					_, _ = fmt.Sscanf(stored.Line1, "A-%d", &unit)
				}
				return a, unit, i == 0
			}
		}
	}
	return addressTruth{}, 0, false
}

// photoTruth is what a photo's file contains, and what its device reports. It is the file.
type photoTruth struct {
	Number  int // of the file, so that no two have the same bytes
	Picture int
	Light   float64
	Sharp   float64
	Broken  bool
	Place   *domain.Point
	// AccuracyM is by the device, which alone knows the place.
	AccuracyM float64
}

func (f photoTruth) bytes() []byte {
	data, err := json.Marshal(f)
	if err != nil {
		panic(err) // it has numbers only
	}
	return data
}

func (f photoTruth) announced() domain.Announcement {
	sum := sha256.Sum256(f.bytes())
	return domain.Announcement{SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(f.bytes())), ContentType: domain.ContentJPEG}
}

func (f photoTruth) device() domain.DeviceReport {
	return domain.DeviceReport{Location: f.Place, AccuracyM: f.AccuracyM, Model: "Pixel 8"}
}

// beyond reports whether the photo was taken out of reach of the pin.
func (f photoTruth) beyond(pin domain.Point) bool {
	return f.Place != nil && metres(*f.Place, pin) > 500+f.AccuracyM
}

// inspect is the inspector of the model: it reads the truth from the file.
func inspect(data []byte) ports.PhotoInspection {
	var f photoTruth
	if err := json.Unmarshal(data, &f); err != nil || f.Broken {
		return ports.PhotoInspection{Facts: domain.ImageFacts{Fault: domain.FaultBroken, Bytes: int64(len(data)), SHA256: f.announced().SHA256}}
	}
	sum := f.announced().SHA256
	random := rand.New(rand.NewPCG(7, uint64(f.Picture)))
	facts := domain.ImageFacts{
		Format: domain.FormatJPEG, Bytes: int64(len(data)), SHA256: sum, Width: 4000, Height: 3000,
		Sharpness: f.Sharp, Brightness: f.Light, Fingerprint: make(domain.Fingerprint, domain.FingerprintBytes),
	}
	for i := range facts.Hashes {
		facts.Hashes[i] = random.Uint64()
	}
	facts.PerceptualHash = facts.Hashes[0]
	for i := range facts.Fingerprint {
		facts.Fingerprint[i] = byte(random.Uint32())
	}
	return ports.PhotoInspection{Facts: facts, Thumb: []byte("thumb " + sum), Display: []byte("display " + sum)}
}

// good is a file that passes.
func good() photoTruth {
	return photoTruth{Light: 128, Sharp: 2 * photocheck.SharpnessFlagBelow, AccuracyM: 10}
}

// saleTruth is a comparable with what is known of it.
type saleTruth struct {
	domain.Comparable
	sale   int  // records with one number are of one sale
	absurd bool // no sale at arm's length
}

// market returns the sales around home: for each type distinct ones, two records of the first,
// one of a much larger and one of a somewhat larger property, and a token price.
func market(now time.Time) []saleTruth {
	var all []saleTruth
	for _, kind := range []domain.PropertyType{domain.Apartment, domain.House, domain.Land} {
		for i := range 12 {
			at := home.point
			at.Lat += float64(i) * 0.25 / 111.2
			c := domain.Comparable{
				ID: domain.ComparableID(fmt.Sprintf("%s-%02d", kind, i)), Source: domain.SourceRegistry, SourceID: fmt.Sprintf("%s-%d", kind, i), Type: kind,
				Locality: "Indiranagar", City: "Bengaluru", Pincode: "560038", Location: at,
				AreaSqFt: 1150 + 20*i, SoldOn: domain.Date(now).AddDate(0, -i-1, 0), CreatedAt: now,
			}
			s := saleTruth{sale: len(all)}
			rate := 12_000 + 300*(i%3-1)
			switch i {
			case 8: // the first one again, by a broker
				c.Source, c.SourceID = domain.SourceBroker, fmt.Sprintf("%s-again", kind)
				c.AreaSqFt, c.Location, c.SoldOn, s.sale = 1150, home.point, domain.Date(now).AddDate(0, -1, 0), all[len(all)-8].sale
				rate = 12_000 - 300
			case 9:
				c.AreaSqFt = 1700
			case 10:
				c.AreaSqFt = 4200
			}
			c.Price = domain.Rupees(c.AreaSqFt * rate)
			if i == 11 {
				c.Price, s.absurd = 1001, true
			}
			s.Comparable = c
			all = append(all, s)
		}
	}
	return all
}
