package drawnphoto

// sky draws the sky and, along the horizon, the distant view.
func (s *scene) sky(horizon float64) {
	days := []struct{ zenith, rim tone }{
		{hex(0x4f8fd0), hex(0xcfe3f0)}, {hex(0x6fa8d8), hex(0xf0ead8)}, {hex(0x7f93ad), hex(0xf3cfa2)},
		{hex(0xa9b8c4), hex(0xdfe4e6)}, {hex(0x3f78b8), hex(0xb9d6ea)}, {hex(0x86a7c4), hex(0xf2dcc8)},
	}
	day := days[s.IntN(len(days))]
	s.fill(box(0, 0, wide, horizon+0.1), fading(day.zenith, day.rim))
	s.glow(point{s.between(0, wide), s.between(0.1, horizon)}, s.between(1, 2.2), hex(0xfff3d6), 0.5)
	for range s.IntN(6) {
		s.cloud(s.between(0, wide), s.between(0.1, horizon*0.6), s.between(0.15, 0.45))
	}
	haze := day.rim.to(hex(0x6f8598), 0.5)
	for x := -0.2; x < wide; {
		width, height := s.between(0.2, 0.6), s.between(0.15, 0.75)
		far := haze.to(day.rim, s.between(0, 0.5))
		s.fill(box(x, horizon-height, x+width, horizon+0.1), fading(far, far.to(day.rim, 0.3)))
		for row := horizon - height + 0.07; row < horizon; row += 0.11 {
			for column := x + 0.06; column < x+width-0.06; column += 0.1 {
				s.fill(box(column, row, column+0.045, row+0.055), flat(far.lit(0.82)))
			}
		}
		x += width + s.between(0, 0.25)
	}
}

func (s *scene) cloud(x, y, size float64) {
	for range 7 {
		across := s.between(-1, 1)
		s.fill(oval(x+across*size, y-s.between(0, 0.25)*size*(1-across*across), size*s.between(0.3, 0.5), size*s.between(0.14, 0.24)),
			fading(white, hex(0xd9e2ea)).veil(0.5))
	}
}

// street draws the ground before the house, with a road along the lower edge.
func (s *scene) street(horizon float64) {
	lawn := s.tone(hex(0x86a05a), hex(0xa8a070), hex(0xb7a689), hex(0x9c9a92), hex(0x769654))
	s.fill(box(0, horizon, wide, high), fading(lawn.lit(0.92), lawn.lit(1.08)))
	for range 260 {
		y := s.between(horizon+0.02, high)
		near := (y - horizon) / (high - horizon)
		s.fill(oval(s.between(0, wide), y, 0.01+0.05*near, 0.004+0.012*near), flat(lawn.lit(s.between(0.72, 1.2))).veil(0.6))
	}
	curb := s.between(2.62, 2.85)
	tilt := s.between(-0.1, 0.1)
	asphalt := s.tone(hex(0x6c6f73), hex(0x7d7a74), hex(0x8e8579))
	s.fill(shape{{0, curb - tilt}, {wide, curb + tilt}, {wide, high}, {0, high}}, fading(asphalt.lit(1.1), asphalt.lit(0.9)))
	for i := range 24 {
		x := float64(i) * wide / 24
		y := curb - tilt + 2*tilt*x/wide
		s.fill(box(x, y-0.035, x+wide/24, y+0.03), flat(s.tone(hex(0xe6dfd0), hex(0xd3ccbd), hex(0xc2bbad))))
	}
}

// tree draws a tree with its shadow; its foot is at x, y.
func (s *scene) tree(x, y, height float64) {
	s.fill(oval(x+0.25*height, y, height*0.42, height*0.05), shade(0.28))
	if s.chance(0.3) {
		s.palm(x, y, height)
		return
	}
	trunk := s.vary(bark)
	s.fill(shape{{x - 0.035*height, y}, {x - 0.02*height, y - 0.5*height}, {x + 0.02*height, y - 0.5*height}, {x + 0.04*height, y}},
		sideways(trunk.lit(1.2), trunk.lit(0.7)))
	green := s.tone(leaf, hex(0x3f7440), hex(0x6f9440), hex(0x5d8a55), hex(0x88913f))
	s.crown(x, y-0.68*height, 0.34*height, green)
}

// crown draws foliage of leaves that are lit from above.
func (s *scene) crown(x, y, radius float64, green tone) {
	for range 8 {
		dx, dy := s.between(-0.6, 0.6)*radius, s.between(-0.5, 0.5)*radius
		s.fill(oval(x+dx, y+dy, radius*s.between(0.45, 0.65), radius*s.between(0.4, 0.6)), fading(green.lit(0.95), green.lit(0.55)))
	}
	for range 150 {
		dx, dy := s.between(-1, 1), s.between(-0.9, 0.9)
		if dx*dx+dy*dy > 1 {
			continue
		}
		s.fill(oval(x+dx*radius, y+dy*radius, radius*s.between(0.03, 0.09), radius*s.between(0.03, 0.06)),
			flat(green.lit(s.between(0.65, 1.05)-0.3*dy)))
	}
}

