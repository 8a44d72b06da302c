package photocheck_test

import (
	"time"

	"github.com/propflow/propflow/domain"
)

// t0 is when the tests' stories begin: 23 November 2026, 10:00 in India.
var t0 = time.Date(2026, 11, 23, 4, 30, 0, 0, time.UTC)

var (
	home     = domain.Point{Lat: 12.9716, Lng: 77.5946} // Bengaluru
	front    = domain.Subject{Type: domain.PhotoFront}
	side     = domain.Subject{Type: domain.PhotoSide}
	kitchen  = domain.Subject{Type: domain.PhotoInternal, Room: domain.RoomKitchen}
	document = domain.Subject{Type: domain.PhotoDocument}
)
