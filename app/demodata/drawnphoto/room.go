package drawnphoto

// room is the inside of a room in perspective: the camera looks at its back wall.
type room struct {
	back              shape // upper left, upper right, lower right, lower left
	wall, floor       plane
	left, right       plane // the side walls, from the nearest edge to the back wall and the reverse
	ceiling           plane
	leftEnd, rightEnd float64 // x of the back wall
	lintel, foot      float64 // y of its upper and lower edge
	lightLeft         bool
}

// emptyRoom draws walls, floor and ceiling.
func (s *scene) emptyRoom(wall tone, tiled bool) room {
	r := room{leftEnd: s.between(0.15, 0.85), rightEnd: s.between(3.1, 3.85), lintel: s.between(0.2, 0.55), foot: s.between(1.75, 2.2), lightLeft: s.chance(0.5)}
	r.back = box(r.leftEnd, r.lintel, r.rightEnd, r.foot)
	nearTop, nearFoot := -0.5, s.between(3, 3.3)
	farLeft, farRight := -0.5, wide+0.5
	r.wall = newPlane(r.back[0], r.back[1], r.back[2], r.back[3])
	r.left = newPlane(point{farLeft, nearTop}, r.back[0], r.back[3], point{farLeft, nearFoot})
	r.right = newPlane(r.back[1], point{farRight, nearTop}, point{farRight, nearFoot}, r.back[2])
	r.floor = newPlane(r.back[3], r.back[2], point{farRight, nearFoot}, point{farLeft, nearFoot})
	r.ceiling = newPlane(point{farLeft, nearTop}, point{farRight, nearTop}, r.back[1], r.back[0])
	sunny, dim := wall.lit(1.02), wall.lit(0.78)
	if r.lightLeft {
		sunny, dim = dim, sunny
	}
	s.fill(r.ceiling.all(), fading(white, white.lit(0.88)))
	s.fill(r.left.all(), sideways(sunny.lit(0.9), sunny))
	s.fill(r.right.all(), sideways(dim, dim.lit(0.9)))
	s.fill(r.back, sideways(wall.lit(0.97), wall.lit(0.88)))
	s.pave(r, tiled)
	for _, skirting := range []shape{r.wall.box(0, 0.955, 1, 1), r.left.box(0, 0.965, 1, 1), r.right.box(0, 0.965, 1, 1)} {
		s.fill(skirting, flat(s.house.trim.to(white, 0.5).lit(0.92)))
	}
	s.fill(r.wall.box(0, 0, 1, 0.03), flat(white.lit(0.95)))
	return r
}

// pave draws boards or tiles, each in its own shade.
func (s *scene) pave(r room, tiled bool) {
	s.fill(r.floor.all(), fading(s.house.floor.lit(0.8), s.house.floor))
	const columns, rows = 12, 9
	for column := range columns {
		for row := range rows {
			left, top := float64(column)/columns, float64(row)/rows
			if !tiled {
				top = (float64(row) + 0.37*float64(column%3)) / rows
			}
			if top > 1 {
				continue
			}
			s.fill(r.floor.box(left+0.003, top+0.004, left+1.0/columns, min(1, top+1.0/rows)), flat(s.house.floor.lit(s.between(0.86, 1.1)-0.12*(1-top))))
		}
	}
	s.fill(r.floor.box(0, 0, 1, 0.12), fading(black, s.house.floor).veil(0.18))
}

// daylight draws a window with curtains on the back wall, from left to right, as shares of it.
func (s *scene) daylight(r room, left, right, top, bottom float64) {
	frame := white.lit(0.98)
	s.fill(r.wall.box(left-0.012, top-0.015, right+0.012, bottom+0.015), flat(frame))
	s.fill(r.wall.box(left, top, right, bottom), fading(hex(0xa8cbe6), hex(0xe6efe8)))
	a, b := r.wall.at(left, top), r.wall.at(right, bottom)
	green := s.tone(leaf, hex(0x6f9440), hex(0x5d8a55))
	for range 14 {
		x, y := s.between(a.x+0.1, b.x-0.1), s.between(b.y-0.45*(b.y-a.y), b.y-0.1)
		s.fill(oval(x, y, 0.09, 0.075), fading(green.lit(s.between(0.9, 1.25)), green.lit(0.7)).veil(0.85))
	}
	middle := (left + right) / 2
	s.fill(r.wall.box(middle-0.006, top, middle+0.006, bottom), flat(frame.lit(0.92)))
	s.fill(r.wall.box(left, (top+bottom)/2-0.008, right, (top+bottom)/2+0.008), flat(frame.lit(0.92)))
	s.fill(r.wall.box(left-0.025, bottom+0.01, right+0.025, bottom+0.04), flat(frame.lit(0.9)))
	s.glow(r.wall.at(middle, (top+bottom)/2), 1.2, hex(0xfff6e0), 0.22)
	shine := newPlane(r.floor.at(left, 0.1), r.floor.at(right, 0.1), r.floor.at(right+0.08, 0.62), r.floor.at(left-0.12, 0.62))
	s.fill(shine.box(0, 0, 0.46, 1), flat(hex(0xfff2cf)).veil(0.22))
	s.fill(shine.box(0.54, 0, 1, 1), flat(hex(0xfff2cf)).veil(0.22))
}

