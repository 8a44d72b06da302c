package domain

import (
	"cmp"
	"slices"
	"strings"
)

// Unit is the flat, house, shop or plot that lines 1 and 2 of an address name, in one spelling: its
// numbers, its letters, its tower and its floor, as in "302, a" or "3b, tower c". Addresses of one
// unit have equal Units, however they are written. Names of buildings and roads are not part of
// it, because everybody spells them differently: compare units only of neighbouring properties.
// NoUnit is the unit of an address that names none.
type Unit string

// NoUnit is the unit of an address without a number.
const NoUnit Unit = ""

// Unit returns the unit that the address names. Case, punctuation, order and words such as Flat,
// No. and Plot do not matter, and digits of every Indian script are the same numbers. Letters
// are compared within their script: "ए" is not "A", because transliteration would have to
// guess.
//
// A single letter is the same block whether it is joined to the number or named as a tower:
// "A-1203", "1203/A" and "Tower A, 1203" are one unit. If there are more letters, each keeps its
// place, so that flat 3B of tower A is not flat 3A of tower B.
func (a Address) Unit() Unit {
	var u unitParts
	for _, segment := range unitSegments(a.Line1 + "\n" + a.Line2) {
		u.read(segment)
	}
	u.drop(a.Pincode)
	return u.unit()
}

// unitParts are the parts of an address that distinguish units.
type unitParts struct {
	numbers []unitNumber
	towers  []unitTower
	floors  []string
	blocks  []string // letters that belong to no number
}

// unitNumber is a number with the letters joined to it, as in "3-B".
type unitNumber struct{ digits, letters string }

// unitTower is what a tower, block, wing, building or phase is called: by number and letter, or by
// a name.
type unitTower struct {
	unitNumber
	name string
	// short is true if only the letter T before a number makes it a tower.
	short bool
}

// drop removes the number of the pincode, which some write into the lines too.
func (u *unitParts) drop(pincode string) {
	u.numbers = slices.DeleteFunc(u.numbers, func(n unitNumber) bool { return n.letters == "" && n.digits == pincode })
}

// unit returns the parts in their one spelling.
func (u *unitParts) unit() Unit {
	if len(u.numbers) == 0 {
		u.demote()
	}
	if !u.named() {
		return NoUnit
	}
	letters := u.letters()
	if len(letters) == 1 && (unitLetter(letters[0]) || knownBlocks[letters[0]]) {
		u.detach(letters[0])
	}
	var parts []string
	for _, n := range u.numbers {
		parts = append(parts, n.digits+n.letters)
	}
	for _, t := range u.towers {
		parts = append(parts, "tower "+t.digits+t.letters+t.name)
	}
	for _, b := range u.blocks {
		if len(letters) > 1 && len(u.numbers) > 0 && !knownBlocks[b] {
			b = "tower " + b // a block, however it is called
		}
		parts = append(parts, b)
	}
	for _, f := range u.floors {
		parts = append(parts, "floor "+f)
	}
	slices.Sort(parts)
	return Unit(strings.Join(parts, ", "))
}

// demote makes a tower the number if there is no other: in "T-302" and "Tower A302" it is the
// flat's. Of several it takes the greatest.
func (u *unitParts) demote() {
	best := -1
	for i, t := range u.towers {
		if t.digits == "" || !t.short && t.letters == "" {
			continue
		}
		if best < 0 || cmp.Or(cmp.Compare(len(t.digits), len(u.towers[best].digits)), cmp.Compare(t.digits, u.towers[best].digits)) > 0 {
			best = i
		}
	}
	if best < 0 {
		return
	}
	n := u.towers[best].unitNumber
	if u.towers[best].short {
		n.letters = "t"
	}
	u.numbers, u.towers = append(u.numbers, n), slices.Delete(u.towers, best, best+1)
}

// named reports whether the parts name a unit. A tower or a floor alone has many.
func (u *unitParts) named() bool {
	if len(u.numbers) > 0 {
		return true
	}
	numbered := len(u.floors) > 0 || slices.ContainsFunc(u.towers, func(t unitTower) bool { return t.digits != "" })
	return numbered && len(u.blocks) > 0
}

// letters lists the letters of all parts.
func (u *unitParts) letters() []string {
	all := slices.Clone(u.blocks)
	for _, n := range u.numbers {
		all = append(all, n.letters)
	}
	for _, t := range u.towers {
		all = append(all, t.letters)
	}
	return slices.DeleteFunc(all, func(s string) bool { return s == "" })
}

// detach makes the only letter a part of its own.
func (u *unitParts) detach(letter string) {
	for i := range u.numbers {
		u.numbers[i].letters = ""
	}
	for _, t := range u.towers {
		if t.letters != "" && t.digits != "" {
			u.numbers = append(u.numbers, unitNumber{digits: t.digits})
		}
	}
	u.towers = slices.DeleteFunc(u.towers, func(t unitTower) bool { return t.letters != "" })
	u.blocks = []string{letter}
}