func (s *scene) palm(x, y, height float64) {
	lean := s.between(-0.12, 0.12) * height
	top := point{x + lean, y - 0.85*height}
	trunk := s.vary(hex(0x8f775c))
	for i := range 14 {
		at := point{x, y}.to(top, float64(i)/14)
		s.fill(box(at.x-0.024*height, at.y-0.062*height, at.x+0.024*height, at.y+0.01*height), sideways(trunk.lit(1.1), trunk.lit(0.65)))
	}
	green := s.vary(hex(0x4c7f3a))
	for i := range 11 {
		reach := point{(float64(i)/5 - 1) * 0.42 * height, s.between(-0.22, 0.2) * height}
		tip := point{top.x + reach.x, top.y + reach.y + 0.1*height}
		bow := point{top.x + reach.x*0.5, top.y + min(reach.y, 0) - 0.08*height}
		low := point{bow.x, bow.y + 0.07*height}
		s.fill(shape{top, bow, tip, low}, fading(green.lit(s.between(1, 1.25)), green.lit(0.7)))
	}
}

// shrub draws a bush, often in flower.
func (s *scene) shrub(x, y, size float64) {
	s.fill(oval(x+0.2*size, y, size, 0.18*size), shade(0.25))
	s.crown(x, y-0.45*size, 0.62*size, s.tone(leaf, hex(0x557f45), hex(0x7a9448)))
	bloom := s.tone(hex(0xd24d6a), hex(0xe8b23c), white, hex(0xc76bb0), leaf)
	for range 16 {
		s.fill(oval(x+s.between(-0.5, 0.5)*size, y-s.between(0.15, 0.8)*size, 0.045*size, 0.045*size), flat(s.vary(bloom)))
	}
}

// pot draws a plant in a pot.
func (s *scene) pot(x, y, size float64) {
	s.fill(oval(x, y, 0.3*size, 0.06*size), shade(0.3))
	green := s.tone(leaf, hex(0x3f7f58), hex(0x6b8f3f))
	for i := range 9 {
		reach := (float64(i) - 4) / 4
		tip := point{x + reach*0.4*size, y - s.between(0.75, 1.1)*size + 0.25*reach*reach*size}
		root := point{x, y - 0.35*size}
		middle := root.to(tip, 0.5)
		s.fill(shape{root, {middle.x - 0.06*size, middle.y}, tip, {middle.x + 0.06*size, middle.y + 0.03*size}}, fading(green.lit(1.15), green.lit(0.7)))
	}
	clay := s.tone(copper, hex(0xd8d2c6), hex(0x5f7480), hex(0x8f4f3a))
	s.fill(shape{{x - 0.2*size, y - 0.38*size}, {x + 0.2*size, y - 0.38*size}, {x + 0.15*size, y}, {x - 0.15*size, y}}, sideways(clay.lit(1.1), clay.lit(0.7)))
	s.fill(box(x-0.22*size, y-0.42*size, x+0.22*size, y-0.35*size), sideways(clay.lit(1.2), clay.lit(0.8)))
}

// car draws a small car from its side.
func (s *scene) car(x, y, size float64) {
	paint := s.tone(hex(0xb23a34), white, hex(0x35506e), hex(0x9aa2a8), hex(0x3d4347), hex(0xc8913c))
	s.fill(oval(x, y, 0.58*size, 0.05*size), shade(0.5))
	s.fill(shape{
		{x - 0.5*size, y - 0.08*size}, {x - 0.5*size, y - 0.24*size}, {x - 0.3*size, y - 0.27*size}, {x - 0.17*size, y - 0.42*size},
		{x + 0.2*size, y - 0.42*size}, {x + 0.34*size, y - 0.27*size}, {x + 0.5*size, y - 0.22*size}, {x + 0.5*size, y - 0.08*size},
	}, fading(paint.lit(1.15), paint.lit(0.7)))
	s.fill(shape{{x - 0.25*size, y - 0.27*size}, {x - 0.14*size, y - 0.39*size}, {x, y - 0.39*size}, {x, y - 0.27*size}}, fading(hex(0x9fb4c0), glass))
	s.fill(shape{{x + 0.03*size, y - 0.27*size}, {x + 0.03*size, y - 0.39*size}, {x + 0.18*size, y - 0.39*size}, {x + 0.28*size, y - 0.27*size}}, fading(hex(0x9fb4c0), glass))
	for _, wheel := range []float64{-0.3, 0.3} {
		s.fill(oval(x+wheel*size, y-0.08*size, 0.1*size, 0.1*size), flat(black))
		s.fill(oval(x+wheel*size, y-0.08*size, 0.055*size, 0.055*size), flat(steel))
	}
}
