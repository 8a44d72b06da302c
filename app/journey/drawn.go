package journey

import (
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
