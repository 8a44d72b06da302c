package domain_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/domain"
)

// TestWhatATypeCanHave lists what LAND cannot have; everything else can have everything.
func TestWhatATypeCanHave(t *testing.T) {
	t.Parallel()
	never := []domain.Field{domain.FieldBedrooms, domain.FieldBathrooms, domain.FieldFloor, domain.FieldYearBuilt}
	for _, kind := range append(domain.PropertyTypes, "LATER") {
		for _, field := range domain.Fields {
			want := kind != domain.Land || !slices.Contains(never, field)
			assert.Equal(t, want, kind.CanHave(field), "%s %s", kind, field)
		}
		for _, photo := range domain.PhotoTypes {
			want := kind != domain.Land || photo != domain.PhotoInternal
			assert.Equal(t, want, kind.CanShow(domain.Subject{Type: photo}), "%s %s", kind, photo)
		}
		for _, need := range kind.RequiredPhotos() {
			assert.True(t, kind.CanShow(domain.Subject{Type: need}), "%s needs what it can show: %s", kind, need)
		}
	}
}
