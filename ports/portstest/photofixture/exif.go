package photofixture

import (
	"time"

	"github.com/propflow/propflow/app/demodata/drawnphoto"
)

// EXIF is the metadata of a fixture.
type EXIF = drawnphoto.EXIF

// Position is a place in EXIF.
type Position = drawnphoto.Position

// Phone returns the metadata of an ordinary phone photo with zone, position and fix time.
func Phone(takenAt time.Time, lat, lng float64) *EXIF {
	return &EXIF{
		Make: "Fixture", Model: "Phone 1", TakenAt: takenAt, Zoned: true,
		Position: &Position{Lat: lat, Lng: lng}, FixAt: takenAt,
	}
}
