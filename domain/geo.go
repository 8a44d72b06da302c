package domain

import "math"

// EarthRadiusKM is the mean radius of the Earth (IUGG 1980, R1) in kilometres.
const EarthRadiusKM = 6371.0088

// Point is a place on Earth in WGS 84 degrees: Lat −90…90, Lng −180…180.
type Point struct {
	Lat float64
	Lng float64
}

// Valid reports whether the point is on Earth. It returns false for 0,0 (the Gulf of Guinea),
// because devices report that when they do not know their location.
func (p Point) Valid() bool {
	return p.Lat >= -90 && p.Lat <= 90 && p.Lng >= -180 && p.Lng <= 180 && (p.Lat != 0 || p.Lng != 0)
}

// InIndia reports whether the point is in the box around India with its islands
// (6–38° N, 68–98° E): a plausibility check, not a border.
func (p Point) InIndia() bool {
	return p.Lat >= 6 && p.Lat <= 38 && p.Lng >= 68 && p.Lng <= 98
}

// DistanceKM returns the great-circle distance to q in kilometres (haversine formula,
// R. W. Sinnott, Sky and Telescope 68, 1984). The rounding error is at most a millimetre, near the
// antipodes a metre. There is an error of up to 0.6 % because the Earth is not a sphere.
func (p Point) DistanceKM(q Point) float64 {
	const rad = math.Pi / 180
	sinLat := math.Sin((q.Lat - p.Lat) * rad / 2)
	sinLng := math.Sin((q.Lng - p.Lng) * rad / 2)
	h := sinLat*sinLat + math.Cos(p.Lat*rad)*math.Cos(q.Lat*rad)*sinLng*sinLng
	return 2 * EarthRadiusKM * math.Asin(math.Min(1, math.Sqrt(h)))
}

// Box is a rectangle of latitudes and longitudes in degrees, bounds included.
type Box struct {
	South, West, North, East float64
}

// Contains reports whether p is in the box.
func (b Box) Contains(p Point) bool {
	return p.Lat >= b.South && p.Lat <= b.North && p.Lng >= b.West && p.Lng <= b.East
}

// BoxAround returns the smallest box that contains every point within radiusKM of p. Stores
// narrow a search with it before the exact distance decides. Boxes do not wrap: if the circle
// contains a pole or crosses the date line, the box has all longitudes.
func (p Point) BoxAround(radiusKM float64) Box {
	const deg = 180 / math.Pi
	dLat := radiusKM / EarthRadiusKM * deg
	box := Box{South: max(-90, p.Lat-dLat), North: min(90, p.Lat+dLat), West: -180, East: 180}
	if math.Abs(p.Lat)+dLat >= 90 {
		return box
	}
	dLng := math.Asin(math.Sin(radiusKM/EarthRadiusKM)/math.Cos(p.Lat/deg)) * deg
	if p.Lng-dLng >= -180 && p.Lng+dLng <= 180 {
		box.West, box.East = p.Lng-dLng, p.Lng+dLng
	}
	return box
}
