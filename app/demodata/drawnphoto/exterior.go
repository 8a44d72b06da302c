package drawnphoto

// building is a corner of a house in perspective: two walls that meet at an upright edge and
// shrink towards the horizon.
type building struct {
	front, flank          facade
	corner, far, rear     float64 // x of the three upright edges
	top, base, horizon    float64 // y of the nearest edge, and of the eye
	shrinkFar, shrinkRear float64
}

// edge returns the upper and lower end of an upright edge at x that is size times as tall as the
// nearest one.
func (b building) edge(x, size float64) (upper, lower point) {
	return point{x, b.horizon + (b.top-b.horizon)*size}, point{x, b.horizon + (b.base-b.horizon)*size}
}

// newBuilding places the house in the picture; its far edge is shrinkFar times the nearest.
func (s *scene) newBuilding(horizon, shrinkFar float64) building {
	b := building{horizon: horizon, base: s.between(2.35, 2.6), shrinkFar: shrinkFar, shrinkRear: s.between(0.6, 0.85)}
	storeys := s.house.storeys
	storey := s.between(0.5, 0.62) + 0.35/float64(storeys)
	b.top = max(0.22, b.base-storey*float64(storeys))
	storey = (b.base - b.top) / float64(storeys)
	width, depth := s.between(1.6, 2.5), s.between(0.35, 1)
	side := s.either()
	middle := wide/2 + s.between(-0.45, 0.45)
	b.corner = middle + side*(width+depth)/2 - side*depth
	b.far, b.rear = b.corner-side*width, b.corner+side*depth
	a0, a1 := b.edge(b.corner, 1)
	f0, f1 := b.edge(b.far, b.shrinkFar)
	r0, r1 := b.edge(b.rear, b.shrinkRear)
	down := float64(storeys)
	if side > 0 {
		b.front = facade{newPlane(f0, a0, a1, f1), width / storey * 1.1, down}
		b.flank = facade{newPlane(a0, r0, r1, a1), depth / storey * 1.6, down}
	} else {
		b.front = facade{newPlane(a0, f0, f1, a1), width / storey * 1.1, down}
		b.flank = facade{newPlane(r0, a0, a1, r1), depth / storey * 1.6, down}
	}
	return b
}

// raise draws the building, lit from one side.
func (s *scene) raise(b building, street bool) {
	front, flank := s.between(0.95, 1.06), s.between(0.66, 0.82)
	if s.chance(0.35) {
		front, flank = flank+0.1, front
	}
	_, lower := b.edge(b.corner, 1)
	_, rear := b.edge(b.rear, b.shrinkRear)
	_, far := b.edge(b.far, b.shrinkFar)
	s.fill(shape{{far.x, far.y}, {lower.x, lower.y}, {rear.x, rear.y}, {rear.x, rear.y + 0.12}, {lower.x, lower.y + 0.14}, {far.x, far.y + 0.1}}, shade(0.3))
	s.plaster(b.flank, flank)
	s.openings(b.flank, flank, false)
	s.plaster(b.front, front)
	s.openings(b.front, front, street)
	if s.house.tiled {
		s.tiles(b, front, flank)
	} else {
		s.terrace(b, front, flank)
	}
}

// tiles covers the building by a hipped roof: a slope over each wall, with a common ridge.
func (s *scene) tiles(b building, front, flank float64) {
	near, _ := b.edge(b.corner, 1)
	far, _ := b.edge(b.far, b.shrinkFar)
	rear, _ := b.edge(b.rear, b.shrinkRear)
	rise := s.between(0.3, 0.5)
	ridge := near.to(far, 0.22).to(rear, 0.3)
	ridge.y -= rise
	end := far.to(near, 0.25)
	end.y = far.y - rise*b.shrinkFar
	const overhang = 0.05
	near.y += overhang
	far = point{far.x + overhang*(far.x-near.x), far.y + overhang}
	rear = point{rear.x + overhang*(rear.x-near.x), rear.y + overhang}
	s.slope(patch{ridge, end, far, near}, front)
	s.slope(patch{ridge, ridge, rear, near}, flank)
}

// slope tiles one side of a roof.
func (s *scene) slope(side patch, light float64) {
	tile := s.house.roof.lit(light)
	s.fill(side[:], fading(tile.lit(1.1), tile.lit(0.85)))
	const rows, columns = 9, 26
	for row := range rows {
		down := float64(row) / rows
		for column := range columns {
			across := (float64(column) + 0.5*float64(row%2)) / (columns + 0.5)
			s.fill(side.box(across, down, across+0.9/(columns+0.5), down+0.85/rows), flat(tile.lit(s.between(0.8, 1.2))).veil(0.55))
		}
		s.fill(side.box(0, down+0.88/rows, 1, down+1.0/rows), shade(0.35))
	}
}

