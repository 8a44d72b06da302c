package postal

import (
	_ "embed" // for the directory
	"sort"
	"strconv"
	"strings"
	"sync"
)

// Attribution is what the directory's licence asks to be shown with everything taken from it.
const Attribution = "Department of Posts, Government of India: All India Pincode Directory, " +
	"https://www.data.gov.in/catalog/all-india-pincode-directory, adapted, under the Government Open Data License - India, " +
	"https://www.data.gov.in/Godl. Grades of quality: GeoNames, CC BY 4.0."

// pincodes has one line for each pincode, in ascending order and all of one width, so that it is
// searched as it is embedded and nothing of it need be in the heap:
//
//	110001 28.6199 77.2129 0007.6 g DL1 489
//
// pincode, latitude and longitude (median of its post offices), spread in km, first letter of
// the quality, state or --, number of states, and line of its district in districts.txt from 0.
//
//go:embed pincodes.txt
var pincodes string

//go:embed districts.txt
var districts string

const lineWidth = len("110001 28.6199 77.2129 0007.6 g DL1 489\n")

// Quality is the grade of a pincode's position. It is not verified: 700001 has GOOD and is
// about 29 km off.
type Quality string

// The grades, from best to worst.
const (
	Good    Quality = "GOOD"    // the offices or another source agree
	Fair    Quality = "FAIR"    // they agree roughly
	Weak    Quality = "WEAK"    // one office without a second source, or sources that disagree
	Outlier Quality = "OUTLIER" // far from the other pincodes of its sorting district
	None    Quality = "NONE"    // no office has a position
)

// Qualities lists every Quality.
var Qualities = []Quality{Good, Fair, Weak, Outlier, None}

// Area is what the directory has about a pincode.
type Area struct {
	Pincode string
	// State is that of its post offices, "" if they are in several or in none that is known.
	State State
	// States is the number of states of its post offices, 0 to 2; 0 if none is known.
	States int
	// District is the district of most of its post offices, "" if none is known.
	District string
	// Lat and Lng are the median position of its post offices in degrees (WGS 84), 0 if Quality
	// is None.
	Lat, Lng float64
	// SpreadKM is the distance from that position within which 90 % of its post offices are, in
	// kilometres.
	SpreadKM float64
	Quality  Quality
}

// Placed reports whether the position is good enough to be compared with another.
func (a Area) Placed() bool { return a.Quality == Good || a.Quality == Fair }

// Lookup returns the area of a pincode and whether the directory has it.
func Lookup(pincode string) (Area, bool) {
	row := firstFrom(pincode)
	if row == Count() || line(row)[:6] != pincode {
		return Area{}, false
	}
	return areaOf(line(row)), true
}

// DistrictExists reports whether the sorting district of a pincode, its first three digits, exists.
func DistrictExists(pincode string) bool {
	if len(pincode) != 6 {
		return false
	}
	row := firstFrom(pincode[:3])
	return row < Count() && line(row)[:3] == pincode[:3]
}

// Count returns the number of pincodes in the directory.
func Count() int { return len(pincodes) / lineWidth }

// All yields every area, by ascending pincode.
func All(yield func(Area) bool) {
	for row := range Count() {
		if !yield(areaOf(line(row))) {
			return
		}
	}
}

func line(row int) string { return pincodes[row*lineWidth : (row+1)*lineWidth-1] }

// firstFrom returns the first row whose pincode is not below prefix, Count() if there is none.
func firstFrom(prefix string) int {
	return sort.Search(Count(), func(row int) bool { return line(row)[:6] >= prefix })
}

func areaOf(l string) Area {
	a := Area{
		Pincode: l[:6], Lat: decimal(l[7:14]), Lng: decimal(l[15:22]), SpreadKM: decimal(l[23:29]), States: int(l[34] - '0'),
		District: districtNames()[int(decimal(l[36:39]))],
	}
	for _, q := range Qualities {
		if q[0] == l[30]-'a'+'A' {
			a.Quality = q
		}
	}
	if a.States == 1 {
		a.State = State(l[32:34])
	}
	return a
}

// decimal returns the number s. The directory's numbers are checked by a test, so there is no
// error to return.
func decimal(s string) float64 {
	n, _ := strconv.ParseFloat(s, 64)
	return n
}

var districtNames = sync.OnceValue(func() []string { return strings.Split(districts, "\n") })
