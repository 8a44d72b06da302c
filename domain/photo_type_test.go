package domain_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/domain"
)

func TestEveryPhotoTypeHasItsTraits(t *testing.T) {
	t.Parallel()
	assert.ElementsMatch(t, constants(t, "PhotoType", "photo_type.go"), asStrings(domain.PhotoTypes))
	want := map[domain.PhotoType]domain.PhotoTraits{
		domain.PhotoFront:    {Placed: true, Exposed: true, DeviceNamed: true, InReport: true},
		domain.PhotoSide:     {Placed: true, Exposed: true, DeviceNamed: true, InReport: true},
		domain.PhotoInternal: {Placed: true, Exposed: true, DeviceNamed: true, InReport: true, InRoom: true},
		domain.PhotoAmenity:  {Placed: true, Exposed: true, DeviceNamed: true, InReport: true, ShowsAnything: true},
		domain.PhotoDocument: {},
	}
	assert.Len(t, want, len(domain.PhotoTypes))
	for kind, traits := range want {
		assert.Equal(t, traits, kind.Traits(), kind)
	}
	unknown := domain.PhotoType("ROOF").Traits()
	assert.Equal(t, domain.PhotoTraits{Placed: true, Exposed: true, DeviceNamed: true}, unknown, "every check, and not shown")
}
