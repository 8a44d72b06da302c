package domain

import "slices"

// read adds the parts of a segment of the lines.
func (u *unitParts) read(segment []unitToken) {
	tokens := joinInitials(withoutUnitWords(segment))
	tokens = u.readTowers(tokens)
	tokens = u.readFloors(tokens)
	u.readNumbers(tokens)
}

// withoutUnitWords removes Flat, No. and the like, "H.No." and "2 BHK", and the endings of ordinal
// numbers.
func withoutUnitWords(segment []unitToken) []unitToken {
	var kept []unitToken
	last := func() *unitToken {
		if len(kept) == 0 {
			return nil
		}
		return &kept[len(kept)-1]
	}
	apart := false // a word was removed
	for _, t := range segment {
		before := last()
		switch {
		case numberWords[t.text]:
			if before != nil && !apart && numberLetters[before.text] && len(kept) < 2 {
				kept = kept[:len(kept)-1]
			}
			apart = true
			continue
		case unitWords[t.text]:
			apart = true
			continue
		case before != nil && before.digits && !apart && t.text == "bhk":
			kept, apart = kept[:len(kept)-1], true
			continue
		case before != nil && before.digits && t.glued && ordinalEndings[t.text]:
			apart = true
			continue
		}
		if apart {
			t.glued, t.joined = false, false
		}
		kept, apart = append(kept, t), false
	}
	return kept
}

// joinInitials makes initials such as "M.G." one word, which is a name and no block. Those of a
// floor such as "G.F." or "G/F" are kept, and "S/o", "C/o" and the like are removed.
func joinInitials(tokens []unitToken) []unitToken {
	var out []unitToken
	for i := 0; i < len(tokens); {
		if i+1 < len(tokens) && tokens[i+1].joined && !tokens[i].joined && tokens[i+1].text == "o" && kinLetters[tokens[i].text] {
			i += 2
			continue
		}
		end := i
		for end < len(tokens) && isASCIILetter(tokens[end].text) && (end == i || !tokens[end].joined) {
			end++
		}
		called := i > 0 && towerWords[tokens[i-1].text]
		if floor := initialsOfFloor(tokens[i:]); floor != "" && end-i <= 2 && !called {
			out = append(out, unitToken{text: floor})
			i += 2
			continue
		}
		if end-i < 2 || called {
			out = append(out, tokens[i])
			i++
			continue
		}
		i = end // part of a name
	}
	return out
}

// initialsOfFloor returns the word of a whole floor if the tokens begin with its two initials.
func initialsOfFloor(tokens []unitToken) string {
	if len(tokens) < 2 || !isASCIILetter(tokens[0].text) || tokens[0].joined || !isASCIILetter(tokens[1].text) {
		return ""
	}
	if len(tokens) > 2 && tokens[2].joined { // flat F-12 in "G/F-12"
		return ""
	}
	if word := tokens[0].text + tokens[1].text; wholeFloors[word] != "" {
		return word
	}
	return ""
}

func isASCIILetter(s string) bool { return len(s) == 1 && s[0] >= 'a' && s[0] <= 'z' }

// readTowers takes the towers out of the tokens.
func (u *unitParts) readTowers(tokens []unitToken) []unitToken {
	for i := 0; i < len(tokens); i++ {
		word := tokens[i].text
		abbreviated := towerLetters[word] && i+1 < len(tokens) &&
			(tokens[i+1].digits || tokens[i+1].joined && !tokens[i+1].glued && unitLetter(tokens[i+1].text))
		if !towerWords[word] && !abbreviated {
			continue
		}
		from, to := towerCall(tokens, i, abbreviated)
		if from == to && !abbreviated && namedTowers[word] {
			from, to = towerName(tokens, i)
		}
		t := unitTower{short: abbreviated}
		for j := from; j < to; j++ {
			part := tokens[j]
			switch {
			case j == i:
			case part.digits:
				t.digits = part.text
			case phaseWords[word] && ordinals[part.text] != "":
				t.digits = ordinals[part.text]
			case part.short():
				t.letters = part.text
			case romans[part.text] != "":
				t.digits = romans[part.text]
			default:
				u.towers = append(u.towers, unitTower{name: part.text})
			}
		}
		if t.digits+t.letters != "" {
			u.towers = append(u.towers, t)
		}
		if from == to {
			from, to = i, i
		}
		from, to = min(from, i), max(to, i+1)
		tokens = apart(slices.Delete(slices.Clone(tokens), from, to), from)
		i = from - 1
	}
	return tokens
}

