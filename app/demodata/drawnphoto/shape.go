package drawnphoto

import "math"

// point is a place in a picture, in units from its upper left corner.
type point struct{ x, y float64 }

func (p point) to(other point, share float64) point {
	return point{p.x + share*(other.x-p.x), p.y + share*(other.y-p.y)}
}

// shape is a closed polygon.
type shape []point

// extent returns the smallest and the largest coordinates.
func (s shape) extent() (low, top, far, bottom float64) {
	low, top, far, bottom = math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, p := range s {
		low, top, far, bottom = min(low, p.x), min(top, p.y), max(far, p.x), max(bottom, p.y)
	}
	return low, top, far, bottom
}

// box is an upright rectangle.
func box(left, top, right, bottom float64) shape {
	return shape{{left, top}, {right, top}, {right, bottom}, {left, bottom}}
}

// oval is an ellipse.
func oval(x, y, across, down float64) shape {
	const corners = 36
	s := make(shape, corners)
	for i := range s {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
		s[i] = point{x + across*cos, y + down*sin}
	}
	return s
}

// rounded is an upright rectangle with rounded corners.
func rounded(left, top, right, bottom, radius float64) shape {
	const steps = 6
	radius = min(radius, (right-left)/2, (bottom-top)/2)
	centres := shape{
		{right - radius, bottom - radius}, {left + radius, bottom - radius}, {left + radius, top + radius}, {right - radius, top + radius},
	}
	var s shape
	for quarter, c := range centres {
		for i := range steps + 1 {
			sin, cos := math.Sincos(math.Pi / 2 * (float64(quarter) + float64(i)/steps))
			s = append(s, point{c.x + radius*cos, c.y + radius*sin})
		}
	}
	return s
}

// line is a straight line of that width.
func line(a, b point, width float64) shape {
	dx, dy := b.x-a.x, b.y-a.y
	length := math.Hypot(dx, dy)
	if length == 0 {
		return nil
	}
	dx, dy = dx/length*width/2, dy/length*width/2
	return shape{{a.x - dy, a.y + dx}, {b.x - dy, b.y + dx}, {b.x + dy, b.y - dx}, {a.x + dy, a.y - dx}}
}

// plane is a rectangle in space, such as a wall or a floor, as a camera sees it: the projective
// map of the unit square to four corners (P. Heckbert, Fundamentals of Texture Mapping and Image
// Warping, 1989).
type plane struct{ a, b, c, d, e, f, g, h float64 }

// newPlane returns the plane with these corners, clockwise from the upper left one.
func newPlane(p0, p1, p2, p3 point) plane {
	dx1, dx2, dx3 := p1.x-p2.x, p3.x-p2.x, p0.x-p1.x+p2.x-p3.x
	dy1, dy2, dy3 := p1.y-p2.y, p3.y-p2.y, p0.y-p1.y+p2.y-p3.y
	area := dx1*dy2 - dx2*dy1
	g, h := (dx3*dy2-dx2*dy3)/area, (dx1*dy3-dx3*dy1)/area
	return plane{
		p1.x - p0.x + g*p1.x, p3.x - p0.x + h*p3.x, p0.x,
		p1.y - p0.y + g*p1.y, p3.y - p0.y + h*p3.y, p0.y, g, h,
	}
}

// at returns the point of the plane at the given shares of its width and height.
func (p plane) at(across, down float64) point {
	w := p.g*across + p.h*down + 1
	return point{(p.a*across + p.b*down + p.c) / w, (p.d*across + p.e*down + p.f) / w}
}

// box is a rectangle on the plane.
func (p plane) box(left, top, right, bottom float64) shape {
	return shape{p.at(left, top), p.at(right, top), p.at(right, bottom), p.at(left, bottom)}
}

// all is the whole plane.
func (p plane) all() shape { return p.box(0, 0, 1, 1) }

// patch is a piece of a surface between four corners, clockwise from the upper left one. Unlike
// a plane, it has points within its corners even if they are not the view of a rectangle, for
// example the hip of a roof.
type patch [4]point

func (p patch) at(across, down float64) point {
	return p[0].to(p[1], across).to(p[3].to(p[2], across), down)
}

// box is a rectangle on the patch.
func (p patch) box(left, top, right, bottom float64) shape {
	return shape{p.at(left, top), p.at(right, top), p.at(right, bottom), p.at(left, bottom)}
}
