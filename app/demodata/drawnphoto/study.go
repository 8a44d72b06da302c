package drawnphoto

// study draws a study: a desk with a chair, and shelves full of books.
func (s *scene) study() {
	r := s.emptyRoom(s.house.inside, s.chance(0.4))
	side := s.either()
	s.backdrop(r)
	s.shelves(wide/2+side*s.between(0.8, 1.05), r.lintel+0.15, r.foot+0.05, s.between(0.9, 1.2))
	s.desk(wide/2-side*s.between(0.35, 0.65), r.foot+s.between(0.2, 0.35), s.between(1.3, 1.7))
	s.pot(wide/2+side*s.between(1.45, 1.6), r.foot+0.35, s.between(0.7, 1))
	if s.chance(0.5) {
		s.lamp(s.between(1.2, 2.8), s.between(0.2, 0.4), s.between(0.8, 1.1))
	}
}

func (s *scene) shelves(x, top, bottom, width float64) {
	board := s.tone(wood, wood.lit(0.7), white.lit(0.9), hex(0xc9b08a))
	s.fill(box(x-width/2, top, x+width/2, bottom), sideways(board.lit(0.7), board.lit(0.55)))
	const rows = 5
	height := (bottom - top) / rows
	for row := range rows {
		y := top + height*float64(row+1)
		for at := x - width/2 + 0.06; at < x+width/2-0.1; {
			thick := s.between(0.03, 0.075)
			if s.chance(0.12) {
				at += s.between(0.05, 0.2)
				continue
			}
			cover := s.tone(s.house.accent, s.house.fabric, copper, hex(0x35506e), hex(0x8e2f2a), leaf, white.lit(0.9), hex(0xd9b65d))
			tall := height * s.between(0.55, 0.82)
			s.fill(box(at, y-0.03-tall, at+thick, y-0.03), sideways(cover.lit(1.1), cover.lit(0.75)))
			s.fill(box(at+0.006, y-0.03-tall*0.75, at+thick-0.006, y-0.03-tall*0.65), flat(white).veil(0.7))
			at += thick
		}
		s.fill(box(x-width/2, y-0.035, x+width/2, y+0.01), fading(board.lit(1.2), board.lit(0.9)))
	}
	for _, upright := range []float64{x - width/2, x + width/2 - 0.05} {
		s.fill(box(upright, top, upright+0.05, bottom), sideways(board.lit(1.15), board.lit(0.85)))
	}
	s.fill(box(x-width/2-0.02, top-0.04, x+width/2+0.02, top+0.02), flat(board.lit(1.2)))
}

func (s *scene) desk(x, y, width float64) {
	plank := s.tone(wood.lit(1.2), wood.lit(0.8), hex(0xd8c3a0))
	s.fill(oval(x, y, width*0.52, 0.07), shade(0.3))
	for _, leg := range []float64{-0.46, 0.42} {
		s.fill(box(x+leg*width, y-0.55, x+leg*width+0.06, y), sideways(plank, plank.lit(0.6)))
	}
	s.fill(box(x+width*0.12, y-0.54, x+width*0.4, y-0.18), fading(plank.lit(0.9), plank.lit(0.7)))
	s.fill(box(x+width*0.15, y-0.48, x+width*0.37, y-0.36), flat(plank.lit(0.6)))
	s.fill(shape{{x - width*0.45, y - 0.68}, {x + width*0.45, y - 0.68}, {x + width/2, y - 0.56}, {x - width/2, y - 0.56}}, fading(plank, plank.lit(1.2)))
	s.fill(box(x-width/2, y-0.56, x+width/2, y-0.51), flat(plank.lit(0.7)))
	for i := range 3 {
		top := y - 0.65 - 0.05*float64(i)
		s.fill(box(x-width*0.4, top, x-width*0.2, top+0.045), flat(s.tone(s.house.accent, copper, hex(0x35506e), leaf)))
	}
	s.fill(line(point{x + width*0.3, y - 0.62}, point{x + width*0.36, y - 0.95}, 0.03), flat(black))
	s.fill(line(point{x + width*0.36, y - 0.95}, point{x + width*0.24, y - 1.08}, 0.03), flat(black))
	s.fill(shape{{x + width*0.2, y - 1.1}, {x + width*0.26, y - 1.14}, {x + width*0.24, y - 0.94}, {x + width*0.12, y - 0.98}}, fading(s.house.accent, s.house.accent.lit(0.7)))
	seat := s.house.fabric
	chair := x - width*s.between(0.05, 0.2)
	s.fill(oval(chair, y+0.2, 0.3, 0.06), shade(0.3))
	s.fill(line(point{chair, y - 0.2}, point{chair, y + 0.16}, 0.05), sideways(steel, black))
	s.fill(rounded(chair-0.25, y-0.3, chair+0.25, y-0.18, 0.05), fading(seat.lit(1.2), seat.lit(0.8)))
	s.fill(rounded(chair-0.22, y-0.85, chair+0.22, y-0.34, 0.1), fading(seat.lit(1.1), seat.lit(0.75)))
}
