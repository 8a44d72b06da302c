package drawnphoto

// living draws a living room: a sofa before a window or paintings, a rug, a table, a plant.
func (s *scene) living() {
	r := s.emptyRoom(s.house.inside, s.chance(0.5))
	sofa := s.between(1.3, 2.6)
	s.backdrop(r)
	s.fill(r.floor.box(0.2, 0.22, 0.8, 0.75), fading(s.house.accent.lit(0.75), s.house.accent.lit(0.95)))
	s.fill(r.floor.box(0.23, 0.26, 0.77, 0.7), fading(s.house.accent.to(white, 0.3), s.house.accent.to(white, 0.45)))
	for i := range 5 {
		y := 0.3 + 0.08*float64(i)
		s.fill(r.floor.box(0.25, y, 0.75, y+0.02), flat(s.house.fabric).veil(0.5))
	}
	s.sofa(sofa, r.foot+s.between(0.12, 0.3), s.between(1.5, 1.9))
	s.pot(s.eitherOf(0.35, 0.7, 3.3, 3.65), r.foot+s.between(0.2, 0.4), s.between(0.9, 1.2))
	s.coffeeTable(s.between(1.4, 2.6), s.between(2.6, 2.75), s.between(0.9, 1.3))
	if s.chance(0.6) {
		s.lamp(s.between(1, 3), s.between(0.35, 0.6), s.between(0.8, 1.2))
	}
}

// backdrop draws a window or paintings on the wall behind the furniture.
func (s *scene) backdrop(r room) {
	if s.chance(0.6) {
		left := s.between(0.1, 0.45)
		right := left + s.between(0.3, 0.45)
		s.daylight(r, left, right, 0.16, 0.72)
		s.curtains(r, left, right, 0.16, 0.72)
		return
	}
	x := s.between(0.15, 0.3)
	for range 2 + s.IntN(2) {
		width := s.between(0.14, 0.22)
		s.painting(r, x, s.between(0.32, 0.42), width, s.between(0.26, 0.38))
		x += width + s.between(0.04, 0.14)
	}
}

func (s *scene) sofa(x, y, width float64) {
	cloth := s.vary(s.house.fabric)
	left, right := x-width/2, x+width/2
	s.fill(oval(x, y+0.02, width*0.55, 0.08), shade(0.4))
	s.fill(rounded(left+0.05, y-0.72, right-0.05, y-0.1, 0.1), fading(cloth.lit(1.1), cloth.lit(0.8)))
	seats := 2 + s.IntN(2)
	for i := range seats {
		w := (width - 0.3) / float64(seats)
		at := left + 0.15 + w*float64(i)
		s.fill(rounded(at+0.01, y-0.66, at+w-0.01, y-0.3, 0.07), fading(cloth.lit(1.2), cloth.lit(0.9)))
		s.fill(rounded(at+0.005, y-0.36, at+w-0.005, y-0.16, 0.06), fading(cloth.lit(1.3), cloth))
	}
	s.fill(box(left+0.08, y-0.19, right-0.08, y-0.04), fading(cloth.lit(0.85), cloth.lit(0.6)))
	for _, side := range []float64{left, right - 0.2} {
		s.fill(rounded(side, y-0.5, side+0.2, y-0.02, 0.09), sideways(cloth.lit(1.15), cloth.lit(0.75)))
	}
	for range 2 + s.IntN(2) {
		at := s.between(left+0.3, right-0.3)
		cushion := s.tone(s.house.accent, white.lit(0.95), s.house.accent.to(white, 0.4), copper)
		s.fill(shape{{at - 0.15, y - 0.55}, {at + 0.12, y - 0.6}, {at + 0.17, y - 0.3}, {at - 0.12, y - 0.28}}, fading(cushion.lit(1.08), cushion.lit(0.8)))
		s.fill(line(point{at - 0.13, y - 0.47}, point{at + 0.14, y - 0.5}, 0.02), flat(cushion.lit(0.6)))
		s.fill(line(point{at - 0.12, y - 0.37}, point{at + 0.15, y - 0.39}, 0.02), flat(cushion.lit(0.6)))
	}
	for _, foot := range []float64{left + 0.12, right - 0.16} {
		s.fill(box(foot, y-0.04, foot+0.05, y+0.03), flat(wood.lit(0.6)))
	}
}

func (s *scene) coffeeTable(x, y, width float64) {
	plank := s.tone(wood, wood.lit(1.3), hex(0x5a4334), white.lit(0.92))
	s.fill(oval(x, y+0.02, width*0.5, 0.07), shade(0.4))
	for _, leg := range []float64{-0.42, 0.38} {
		s.fill(box(x+leg*width, y-0.3, x+leg*width+0.05, y+0.03), sideways(plank, plank.lit(0.6)))
	}
	s.fill(shape{{x - width*0.42, y - 0.42}, {x + width*0.42, y - 0.42}, {x + width/2, y - 0.29}, {x - width/2, y - 0.29}}, fading(plank.lit(1.05), plank.lit(1.2)))
	s.fill(box(x-width/2, y-0.29, x+width/2, y-0.24), flat(plank.lit(0.75)))
	s.fill(shape{{x - 0.25, y - 0.39}, {x + 0.02, y - 0.39}, {x, y - 0.33}, {x - 0.29, y - 0.33}}, flat(s.house.accent))
	s.fill(shape{{x - 0.23, y - 0.4}, {x + 0.01, y - 0.4}, {x - 0.01, y - 0.355}, {x - 0.26, y - 0.355}}, flat(white))
	s.fill(rounded(x+0.14, y-0.5, x+0.26, y-0.34, 0.03), sideways(white, stone))
}
