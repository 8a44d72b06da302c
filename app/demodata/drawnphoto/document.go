package drawnphoto

import "math"

// document draws a title deed on a table, with unreadable words and invented seals.
func (s *scene) document() {
	s.tabletop()
	turn := s.between(-0.25, 0.25)
	sin, cos := math.Sincos(turn)
	middle := point{wide/2 + s.between(-0.6, 0.6), high/2 + s.between(-0.12, 0.12)}
	halfWidth, halfHeight := s.between(0.8, 1.05), s.between(1.02, 1.28)
	corner := func(x, y float64) point {
		x, y = x*halfWidth, y*halfHeight
		return point{middle.x + x*cos - y*sin, middle.y + x*sin + y*cos}
	}
	page := newPlane(corner(-0.96, -1), corner(0.96, -1), corner(1, 1), corner(-1, 1))
	for i := range 3 {
		off := 0.02 + 0.012*float64(i)
		s.fill(page.box(-off/2, off/2, 1+off, 1+off), shade(0.18))
	}
	paper := s.tone(hex(0xf3eedd), hex(0xeaf0e6), hex(0xf4e9d2), hex(0xf1efe9))
	s.fill(page.all(), fading(paper, paper.lit(0.92)))
	s.letterhead(page)
	s.paragraphs(page)
	s.seals(page)
	s.besides(middle)
}

// besides draws the other things on the table: a pen, a mug, an envelope.
func (s *scene) besides(page point) {
	side := 1.0
	if page.x > wide/2 {
		side = -1
	}
	x := page.x + side*s.between(1.35, 1.6)
	if s.chance(0.6) {
		mug := s.tone(s.house.accent, s.house.fabric, white, copper)
		y := s.between(0.6, 2.3)
		s.fill(oval(x+0.06, y+0.06, 0.27, 0.26), shade(0.3))
		s.fill(line(point{x, y}, point{x + side*0.36, y + 0.1}, 0.1), flat(mug.lit(0.8)))
		s.fill(oval(x, y, 0.25, 0.24), sideways(mug.lit(1.15), mug.lit(0.8)))
		s.fill(oval(x, y, 0.2, 0.19), sideways(hex(0x4a2f1f), hex(0x6d4a2f)))
	}
	y := s.between(0.4, 2.6)
	if s.chance(0.5) {
		slip := patch{{x - 0.4, y - 0.3}, {x + 0.45, y - 0.2}, {x + 0.4, y + 0.35}, {x - 0.45, y + 0.25}}
		s.fill(slip[:], fading(hex(0xd9c7a0), hex(0xc4ae82)))
		s.fill(shape{slip[0], slip[1], slip.at(0.5, 0.6)}, flat(hex(0xe6d6b2)))
	}
	pen := point{page.x + s.between(-0.7, 0.9), s.between(0.5, 2.5)}
	tip := point{pen.x + s.between(0.3, 0.6), pen.y + s.between(-0.5, 0.5)}
	s.fill(line(point{pen.x + 0.02, pen.y + 0.04}, point{tip.x + 0.02, tip.y + 0.04}, 0.055), shade(0.35))
	s.fill(line(pen, tip, 0.055), flat(s.tone(black, hex(0x23307a), hex(0x8e2f2a), s.house.accent)))
	s.fill(line(pen.to(tip, 0.9), tip, 0.03), flat(steel))
}

func (s *scene) tabletop() {
	plank := s.tone(wood, wood.lit(0.7), hex(0xa98258), hex(0x6a5648), hex(0x80746a), hex(0x3f3a38), hex(0xc9b79a))
	y := -s.between(0, 0.4)
	for y < high {
		height := s.between(0.35, 0.6)
		board := s.vary(plank)
		s.fill(box(0, y, wide, y+height), fading(board.lit(1.06), board.lit(0.92)))
		for range 22 {
			x, at := s.between(-0.5, wide), s.between(y, y+height)
			s.fill(oval(x, at, s.between(0.2, 0.8), s.between(0.003, 0.012)), flat(board.lit(s.between(0.7, 1.15))).veil(0.6))
		}
		s.fill(box(0, y, wide, y+0.018), flat(board.lit(0.5)))
		y += height
	}
}

