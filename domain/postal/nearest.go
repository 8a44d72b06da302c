package postal

import (
	"cmp"
	"slices"
	"sort"
	"sync"
)

// Near is an area with its distance from a position.
type Near struct {
	Area       Area
	DistanceKM float64
}

// Nearest returns the at most limit areas whose position is nearest to lat and lng, nearest first.
// Areas that are not Placed are left out. The distance in kilometres is measured by km.
func Nearest(lat, lng float64, limit int, km func(lat, lng float64) float64) []Near {
	places := byLatitude()
	north := sort.Search(len(places), func(i int) bool { return float64(places[i].lat) >= lat })
	south := north - 1
	var found []nearRow
	for limit > 0 && (south >= 0 || north < len(places)) {
		// The place whose latitude is next is the nearest that is possible of all that remain.
		next := &north
		if north == len(places) || south >= 0 && lat-float64(places[south].lat) < float64(places[north].lat)-lat {
			next = &south
		}
		p := places[*next]
		if next == &north {
			north++
		} else {
			south--
		}
		if len(found) == limit && km(float64(p.lat), lng) > found[limit-1].km {
			break
		}
		found = insert(found, nearRow{row: p.row, km: km(float64(p.lat), float64(p.lng))}, limit)
	}
	near := make([]Near, len(found))
	for i, f := range found {
		near[i] = Near{Area: areaOf(line(int(f.row))), DistanceKM: f.km}
	}
	return near
}

type nearRow struct {
	row uint16
	km  float64
}

// insert adds r to found, which is sorted, and keeps the nearest. Of equal distances the lower
// pincode is first.
func insert(found []nearRow, r nearRow, limit int) []nearRow {
	at := sort.Search(len(found), func(i int) bool {
		return found[i].km > r.km || found[i].km == r.km && found[i].row > r.row
	})
	if at == limit {
		return found
	}
	found = slices.Insert(found, at, r)
	return found[:min(limit, len(found))]
}

// place is the position of a row. Four decimals are exact enough in a float32 (1 m).
type place struct {
	lat, lng float32
	row      uint16
}

// byLatitude is the places that may be compared, from south to north.
var byLatitude = sync.OnceValue(func() []place {
	places := make([]place, 0, Count())
	for row := range Count() {
		if a := areaOf(line(row)); a.Placed() {
			places = append(places, place{float32(a.Lat), float32(a.Lng), uint16(row)})
		}
	}
	slices.SortStableFunc(places, func(a, b place) int { return cmp.Compare(a.lat, b.lat) })
	return places
})