// curtains draws curtains at both sides of a window.
func (s *scene) curtains(r room, left, right, top, bottom float64) {
	cloth := s.house.fabric
	width := (right - left) * 0.24
	for _, start := range []float64{left - 0.03, right + 0.03 - width} {
		const folds = 6
		for i := range folds {
			x := start + width*float64(i)/folds
			s.fill(r.wall.box(x, top-0.05, x+width/folds, bottom+0.12), sideways(cloth.lit(1.2), cloth.lit(0.72)))
		}
	}
	s.fill(r.wall.box(left-0.05, top-0.07, right+0.05, top-0.045), flat(wood.lit(0.8)))
}

// painting draws a picture on the back wall.
func (s *scene) painting(r room, x, y, width, height float64) {
	s.fill(r.wall.box(x-width/2+0.008, y-height/2+0.02, x+width/2+0.012, y+height/2+0.03), shade(0.25))
	s.fill(r.wall.box(x-width/2, y-height/2, x+width/2, y+height/2), flat(s.tone(wood, black, hex(0xcaa65a))))
	inner := func(left, top, right, bottom float64) shape {
		w, h := width*0.86, height*0.84
		return r.wall.box(x-w/2+left*w, y-h/2+top*h, x-w/2+right*w, y-h/2+bottom*h)
	}
	s.fill(inner(0, 0, 1, 1), fading(hex(0xe9d3b0), s.house.accent))
	sun := inner(0.25, 0.15, 0.75, 0.6)
	low, top, far, bottom := sun.extent()
	s.fill(oval(low+(far-low)*s.between(0.2, 0.8), (top+bottom)/2, (far-low)*0.22, (far-low)*0.22), flat(s.tone(hex(0xd7674c), white, hex(0xe0a63a))))
	for i := range 3 {
		y := 0.5 + 0.15*float64(i)
		hill := inner(0, y, 1, 1)
		hill[0].y += s.between(-0.05, 0.03)
		hill[1].y += s.between(-0.05, 0.03)
		s.fill(hill, flat(s.house.fabric.lit(1.2-0.25*float64(i))))
	}
}

// lamp draws a lamp that hangs from the ceiling at x.
func (s *scene) lamp(x, y, size float64) {
	s.fill(line(point{x, 0}, point{x, y}, 0.015), flat(black))
	metal := s.tone(s.house.accent, black, copper, white.lit(0.9))
	s.fill(shape{{x - 0.05*size, y}, {x + 0.05*size, y}, {x + 0.2*size, y + 0.2*size}, {x - 0.2*size, y + 0.2*size}}, sideways(metal.lit(1.15), metal.lit(0.7)))
	s.fill(oval(x, y+0.2*size, 0.2*size, 0.035*size), flat(hex(0xfff0c4)))
	s.glow(point{x, y + 0.25*size}, 0.6*size, hex(0xffe7b0), 0.4)
}

// block draws a piece of furniture as a box: a front and a top seen from above.
func (s *scene) block(left, top, right, bottom, depth float64, t tone) {
	s.fill(oval((left+right)/2, bottom, (right-left)*0.54, 0.05), shade(0.35))
	s.fill(shape{{left + depth, top - depth}, {right - depth, top - depth}, {right, top}, {left, top}}, fading(t.lit(1.05), t.lit(1.22)))
	s.fill(box(left, top, right, bottom), fading(t, t.lit(0.75)))
}