// letterhead draws an emblem, a heading and a border.
func (s *scene) letterhead(page plane) {
	ink := s.tone(hex(0x7a2f33), hex(0x2f4f6a), hex(0x3f5f3f), hex(0x4a3a6a))
	for _, edge := range []shape{page.box(0.04, 0.03, 0.96, 0.04), page.box(0.04, 0.96, 0.96, 0.97), page.box(0.04, 0.03, 0.052, 0.97), page.box(0.948, 0.03, 0.96, 0.97)} {
		s.fill(edge, flat(ink).veil(0.8))
	}
	at := page.at(0.5, 0.11)
	s.fill(oval(at.x, at.y, 0.13, 0.13), flat(ink))
	s.fill(oval(at.x, at.y, 0.1, 0.1), flat(hex(0xf3eedd)))
	s.fill(shape{{at.x - 0.075, at.y - 0.005}, {at.x, at.y - 0.075}, {at.x + 0.075, at.y - 0.005}}, flat(ink))
	s.fill(box(at.x-0.05, at.y, at.x+0.05, at.y+0.06), flat(ink))
	s.words(page, 0.22, 0.2, 0.8, 0.026, ink)
	s.words(page, 0.26, 0.3, 0.7, 0.014, ink)
}

// words draws one line of writing from left to right at y.
func (s *scene) words(page plane, y, left, right, height float64, ink tone) {
	for x := left; x < right; {
		length := min(s.between(0.02, 0.09), right-x)
		for at := x; at < x+length; at += 0.011 {
			tall := height * s.between(0.5, 1)
			s.fill(page.box(at, y-tall, at+0.0075, y), flat(ink).veil(s.between(0.65, 0.95)))
		}
		x += length + 0.016
	}
}

func (s *scene) paragraphs(page plane) {
	ink := hex(0x2c3038)
	y := 0.31
	for y < 0.74 {
		lines := 2 + s.IntN(4)
		for i := range lines {
			right := 0.9
			if i == lines-1 {
				right = s.between(0.35, 0.8)
			}
			s.words(page, y, 0.1, right, 0.013, ink)
			y += 0.026
		}
		y += 0.022
	}
}

// seals draws a stamp, a signature and revenue stamps.
func (s *scene) seals(page plane) {
	blue := s.tone(hex(0x4a55a0), hex(0x8a3a6a), hex(0xa03f3a))
	at := page.at(s.between(0.22, 0.34), s.between(0.83, 0.87))
	for _, ring := range []struct {
		radius float64
		t      tone
	}{{0.22, blue}, {0.195, hex(0xeee9da)}, {0.15, blue}, {0.14, hex(0xeee9da)}} {
		s.fill(oval(at.x, at.y, ring.radius, ring.radius), flat(ring.t).veil(0.75))
	}
	for i := range 20 {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / 20)
		s.fill(line(point{at.x + 0.155*cos, at.y + 0.155*sin}, point{at.x + 0.187*cos, at.y + 0.187*sin}, 0.014), flat(blue).veil(0.8))
	}
	pen := page.at(0.6, 0.87)
	for range 9 {
		next := point{pen.x + s.between(0.03, 0.1), page.at(0.7, 0.86).y + s.between(-0.1, 0.08)}
		s.fill(line(pen, next, 0.014), flat(hex(0x23307a)))
		pen = next
	}
	s.fill(page.box(0.58, 0.9, 0.9, 0.904), flat(black))
	s.words(page, 0.925, 0.62, 0.86, 0.012, hex(0x2c3038))
	if s.chance(0.7) {
		left := s.between(0.76, 0.8)
		s.fill(page.box(left, 0.06, left+0.13, 0.17), flat(s.house.accent.lit(0.8)))
		s.fill(page.box(left+0.015, 0.072, left+0.115, 0.158), flat(s.house.accent.to(white, 0.5)))
		s.words(page, 0.14, left+0.03, left+0.1, 0.03, blue)
	}
}
