package journey

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/propflow/propflow/app/demodata/drawnphoto"
	"github.com/propflow/propflow/domain"
	propflow "github.com/propflow/propflow/sdk/go"
)

// DrawnHouse returns photos of an invented house, from its front to its title deed, that pass
// every check. The same seed always gives the same house.
func DrawnHouse(seed int64) []Photo {
	photos := []Photo{DrawnPhoto(seed, propflow.PhotoTypeFRONT, "", drawnphoto.Width), DrawnPhoto(seed, propflow.PhotoTypeSIDE, "", drawnphoto.Width)}
	for _, room := range []propflow.Room{propflow.RoomLIVING, propflow.RoomKITCHEN, propflow.RoomBEDROOM, propflow.RoomBATHROOM} {
		photos = append(photos, DrawnPhoto(seed, propflow.PhotoTypeINTERNAL, room, drawnphoto.Width))
	}
	return append(photos, DrawnPhoto(seed, propflow.PhotoTypeAMENITY, "", drawnphoto.Width), DrawnPhoto(seed, propflow.PhotoTypeDOCUMENT, "", drawnphoto.Width))
}

// DrawnProperty returns the flat that DrawnHouse shows: DefaultProperty with another number, in
// another place of the same locality. Flats of two seeds are two properties, so that their cases
// are not linked.
func DrawnProperty(seed int64) propflow.CreatePropertyRequest {
	const numbers, spread = 99_999, 0.01 // degrees, about a kilometre
	flat := DefaultProperty()
	random := rand.New(rand.NewPCG(uint64(seed), 0)) //nolint:gosec // repeatable, and decides nothing secret
	flat.Address.Line1 = fmt.Sprintf("Flat %d, 4th Cross", 1+uint64(seed)%numbers)
	flat.Location.Lat += (random.Float64() - 0.5) * spread
	flat.Location.Lng += (random.Float64() - 0.5) * spread
	return flat
}

// DrawnPhoto returns one photo of an invented house, width pixels wide. The room must be empty
// unless the type is INTERNAL.
func DrawnPhoto(seed int64, kind propflow.PhotoType, room propflow.Room, width int) Photo {
	subject := domain.Subject{Type: domain.PhotoType(kind), Room: domain.Room(room)}
	phone := drawnphoto.PhoneOf(seed)
	shoot := func(at time.Time, place propflow.Point) []byte {
		return drawnphoto.NewPicture(seed, subject, width, width*drawnphoto.Height/drawnphoto.Width).Taken(drawnphoto.Shot{
			Phone: phone, At: at.In(ist), Position: drawnphoto.Position{Lat: place.Lat, Lng: place.Lng},
		})
	}
	name := strings.ToLower(string(kind))
	if room != "" {
		name = strings.ToLower(string(room))
	}
	return Photo{Name: name, Type: kind, Room: room, Camera: &Camera{Model: phone.Model, Shoot: shoot}}
}
