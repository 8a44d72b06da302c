package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/kit/plain"
)

// The subjects of photos.
var (
	front   = domain.Subject{Type: domain.PhotoFront}
	side    = domain.Subject{Type: domain.PhotoSide}
	kitchen = domain.Subject{Type: domain.PhotoInternal, Room: domain.RoomKitchen}
)

// shot is a photo to take.
type shot struct {
	domain.Subject
	// silent is set if neither the file nor the device names time, place or device: the checks
	// flag the photo.
	silent bool
}

// silent returns the shots without what file and device report.
func silent(shots ...shot) []shot {
	for i := range shots {
		shots[i].silent = true
	}
	return shots
}

func shots(subjects ...domain.Subject) []shot {
	var all []shot
	for _, s := range subjects {
		all = append(all, shot{Subject: s})
	}
	return all
}

// photograph takes a photo at home and uploads it. It returns the photo's id.
func (c *property) photograph(ctx context.Context, s shot) string {
	w := c.owner.world
	w.drawn++
	taken := plain.Shot{Subject: s.Subject, Seed: w.drawn, At: time.Now()}
	if !s.silent {
		taken.Place = &home
	}
	challenge := c.owner.send(ctx, http.MethodPost, c.path("/photo-challenges"), taken.Challenge())
	file, announced := taken.Take(challenge.Text("id"))
	created := c.owner.post(ctx, "createPhoto", c.path("/photos"), announced)
	if w.err == nil {
		w.err = created.Upload(ctx, file)
	}
	id := created.Text("photo", "id")
	c.owner.send(ctx, http.MethodPost, c.path("/photos/"+id+"/completion"), nil)
	c.photos = append(c.photos, id)
	return id
}

// awaitVerdict waits until the photo is judged, and requires the verdict that its shot asks for.
func (c *property) awaitVerdict(ctx context.Context, id string, s shot) {
	want := domain.PhotoPassed
	if s.silent {
		want = domain.PhotoFlagged
	}
	var photo object
	c.owner.world.await(ctx, func() bool {
		photo = c.owner.send(ctx, http.MethodGet, c.path("/photos/"+id), nil)
		return photo.Text("status") != string(domain.PhotoProcessing)
	})
	if w := c.owner.world; w.err == nil && photo.Text("status") != string(want) {
		w.err = fmt.Errorf("photo of %s is %s: %v", c.name, photo.Text("status"), photo["findings"])
	}
}
