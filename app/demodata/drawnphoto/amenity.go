package drawnphoto

// amenity draws shared facilities: a pool or a playground between trees and blocks.
func (s *scene) amenity() {
	horizon := s.between(1.25, 1.6)
	s.sky(horizon)
	lawn := s.tone(hex(0x7f9f58), hex(0x94a868), hex(0x6f9450))
	s.fill(box(0, horizon, wide, high), fading(lawn.lit(0.85), lawn.lit(1.1)))
	for range 400 {
		y := s.between(horizon, high)
		near := (y - horizon) / (high - horizon)
		s.fill(oval(s.between(0, wide), y, 0.01+0.04*near, 0.004+0.012*near), flat(lawn.lit(s.between(0.75, 1.2))).veil(0.6))
	}
	for range 5 + s.IntN(4) {
		s.tree(s.between(0, wide), horizon+s.between(0.05, 0.2), s.between(0.7, 1.5))
	}
	if s.chance(0.6) {
		s.pool(horizon)
	} else {
		s.playground(horizon)
	}
	for range 2 + s.IntN(3) {
		s.shrub(s.eitherOf(0, 0.7, 3.3, 4), s.between(2.6, 2.95), s.between(0.3, 0.55))
	}
}

// pool draws a swimming pool with deck chairs under parasols.
func (s *scene) pool(horizon float64) {
	far, near := horizon+s.between(0.3, 0.45), s.between(2.55, 2.75)
	left, right := s.between(0.4, 0.9), s.between(3, 3.6)
	skew := s.between(-0.3, 0.3)
	deck := newPlane(point{left, far - 0.08}, point{right, far - 0.08}, point{right + 0.5 + skew, near + 0.15}, point{left - 0.5 + skew, near + 0.15})
	s.fill(deck.all(), fading(hex(0xe0d3bd), hex(0xcdbd9f)))
	for i := range 14 {
		for j := range 9 {
			s.fill(deck.box(float64(i)/14+0.003, float64(j)/9+0.004, float64(i+1)/14, float64(j+1)/9), flat(hex(0xdccdb2).lit(s.between(0.88, 1.08))))
		}
	}
	s.fill(deck.box(0.1, 0.1, 0.9, 0.9), flat(white))
	water := s.tone(hex(0x3fa7c4), hex(0x55b5b8), hex(0x3f8fc9))
	s.fill(deck.box(0.12, 0.13, 0.88, 0.88), fading(water.lit(0.8), water.lit(1.1)))
	for range 160 {
		x, y := s.between(0.13, 0.8), s.between(0.15, 0.86)
		s.fill(deck.box(x, y, x+s.between(0.02, 0.07), y+s.between(0.004, 0.01)), flat(water.to(white, s.between(0.3, 0.8))).veil(0.6))
	}
	for range 3 {
		x := s.between(0.6, 3.4)
		s.parasol(x, far-0.02, s.between(0.6, 0.85))
	}
}

func (s *scene) parasol(x, y, size float64) {
	cloth := s.tone(s.house.accent, hex(0xd7674c), white, s.house.fabric)
	s.fill(oval(x, y, 0.4*size, 0.06*size), shade(0.3))
	s.fill(line(point{x, y}, point{x, y - size}, 0.03), flat(wood))
	for i := range 6 {
		left, right := x-0.55*size+1.1*size*float64(i)/6, x-0.55*size+1.1*size*float64(i+1)/6
		t := cloth
		if i%2 == 1 {
			t = white.lit(0.95)
		}
		s.fill(shape{{x, y - 1.12*size}, {right, y - 0.8*size}, {left, y - 0.8*size}}, fading(t.lit(1.1), t.lit(0.85)))
	}
	s.fill(shape{{x - 0.5*size, y - 0.2*size}, {x - 0.1*size, y - 0.1*size}, {x - 0.1*size, y - 0.04*size}, {x - 0.5*size, y - 0.12*size}}, fading(white, stone))
	s.fill(box(x+0.08*size, y-0.16*size, x+0.5*size, y-0.08*size), fading(white, stone))
}

// playground draws a slide, swings and a path.
func (s *scene) playground(horizon float64) {
	y := s.between(2.2, 2.45)
	sand := hex(0xdcc596)
	s.fill(shape{{wide/2 - 0.1, horizon}, {wide / 2, horizon}, {wide/2 + 0.2, y}, {wide/2 - 0.5, y}}, fading(sand.lit(0.8), sand.lit(0.9)))
	s.fill(oval(wide/2, y, s.between(1.4, 1.7), 0.34), fading(sand.lit(0.92), sand.lit(1.05)))
	for range 120 {
		s.fill(oval(wide/2+s.between(-1.2, 1.2), y+s.between(-0.2, 0.2), 0.02, 0.008), flat(sand.lit(s.between(0.75, 1.15))))
	}
	x, paint := s.between(1, 1.6), s.tone(hex(0xd24d3a), hex(0x3d6a9a), hex(0xe0a63a))
	for _, leg := range []float64{0, 0.3} {
		s.fill(line(point{x + leg, y}, point{x + leg, y - 1}, 0.04), sideways(paint.lit(1.1), paint.lit(0.6)))
	}
	for i := range 6 {
		s.fill(box(x, y-0.15-0.14*float64(i), x+0.3, y-0.12-0.14*float64(i)), flat(paint.lit(0.7)))
	}
	s.fill(shape{{x + 0.3, y - 0.9}, {x + 0.42, y - 0.9}, {x + 1.05, y - 0.02}, {x + 0.9, y + 0.02}}, fading(hex(0xe8b23c), hex(0xc98f2c)))
	s.fill(shape{{x - 0.08, y - 1.05}, {x + 0.15, y - 1.35}, {x + 0.38, y - 1.05}}, fading(s.house.accent, s.house.accent.lit(0.7)))
	bar := x + s.between(1.3, 1.6)
	for _, post := range []float64{bar, bar + 0.9} {
		s.fill(line(point{post - 0.14, y + 0.05}, point{post, y - 0.9}, 0.04), flat(steel))
		s.fill(line(point{post + 0.14, y + 0.05}, point{post, y - 0.9}, 0.04), flat(steel.lit(0.75)))
	}
	s.fill(line(point{bar, y - 0.9}, point{bar + 0.9, y - 0.9}, 0.045), fading(steel.lit(1.2), steel.lit(0.7)))
	for _, swing := range []float64{bar + 0.25, bar + 0.62} {
		sway := s.between(-0.12, 0.12)
		s.fill(line(point{swing, y - 0.9}, point{swing + sway, y - 0.25}, 0.014), flat(black))
		s.fill(line(point{swing + 0.14, y - 0.9}, point{swing + 0.14 + sway, y - 0.25}, 0.014), flat(black))
		s.fill(box(swing+sway-0.02, y-0.26, swing+sway+0.16, y-0.21), flat(paint))
	}
}
