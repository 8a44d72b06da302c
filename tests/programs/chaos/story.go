package main

import (
	"fmt"
	"math/rand/v2"

	"github.com/propflow/propflow/app/journey"
	"github.com/propflow/propflow/ports/portstest/photofixture"
	propflow "github.com/propflow/propflow/sdk/go"
)

// ending is how a case ends.
type ending string

const (
	plainly   ending = "valued"
	signedOff ending = "valued, signed off"
	returned  ending = "valued, returned and signed off"
	answered  ending = "valued after a follow-up"
	rejected  ending = "rejected"
	withdrawn ending = "withdrawn"
	discarded ending = "discarded as a draft"
)

// story is one journey, as the seed draws it.
type story struct {
	number  int
	ending  ending
	edits   bool // the draft is edited
	blurred bool // a photo is doubtful and has to be accepted
	retakes bool // photos after the front are removed and taken again
	races   bool // two valuers claim at once
	renews  bool // the session is renewed on the way
	photos  int
}

// draw draws a story for each journey.
func draw(random *rand.Rand, o options) []story {
	var stories []story
	for i := range o.journeys {
		s := story{number: i, photos: o.photos, ending: plainly}
		switch n := random.IntN(100); {
		case n < 5:
			s.ending = discarded
		case n < 10:
			s.ending = withdrawn
		case n < 16:
			s.ending = rejected
		case n < 28:
			s.ending = answered
		case n < 43:
			s.ending = signedOff
		case n < 50:
			s.ending = returned
		}
		s.edits, s.blurred = random.IntN(3) == 0, random.IntN(3) == 0
		s.retakes = random.IntN(4) == 0
		s.races, s.renews = random.IntN(4) == 0, random.IntN(5) == 0
		stories = append(stories, s)
	}
	return stories
}

// writes estimates how many writes of the story will be acknowledged.
func (s story) writes() int {
	n := 2 + 2*s.photos // consent, draft, photos created and completed
	if s.edits {
		n++
	}
	if s.retakes {
		n += 3 * (s.photos - 1)
	}
	if s.ending == withdrawn || s.ending == discarded {
		return n + 1
	}
	n += 2 // submitted, claimed
	if s.blurred {
		n++
	}
	return n + map[ending]int{plainly: 2, signedOff: 4, returned: 7, answered: 5, rejected: 1}[s.ending]
}

// rooms are what the photos after the front show, in turn.
var rooms = []propflow.Room{propflow.RoomLIVING, propflow.RoomKITCHEN, propflow.RoomBEDROOM, propflow.RoomBATHROOM}

// picture draws the n-th photo of a journey; a later try shows something else.
func (s story) picture(n, try int) journey.Photo {
	o := photofixture.Options{Quality: 70}
	if s.blurred && n == 1 && try == 0 {
		o.Soft = true
	}
	photo := journey.Photo{
		Name: fmt.Sprintf("photo %d", n), Data: photofixture.House(int64(s.number*1000+n*10+try+1), o),
		Type: propflow.PhotoTypeFRONT,
	}
	if n > 0 {
		photo.Type, photo.Room = propflow.PhotoTypeINTERNAL, rooms[(n-1)%len(rooms)]
	}
	return photo
}
