package drawnphoto

// bathroom draws a tiled bathroom with a basin under a mirror, a toilet and a shower.
func (s *scene) bathroom() {
	tile := s.tone(hex(0xd9e4e4), s.house.accent.to(white, 0.6), hex(0xe6dccb), hex(0xbfd3d0), hex(0xcfd6e2))
	r := s.emptyRoom(tile, true)
	s.tileWall(r.wall, tile, 10, 8)
	s.tileWall(r.left, tile.lit(0.9), 8, 8)
	s.tileWall(r.right, tile.lit(0.8), 8, 8)
	side := s.either()
	basin := wide/2 + side*s.between(0.1, 0.55)
	s.mirror(basin, r.lintel+s.between(0.3, 0.4), s.between(0.55, 0.8))
	s.basin(basin, r.foot, s.between(0.9, 1.2))
	s.toilet(wide/2-side*s.between(0.75, 1.1), r.foot+s.between(0.2, 0.3))
	s.shower(r, wide/2+side*s.between(1.15, 1.35))
	s.fill(r.floor.box(0.3, 0.35, 0.62, 0.62), fading(s.house.fabric.to(white, 0.2), s.house.fabric.to(white, 0.4)))
	s.towel(wide/2-side*s.between(0.45, 0.7), r.lintel+s.between(0.55, 0.7))
	bucket := wide/2 + side*s.between(1, 1.5)
	paint := s.tone(s.house.accent, hex(0x3d6a9a), hex(0xb23a34), leaf)
	s.fill(oval(bucket, 2.72, 0.24, 0.05), shade(0.35))
	s.fill(shape{{bucket - 0.22, 2.34}, {bucket + 0.22, 2.34}, {bucket + 0.17, 2.72}, {bucket - 0.17, 2.72}}, sideways(paint.lit(1.2), paint.lit(0.7)))
	s.fill(oval(bucket, 2.34, 0.22, 0.05), flat(paint.lit(0.55)))
}

// tileWall tiles a wall, with a coloured border at the height of a hand.
func (s *scene) tileWall(wall plane, tile tone, columns, rows int) {
	s.fill(wall.all(), flat(tile.lit(0.8)))
	for column := range columns {
		for row := range rows {
			left, top := float64(column)/float64(columns), float64(row)/float64(rows)
			t := tile.lit(s.between(0.93, 1.05))
			if row == rows/2 {
				t = s.house.accent.lit(s.between(0.8, 1.05))
			}
			s.fill(wall.box(left+0.004, top+0.005, left+1/float64(columns), top+1/float64(rows)), flat(t))
		}
	}
}

func (s *scene) mirror(x, top, width float64) {
	frame := s.tone(wood, steel, white, black)
	s.fill(rounded(x-width/2, top, x+width/2, top+0.72, 0.06), flat(frame))
	s.fill(rounded(x-width/2+0.035, top+0.035, x+width/2-0.035, top+0.685, 0.04), fading(hex(0xd5e4ea), hex(0x93a9b3)))
	s.fill(shape{{x - 0.1, top + 0.05}, {x + 0.05, top + 0.05}, {x - 0.12, top + 0.65}, {x - 0.24, top + 0.65}}, flat(white).veil(0.35))
	s.fill(rounded(x-0.2, top-0.14, x+0.2, top-0.06, 0.03), fading(white, hex(0xffedc0)))
	s.glow(point{x, top - 0.1}, 0.6, hex(0xfff0cc), 0.4)
}

func (s *scene) basin(x, foot, width float64) {
	y := foot - 0.5
	s.cupboardRow(x-width/2, y, x+width/2, foot+0.06, false)
	s.fill(box(x-width/2-0.05, y-0.06, x+width/2+0.05, y+0.02), fading(stone.lit(1.25), stone))
	s.fill(shape{{x - 0.32, y - 0.22}, {x + 0.32, y - 0.22}, {x + 0.22, y - 0.05}, {x - 0.22, y - 0.05}}, fading(white, white.lit(0.8)))
	s.fill(oval(x, y-0.22, 0.32, 0.05), fading(white.lit(0.75), white.lit(0.95)))
	s.fill(line(point{x, y - 0.22}, point{x, y - 0.42}, 0.035), sideways(white, steel.lit(0.6)))
	s.fill(line(point{x, y - 0.41}, point{x + 0.12, y - 0.37}, 0.03), fading(white, steel))
	for i, bottle := range []tone{s.house.accent, leaf, hex(0xd7674c)} {
		at := x - width/2 + 0.08 + 0.1*float64(i)
		s.fill(rounded(at-0.035, y-s.between(0.2, 0.3), at+0.035, y-0.06, 0.02), sideways(bottle.lit(1.2), bottle.lit(0.7)))
	}
}

func (s *scene) toilet(x, y float64) {
	china := white.lit(0.97)
	s.fill(oval(x, y, 0.3, 0.06), shade(0.35))
	s.fill(rounded(x-0.26, y-0.85, x+0.26, y-0.42, 0.05), sideways(china, china.lit(0.8)))
	s.fill(rounded(x-0.28, y-0.89, x+0.28, y-0.83, 0.02), flat(china.lit(0.9)))
	s.fill(shape{{x - 0.22, y - 0.36}, {x + 0.22, y - 0.36}, {x + 0.15, y}, {x - 0.15, y}}, sideways(china, china.lit(0.72)))
	s.fill(oval(x, y-0.37, 0.29, 0.12), fading(china.lit(0.9), china))
	s.fill(oval(x, y-0.38, 0.21, 0.075), fading(hex(0x8ea2aa), hex(0xbfd0d6)))
}

func (s *scene) shower(r room, x float64) {
	top := r.lintel + 0.12
	s.fill(line(point{x, top}, point{x, r.foot - 0.4}, 0.035), sideways(white, steel.lit(0.6)))
	s.fill(line(point{x, top}, point{x - 0.2, top}, 0.035), fading(white, steel))
	s.fill(shape{{x - 0.24, top}, {x - 0.16, top}, {x - 0.06, top + 0.12}, {x - 0.34, top + 0.12}}, sideways(white, steel.lit(0.7)))
	s.fill(oval(x, r.foot-0.62, 0.06, 0.06), fading(white, steel))
	s.fill(oval(x, r.foot-0.42, 0.06, 0.06), fading(white, steel))
}

func (s *scene) towel(x, y float64) {
	cloth := s.house.fabric
	s.fill(line(point{x - 0.26, y}, point{x + 0.26, y}, 0.03), flat(steel))
	s.fill(box(x-0.19, y-0.01, x+0.19, y+0.58), fading(cloth.lit(1.15), cloth.lit(0.85)))
	for _, stripe := range []float64{0.4, 0.46} {
		s.fill(box(x-0.19, y+stripe, x+0.19, y+stripe+0.03), flat(s.house.accent))
	}
}
