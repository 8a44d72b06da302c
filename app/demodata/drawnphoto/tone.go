package drawnphoto

// tone is a colour; each component is 0 to 255.
type tone struct{ r, g, b float64 }

func hex(v uint32) tone {
	return tone{float64(v >> 16), float64(v >> 8 & 0xff), float64(v & 0xff)}
}

// lit returns the tone in light of that strength; 1 leaves it unchanged.
func (t tone) lit(strength float64) tone {
	return tone{t.r * strength, t.g * strength, t.b * strength}
}

// to returns a mixture that contains the given share of the other tone.
func (t tone) to(other tone, share float64) tone {
	return tone{t.r + share*(other.r-t.r), t.g + share*(other.g-t.g), t.b + share*(other.b-t.b)}
}

// Tones that every scene shares.
var (
	white  = hex(0xf7f5f0)
	black  = hex(0x1d2126)
	glass  = hex(0x3d5468)
	wood   = hex(0x8a5a36)
	steel  = hex(0x9aa3aa)
	leaf   = hex(0x4f8a3c)
	bark   = hex(0x6b4f3a)
	stone  = hex(0xb3aca0)
	copper = hex(0xb4633a)
)

// ink is the filling of a shape: a gradient down, or across, its bounds.
type ink struct {
	from, to tone
	opacity  float64
	across   bool
}

func flat(t tone) ink            { return ink{from: t, to: t, opacity: 1} }
func fading(from, to tone) ink   { return ink{from: from, to: to, opacity: 1} }
func sideways(from, to tone) ink { return ink{from: from, to: to, opacity: 1, across: true} }

// veil returns the ink with that opacity, 0 to 1.
func (i ink) veil(opacity float64) ink {
	i.opacity = opacity
	return i
}

// shade is a shadow of that strength.
func shade(strength float64) ink { return flat(hex(0x101820)).veil(strength) }
