package drawnphoto

// facade is one wall of a building: a plane whose width and height are given in storeys, so that
// things on it keep their proportions.
type facade struct {
	plane
	across, down float64
}

// spot is a rectangle on a facade: its middle and its size in storeys, from the upper left.
type spot struct{ x, y, width, height float64 }

func (f facade) spot(p spot) shape {
	return f.box((p.x-p.width/2)/f.across, (p.y-p.height/2)/f.down, (p.x+p.width/2)/f.across, (p.y+p.height/2)/f.down)
}

// plaster covers the facade: weathered from above, with a plinth and a ledge at each storey.
func (s *scene) plaster(f facade, light float64) {
	wall := s.house.wall.lit(light)
	s.fill(f.all(), fading(wall.lit(1.03), wall.lit(0.9)))
	for range 26 {
		x, y := s.between(0, f.across), s.between(0, f.down)
		s.fill(f.spot(spot{x, y, s.between(0.02, 0.12), s.between(0.2, 0.7)}), flat(wall.lit(s.between(0.85, 1.1))).veil(0.18))
	}
	for storey := 1.0; storey < f.down; storey++ {
		s.fill(f.spot(spot{f.across / 2, storey, f.across, 0.09}), flat(s.house.trim.lit(light)))
		s.fill(f.spot(spot{f.across / 2, storey + 0.075, f.across, 0.06}), shade(0.25))
	}
	s.fill(f.spot(spot{f.across / 2, f.down - 0.07, f.across, 0.14}), fading(stone.lit(light*0.85), stone.lit(light*0.65)))
}

// window draws a window under its sunshade.
func (s *scene) window(f facade, at spot, light float64) {
	frame := s.house.trim.lit(light * 1.05)
	s.fill(f.spot(spot{at.x, at.y, at.width + 0.1, at.height + 0.1}), flat(frame))
	sky := hex(0xa9c3d6).lit(light)
	s.fill(f.spot(at), fading(sky.to(glass, s.between(0, 0.6)), glass.lit(s.between(0.45, 0.8))))
	if s.chance(0.6) {
		curtain := s.vary(s.house.fabric.to(white, 0.35)).lit(light * 0.8)
		for _, side := range []float64{-1, 1} {
			s.fill(f.spot(spot{at.x + side*at.width*0.38, at.y, at.width * 0.2, at.height}), sideways(curtain, curtain.lit(0.7)).veil(0.85))
		}
	}
	panes := 2 + float64(s.IntN(2))
	for i := 1.0; i < panes; i++ {
		s.fill(f.spot(spot{at.x - at.width/2 + i*at.width/panes, at.y, 0.035, at.height}), flat(frame))
	}
	s.fill(f.spot(spot{at.x, at.y - at.height*0.2, at.width, 0.03}), flat(frame))
	s.fill(f.spot(spot{at.x, at.y - at.height/2 - 0.09, at.width + 0.3, 0.07}), flat(s.house.trim.lit(light*1.1)))
	s.fill(f.spot(spot{at.x, at.y - at.height/2 + 0.02, at.width + 0.24, 0.13}), shade(0.3))
	s.fill(f.spot(spot{at.x, at.y + at.height/2 + 0.06, at.width + 0.2, 0.06}), flat(frame.lit(1.08)))
}

// balcony draws a glass door behind a railing.
func (s *scene) balcony(f facade, at spot, light float64) {
	s.fill(f.spot(spot{at.x, at.y, at.width, at.height}), fading(s.house.wall.lit(light*0.55), s.house.wall.lit(light*0.7)))
	s.fill(f.spot(spot{at.x, at.y + 0.04, at.width * 0.62, at.height - 0.1}), flat(s.house.trim.lit(light*0.8)))
	for _, side := range []float64{-1, 1} {
		s.fill(f.spot(spot{at.x + side*at.width*0.15, at.y + 0.05, at.width * 0.26, at.height - 0.18}), fading(hex(0x8fa9ba).lit(light), glass.lit(0.6)))
	}
	floor := at.y + at.height/2
	s.fill(f.spot(spot{at.x, floor + 0.02, at.width + 0.14, 0.1}), flat(s.house.trim.lit(light*1.1)))
	s.fill(f.spot(spot{at.x, floor + 0.12, at.width + 0.1, 0.1}), shade(0.3))
	rail := s.house.trim.lit(light).to(black, 0.35)
	for x := -0.5; x <= 0.5; x += 0.083 {
		s.fill(f.spot(spot{at.x + x*at.width, floor - 0.16, 0.025, 0.28}), flat(rail))
	}
	s.fill(f.spot(spot{at.x, floor - 0.31, at.width + 0.06, 0.05}), flat(rail.lit(1.3)))
}

// entrance draws the front door with its steps and lamp.
func (s *scene) entrance(f facade, x, light float64) {
	ground := f.down
	s.fill(f.spot(spot{x, ground - 0.44, 0.66, 0.86}), flat(s.house.trim.lit(light)))
	door := s.house.door.lit(light)
	s.fill(f.spot(spot{x, ground - 0.41, 0.52, 0.78}), sideways(door.lit(1.15), door.lit(0.85)))
	for _, panel := range []float64{-0.6, -0.25} {
		for _, side := range []float64{-0.12, 0.12} {
			s.fill(f.spot(spot{x + side, ground + panel, 0.17, 0.26}), fading(door.lit(0.75), door.lit(1.1)))
		}
	}
	s.fill(f.spot(spot{x + 0.2, ground - 0.4, 0.035, 0.07}), flat(hex(0xd9b65d)))
	s.fill(f.spot(spot{x, ground - 0.95, 1, 0.1}), flat(s.house.trim.lit(light*1.1)))
	s.fill(f.spot(spot{x, ground - 0.85, 0.9, 0.1}), shade(0.35))
	for i, step := range []float64{1.1, 0.9} {
		s.fill(f.spot(spot{x, ground - 0.03 - 0.06*float64(i), step, 0.06}), flat(stone.lit(light*(0.9+0.15*float64(i)))))
	}
}

// openings gives a facade its windows, balconies and, if it faces the street, its door.
func (s *scene) openings(f facade, light float64, street bool) {
	columns := max(1, int(f.across/s.between(0.95, 1.35)))
	pitch := f.across / float64(columns)
	door := s.IntN(columns)
	tall, slim := s.between(0.42, 0.55), min(s.between(0.5, 0.8), pitch-0.35)
	balconies := s.IntN(1 << columns)
	for storey := range int(f.down) {
		for column := range columns {
			x, y := (float64(column)+0.5)*pitch, float64(storey)+0.5
			lowest := storey == int(f.down)-1
			switch {
			case street && lowest && column == door:
				s.entrance(f, x, light)
			case street && !lowest && balconies>>column&1 == 1:
				s.balcony(f, spot{x, y + 0.06, pitch * 0.78, 0.74}, light)
			default:
				s.window(f, spot{x, y, slim, tall}, light)
			}
		}
	}
}
