package drawnphoto

// kitchen draws a kitchen along the back wall.
func (s *scene) kitchen() {
	r := s.emptyRoom(s.house.inside, true)
	counter := r.foot - s.between(0.72, 0.8)
	cupboards := counter - s.between(0.42, 0.52)
	s.backsplash(r.leftEnd, cupboards, r.rightEnd, counter)
	window := s.between(r.leftEnd+0.9, r.rightEnd-1.1)
	s.wallCupboards(r, cupboards, window)
	left, right := (window-0.42-r.leftEnd)/(r.rightEnd-r.leftEnd), (window+0.42-r.leftEnd)/(r.rightEnd-r.leftEnd)
	s.daylight(r, left, right, 0.12, (counter-0.2-r.lintel)/(r.foot-r.lintel))
	s.lowCupboards(r, counter)
	s.onTheCounter(r, counter, window)
	s.fridge(r, s.either())
	s.lamp(s.between(1.2, 2.8), s.between(0.2, 0.4), s.between(0.7, 1))
	if s.chance(0.5) {
		s.fill(r.floor.box(0.3, 0.25, 0.7, 0.5), fading(s.house.fabric.lit(0.85), s.house.fabric))
		s.fill(r.floor.box(0.32, 0.28, 0.68, 0.47), fading(s.house.accent.lit(0.85), s.house.accent))
	}
}

// backsplash tiles the wall above the counter.
func (s *scene) backsplash(left, top, right, bottom float64) {
	tile := s.tone(white.lit(0.95), s.house.accent.to(white, 0.55), hex(0xcfd8d6), hex(0xe3d2b8))
	s.fill(box(left, top, right, bottom), flat(tile.lit(0.78)))
	across, down := s.between(0.14, 0.22), s.between(0.1, 0.14)
	for row, y := 0, bottom; y > top+0.01; row, y = row+1, y-down {
		for x := left - across*0.5*float64(row%2); x < right; x += across {
			s.fill(box(max(left, x+0.008), max(top, y-down+0.008), min(right, x+across), y), flat(tile.lit(s.between(0.9, 1.06))))
		}
	}
}

// cupboardRow draws doors of about a width side by side.
func (s *scene) cupboardRow(left, top, right, bottom float64, handleLow bool) {
	doors := max(1, int((right-left)/s.between(0.36, 0.48)))
	width := (right - left) / float64(doors)
	front := s.house.cabinet
	for i := range doors {
		x := left + width*float64(i)
		s.fill(box(x, top, x+width, bottom), flat(front.lit(0.62)))
		s.fill(box(x+0.012, top+0.012, x+width-0.012, bottom-0.012), fading(front.lit(1.04), front.lit(0.9)))
		s.fill(box(x+0.06, top+0.06, x+width-0.06, bottom-0.06), flat(front.lit(0.84)))
		s.fill(box(x+0.072, top+0.075, x+width-0.068, bottom-0.065), fading(front.lit(0.98), front.lit(0.93)))
		y := top + 0.1
		if handleLow {
			y = bottom - 0.2
		}
		s.fill(rounded(x+width-0.055, y, x+width-0.03, y+0.11, 0.012), sideways(white, steel.lit(0.8)))
	}
}

func (s *scene) wallCupboards(r room, bottom, window float64) {
	top := r.lintel + 0.05
	for _, part := range [][2]float64{{r.leftEnd, window - 0.5}, {window + 0.5, r.rightEnd}} {
		if part[1]-part[0] > 0.3 {
			s.cupboardRow(part[0], top, part[1], bottom, true)
			s.fill(box(part[0], bottom, part[1], bottom+0.07), shade(0.25))
		}
	}
}

func (s *scene) lowCupboards(r room, counter float64) {
	s.cupboardRow(r.leftEnd, counter+0.06, r.rightEnd, r.foot-0.07, false)
	s.fill(box(r.leftEnd, r.foot-0.08, r.rightEnd, r.foot), flat(black.lit(1.4)))
	s.fill(box(r.leftEnd-0.03, r.foot, r.rightEnd+0.03, r.foot+0.08), fading(black, s.house.floor).veil(0.3))
	slab := s.tone(black.lit(1.6), hex(0x6e6a66), white.lit(0.95), hex(0x9a7b5c))
	s.fill(box(r.leftEnd-0.02, counter-0.03, r.rightEnd+0.02, counter+0.03), fading(slab.lit(1.25), slab))
	s.fill(box(r.leftEnd, counter+0.03, r.rightEnd, counter+0.1), shade(0.3))
}

// onTheCounter draws a hob under its hood, a tap, pans, jars and fruit on the counter.
func (s *scene) onTheCounter(r room, counter, window float64) {
	hob := s.eitherOf(r.leftEnd+0.5, window-0.7, window+0.7, r.rightEnd-0.5)
	s.fill(rounded(hob-0.32, counter-0.06, hob+0.32, counter-0.01, 0.02), flat(black))
	for _, burner := range []float64{-0.18, 0.18} {
		pot := s.tone(steel, copper, s.house.accent)
		s.fill(box(hob+burner-0.1, counter-0.2, hob+burner+0.1, counter-0.05), sideways(pot.lit(1.2), pot.lit(0.6)))
		s.fill(oval(hob+burner, counter-0.2, 0.1, 0.022), flat(pot.lit(0.8)))
		s.fill(line(point{hob + burner + 0.1, counter - 0.16}, point{hob + burner + 0.22, counter - 0.19}, 0.025), flat(black))
	}
	s.fill(line(point{window + 0.1, counter - 0.03}, point{window + 0.1, counter - 0.3}, 0.03), sideways(white, steel.lit(0.7)))
	s.fill(line(point{window + 0.1, counter - 0.29}, point{window - 0.08, counter - 0.25}, 0.03), fading(white, steel))
	for x := r.leftEnd + 0.12; x < r.rightEnd-0.1; x += s.between(0.14, 0.5) {
		if x > hob-0.5 && x < hob+0.5 {
			continue
		}
		jar := s.tone(s.house.accent, copper, white.lit(0.9), leaf, hex(0xd7674c), hex(0xe0a63a))
		tall := s.between(0.1, 0.24)
		s.fill(rounded(x-0.05, counter-0.03-tall, x+0.05, counter-0.03, 0.025), sideways(jar.lit(1.15), jar.lit(0.7)))
		s.fill(box(x-0.045, counter-0.05-tall, x+0.045, counter-0.02-tall), flat(wood))
	}
}

// fridge draws a fridge at the left or the right end of the counter.
func (s *scene) fridge(r room, side float64) {
	left := r.leftEnd - 0.1
	if side > 0 {
		left = r.rightEnd - 0.52
	}
	body := s.tone(steel.lit(1.1), white.lit(0.93), hex(0x7a2f33), hex(0x4a545c))
	top, bottom := r.lintel+s.between(0.3, 0.45), r.foot+0.12
	s.fill(oval(left+0.31, bottom, 0.4, 0.05), shade(0.4))
	s.fill(rounded(left, top, left+0.62, bottom, 0.03), sideways(body.lit(1.12), body.lit(0.8)))
	split := top + (bottom-top)*0.34
	s.fill(box(left, split, left+0.62, split+0.02), flat(body.lit(0.5)))
	for _, handle := range [][2]float64{{split - 0.3, split - 0.06}, {split + 0.08, split + 0.5}} {
		s.fill(rounded(left+0.05, handle[0], left+0.085, handle[1], 0.015), sideways(white, steel.lit(0.6)))
	}
}