// terrace ends the building in a parapet, with a water tank behind it.
func (s *scene) terrace(b building, front, flank float64) {
	near, _ := b.edge(b.corner, 1)
	far, _ := b.edge(b.far, b.shrinkFar)
	rear, _ := b.edge(b.rear, b.shrinkRear)
	tank := near.to(far, s.between(0.3, 0.8))
	drum := s.tone(black, hex(0x2d3a44), white, hex(0x3d6a9a))
	s.fill(rounded(tank.x-0.17, tank.y-0.42, tank.x+0.17, tank.y, 0.05), sideways(drum.to(white, 0.3), drum))
	for i := range 4 {
		y := tank.y - 0.34 + 0.09*float64(i)
		s.fill(box(tank.x-0.175, y, tank.x+0.175, y+0.025), sideways(drum.to(white, 0.45), drum.lit(0.8)))
	}
	for _, side := range []struct {
		end   point
		size  float64
		light float64
	}{{far, b.shrinkFar, front}, {rear, b.shrinkRear, flank}} {
		parapet := shape{{near.x, near.y - 0.16}, {side.end.x, side.end.y - 0.16*side.size}, {side.end.x, side.end.y + 0.02}, {near.x, near.y + 0.02}}
		s.fill(parapet, fading(s.house.wall.lit(side.light), s.house.wall.lit(side.light*0.85)))
		s.fill(shape{{near.x, near.y - 0.19}, {side.end.x, side.end.y - 0.19*side.size}, {side.end.x, side.end.y - 0.13*side.size}, {near.x, near.y - 0.13}},
			flat(s.house.trim.lit(side.light*1.05)))
		s.fill(shape{near, side.end, {side.end.x, side.end.y + 0.06}, {near.x, near.y + 0.06}}, shade(0.3))
	}
}

// front draws the house from the street.
func (s *scene) front() {
	horizon := s.between(1.75, 2.1)
	s.sky(horizon)
	s.street(horizon)
	for range 1 + s.IntN(3) {
		s.tree(s.between(0, wide), s.between(2.2, 2.35), s.between(0.9, 1.9))
	}
	s.raise(s.newBuilding(horizon, s.between(0.72, 0.97)), true)
	s.fence(s.between(2.5, 2.6))
	for range s.IntN(3) {
		s.tree(s.eitherOf(-0.1, 0.5, 3.5, 4.1), s.between(2.6, 2.75), s.between(1.3, 2.4))
	}
	if s.chance(0.4) {
		s.car(s.between(0.6, 3.4), s.between(2.82, 2.95), s.between(0.9, 1.2))
	}
}

// side draws the house along its flank, from a passage beside it.
func (s *scene) side() {
	horizon := s.between(1.7, 2)
	s.sky(horizon)
	s.street(horizon)
	for range 2 + s.IntN(3) {
		s.tree(s.between(0, wide), s.between(2.1, 2.3), s.between(0.8, 1.6))
	}
	b := s.newBuilding(horizon, s.between(0.45, 0.65))
	s.raise(b, false)
	s.fill(line(point{b.corner - 0.06, b.top}, point{b.corner - 0.06, b.base}, 0.035), sideways(steel.lit(1.1), steel.lit(0.6)))
	for range 3 + s.IntN(4) {
		s.shrub(s.between(0, wide), s.between(2.55, 2.75), s.between(0.2, 0.45))
	}
	for range s.IntN(4) {
		s.pot(s.between(0.3, 3.7), s.between(2.6, 2.75), s.between(0.3, 0.5))
	}
}

// eitherOf returns a number from one of two ranges, such as either edge of a picture.
func (d dice) eitherOf(low, high, low2, high2 float64) float64 {
	if d.chance(0.5) {
		return d.between(low, high)
	}
	return d.between(low2, high2)
}

// fence draws the border between yard and street: a wall with a gate, a hedge, or pots.
func (s *scene) fence(y float64) {
	gate := s.between(0.8, 3.2)
	kind := s.IntN(3)
	for x := -0.1; x < wide; x += 0.22 {
		if x > gate-0.5 && x < gate+0.3 {
			continue
		}
		switch kind {
		case 0:
			s.fill(box(x, y-0.3, x+0.22, y+0.06), fading(s.house.wall.lit(0.95), s.house.wall.lit(0.78)))
			s.fill(box(x, y-0.34, x+0.22, y-0.28), flat(s.house.trim.lit(0.95)))
		case 1:
			s.shrub(x+0.1, y+0.03, s.between(0.22, 0.34))
		default:
			if s.chance(0.35) {
				s.pot(x, y+0.05, s.between(0.25, 0.42))
			}
		}
	}
	if kind != 0 {
		return
	}
	bar := s.house.door.to(black, 0.3)
	for x := gate - 0.46; x < gate+0.5; x += 0.07 {
		s.fill(box(x, y-0.36, x+0.022, y+0.05), flat(bar))
	}
	s.fill(box(gate-0.46, y-0.3, gate+0.5, y-0.27), flat(bar))
	for _, post := range []float64{gate - 0.52, gate + 0.52} {
		s.fill(box(post-0.07, y-0.46, post+0.07, y+0.06), sideways(s.house.trim, s.house.trim.lit(0.75)))
		s.fill(oval(post, y-0.5, 0.06, 0.06), fading(white, stone))
	}
}