// apart returns the tokens of which the one at i is no longer joined to the one before.
func apart(tokens []unitToken, i int) []unitToken {
	if i < len(tokens) {
		tokens[i].glued, tokens[i].joined = false, false
	}
	return tokens
}

// towerCall returns the range of the tokens by which the tower at i is called, as in "Tower 2",
// "Tower A1", "A Wing"; an empty one if there is no number or letter.
func towerCall(tokens []unitToken, i int, abbreviated bool) (from, to int) {
	next := i + 1
	follows := next < len(tokens) && (tokens[next].short() || romans[tokens[next].text] != "")
	if !abbreviated && i > 0 && unitLetter(tokens[i-1].text) && !tokens[i-1].joined {
		numberedBefore := i > 1 && tokens[i-2].digits
		letterFollows := follows && !tokens[next].digits
		if !follows || !numberedBefore && !letterFollows {
			return i - 1, i
		}
	}
	if follows {
		to = next + 1
		if to < len(tokens) && tokens[to].glued && tokens[to].short() && tokens[to].digits != tokens[next].digits {
			to++
		}
		return next, to
	}
	if i > 0 && !abbreviated && (tokens[i-1].short() || romans[tokens[i-1].text] != "") {
		return i - 1, i
	}
	return i, i
}

// towerName returns the range of the names beside the tower at i, as in "Jasmine Tower".
func towerName(tokens []unitToken, i int) (from, to int) {
	named := func(j int) bool {
		return j >= 0 && j < len(tokens) && !tokens[j].short() && !towerWords[tokens[j].text] && !floorWords[tokens[j].text] && !plainWords[tokens[j].text]
	}
	from, to = i, i
	if named(i - 1) {
		from = i - 1
	}
	if named(i + 1) {
		to = i + 2
	}
	return from, to
}

// readFloors takes the floors out of the tokens.
func (u *unitParts) readFloors(tokens []unitToken) []unitToken {
	var kept []unitToken
	for i := 0; i < len(tokens); i++ {
		word := tokens[i].text
		floor, whole := wholeFloors[word]
		if !floorWords[word] && !whole {
			kept = append(kept, tokens[i])
			continue
		}
		switch {
		case whole:
		case len(kept) > 0 && (kept[len(kept)-1].digits || ordinals[kept[len(kept)-1].text] != ""):
			before := kept[len(kept)-1]
			kept, floor = kept[:len(kept)-1], before.text
			if !before.digits {
				floor = ordinals[before.text]
			}
			if n := len(kept); n > 0 && floor == "0" && sidesOfGround[kept[n-1].text] != "" {
				kept, floor = kept[:n-1], sidesOfGround[kept[n-1].text]
			}
		case i+1 < len(tokens) && tokens[i+1].digits:
			i++
			floor = tokens[i].text
		}
		if floor != "" {
			u.floors = append(u.floors, floor)
		}
		if i+1 < len(tokens) {
			tokens = apart(slices.Clone(tokens), i+1)
		}
	}
	return kept
}

// readNumbers adds the numbers with their letters, and the letters of no number.
func (u *unitParts) readNumbers(tokens []unitToken) {
	block := func(i int, besideNumber bool) bool {
		t := tokens[i].text
		return !tokens[i].digits && (unitLetter(t) || knownBlocks[t] || besideNumber && len(t) <= 3 && isLatin(t) && !plainWords[t])
	}
	taken := make(map[int]bool)
	for i, t := range tokens {
		if !t.digits {
			continue
		}
		n := unitNumber{digits: t.text}
		after, before := i+1, i-1
		switch {
		case after < len(tokens) && block(after, tokens[after].joined):
			n.letters, taken[after] = tokens[after].text, true
		case before >= 0 && !taken[before] && block(before, t.joined):
			n.letters, taken[before] = tokens[before].text, true
		}
		u.numbers = append(u.numbers, n)
	}
	for i := range tokens {
		if !taken[i] && block(i, false) {
			u.blocks = append(u.blocks, tokens[i].text)
		}
	}
}
