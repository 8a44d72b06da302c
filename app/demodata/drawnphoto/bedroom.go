package drawnphoto

// bedroom draws a bed between two tables, a window and a wardrobe.
func (s *scene) bedroom() {
	r := s.emptyRoom(s.house.inside, false)
	side := s.either()
	bed := wide/2 - side*s.between(0.2, 0.6)
	window := 0.5 + side*s.between(0.2, 0.27)
	s.daylight(r, window-0.14, window+0.14, 0.15, 0.66)
	s.curtains(r, window-0.14, window+0.14, 0.15, 0.66)
	s.painting(r, (bed-r.leftEnd)/(r.rightEnd-r.leftEnd), 0.26, s.between(0.14, 0.2), s.between(0.18, 0.26))
	s.wardrobe(r, -side)
	s.fill(r.floor.box(0.12, 0.3, 0.88, 0.85), fading(s.house.fabric.to(white, 0.45), s.house.fabric.to(white, 0.6)))
	width := s.between(1.3, 1.6)
	for _, table := range []float64{-1, 1} {
		s.bedside(bed+table*(width/2+0.25), r.foot+0.16)
	}
	s.bed(bed, r.foot, width)
}

func (s *scene) bed(x, y, width float64) {
	frame := s.tone(wood, wood.lit(0.65), hex(0xc9b79a), s.house.fabric.lit(0.8))
	head, near := width/2, width/2+s.between(0.2, 0.35)
	s.fill(rounded(x-head-0.06, y-0.78, x+head+0.06, y+0.1, 0.12), fading(frame.lit(1.1), frame.lit(0.75)))
	for i := range 5 {
		at := x - head + width*(float64(i)+0.5)/5
		s.fill(rounded(at-width/11, y-0.7, at+width/11, y-0.1, 0.05), fading(frame.lit(1.25), frame.lit(0.9)))
	}
	foot := y + s.between(0.5, 0.62)
	top := newPlane(point{x - head, y - 0.1}, point{x + head, y - 0.1}, point{x + near, foot}, point{x - near, foot})
	s.fill(oval(x, foot+0.28, near*1.08, 0.08), shade(0.45))
	s.fill(box(x-near, foot-0.02, x+near, foot+0.26), fading(frame.lit(0.9), frame.lit(0.55)))
	s.fill(top.all(), fading(white.lit(0.9), white))
	cover := s.tone(s.house.accent, s.house.fabric, s.house.accent.to(white, 0.4), hex(0x6f86a0))
	s.fill(top.box(-0.01, 0.38, 1.01, 1.02), fading(cover.lit(0.92), cover.lit(1.12)))
	s.fill(box(x-near-0.02, foot, x+near+0.02, foot+0.16), fading(cover.lit(0.95), cover.lit(0.7)))
	for i := range 6 {
		at := 0.46 + 0.09*float64(i)
		s.fill(top.box(0, at, 1, at+0.025), flat(cover.lit(s.between(0.75, 1.3))))
	}
	s.fill(top.box(-0.01, 0.32, 1.01, 0.42), fading(white, white.lit(0.88)))
	for _, side := range []float64{-0.25, 0.25} {
		at := x + side*width
		s.fill(rounded(at-0.28, y-0.32, at+0.28, y+0.02, 0.12), fading(white, white.lit(0.82)))
		s.fill(rounded(at-0.2, y-0.2, at+0.2, y+0.08, 0.1), fading(s.house.accent.to(white, 0.3), s.house.accent.lit(0.85)))
	}
}

// bedside draws a table with a lamp on it.
func (s *scene) bedside(x, y float64) {
	s.block(x-0.2, y-0.4, x+0.2, y, 0.04, s.house.cabinet)
	s.fill(box(x-0.16, y-0.33, x+0.16, y-0.2), flat(s.house.cabinet.lit(0.7)))
	s.fill(oval(x, y-0.26, 0.02, 0.02), flat(steel))
	s.fill(line(point{x, y - 0.42}, point{x, y - 0.62}, 0.04), sideways(copper.lit(1.2), copper.lit(0.6)))
	s.fill(shape{{x - 0.09, y - 0.82}, {x + 0.09, y - 0.82}, {x + 0.15, y - 0.6}, {x - 0.15, y - 0.6}}, fading(hex(0xfff2d0), hex(0xe9cf98)))
	s.glow(point{x, y - 0.68}, 0.5, hex(0xffe2a0), 0.45)
}

// wardrobe draws a wardrobe at the left or the right wall.
func (s *scene) wardrobe(r room, side float64) {
	wall := r.left
	if side > 0 {
		wall = r.right
	}
	from, to := 0.45, 0.95
	if side > 0 {
		from, to = 0.05, 0.55
	}
	front := s.house.cabinet.lit(0.85)
	s.fill(wall.box(from, 0.12, to, 0.97), fading(front, front.lit(0.75)))
	const doors = 3
	for i := range doors {
		left := from + (to-from)*float64(i)/doors
		right := left + (to-from)/doors
		s.fill(wall.box(left+0.008, 0.14, right-0.008, 0.95), sideways(front.lit(1.15), front))
		s.fill(wall.box(left+0.03, 0.2, right-0.03, 0.5), flat(front.lit(0.85)))
		s.fill(wall.box(left+0.03, 0.55, right-0.03, 0.9), flat(front.lit(0.85)))
		s.fill(wall.box(right-0.028, 0.5, right-0.018, 0.6), flat(steel.lit(1.2)))
	}
}
