package photocheck

import (
	"strings"

	"github.com/propflow/propflow/domain"
)

// checkDevice flags a photo if neither the file nor the device names the device that took it, or
// if they name different models.
func checkDevice(e Evidence) []domain.Finding {
	if !e.Photo.Subject.Type.Traits().DeviceNamed {
		return nil
	}
	file, device := e.Facts.EXIF, e.Photo.Device.Model
	switch {
	case !file.HasCamera() && device == "":
		return flag(domain.FindingNoDevice)
	case file.Model != "" && device != "" && !sameModel(file.Model, device):
		return flag(domain.FindingModelDisagrees)
	}
	return nil
}

// sameModel reports whether two names mean the same model. It ignores case, spaces and
// punctuation, and one name may contain the other ("Pixel 8" and "Google Pixel 8").
func sameModel(a, b string) bool {
	a, b = lettersAndDigits(a), lettersAndDigits(b)
	return strings.Contains(a, b) || strings.Contains(b, a)
}

func lettersAndDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(s))
}
