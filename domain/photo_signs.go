package domain

import (
	"slices"
	"strings"
)

// screenSizes are the pixel dimensions (shorter × longer) of widespread phone and desktop
// screens, as their makers publish them.
var screenSizes = [][2]int{
	{640, 1136}, {750, 1334}, {828, 1792}, {1080, 1920}, {1080, 2160}, {1080, 2220}, {1080, 2280},
	{1080, 2340}, {1080, 2400}, {1080, 2408}, {1080, 2412}, {1125, 2436}, {1170, 2532}, {1179, 2556},
	{1206, 2622}, {1242, 2208}, {1242, 2688}, {1284, 2778}, {1290, 2796}, {1320, 2868}, {1440, 2560},
	{1440, 2960}, {1440, 3040}, {1440, 3088}, {1440, 3120}, {1440, 3200}, {720, 1280}, {720, 1520},
	{720, 1600}, {720, 1612}, {768, 1366}, {800, 1280}, {900, 1440}, {1050, 1680}, {1200, 1920},
	{1600, 2560}, {1640, 2360}, {1668, 2388}, {2048, 2732},
}

// screenshotTools are what screenshot programs write into a file's software tag.
var screenshotTools = []string{"screenshot", "screen capture", "snipping", "gnome-screenshot", "snagit", "greenshot"}

// checkScreenshot looks for a picture of a screen's memory rather than of the world: a
// software tag that says so, or a PNG or a screen-sized file that names no camera.
func checkScreenshot(e PhotoEvidence) []Finding {
	software := strings.ToLower(e.Facts.EXIF.Software + "\n" + e.Facts.EXIF.CreatorTool)
	if slices.ContainsFunc(screenshotTools, func(tool string) bool { return strings.Contains(software, tool) }) {
		return fail(FindingScreenshot)
	}
	if e.Facts.EXIF.HasCamera() {
		return nil
	}
	size := [2]int{min(e.Facts.Width, e.Facts.Height), max(e.Facts.Width, e.Facts.Height)}
	if e.Facts.Format == FormatPNG || slices.Contains(screenSizes, size) {
		return fail(FindingScreenshot)
	}
	return nil
}

// sameModel compares what the file and the device call the device. Names are compared
// without case, spaces and punctuation, and one may contain the other ("Pixel 8" and
// "Google Pixel 8").
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

// telltale labels speak for one kind of subject and against the others.
var telltale = map[string]Subject{
	"kitchen": {PhotoInternal, RoomKitchen}, "countertop": {PhotoInternal, RoomKitchen},
	"bathroom": {PhotoInternal, RoomBathroom}, "toilet": {PhotoInternal, RoomBathroom},
	"bathtub": {PhotoInternal, RoomBathroom}, "bedroom": {PhotoInternal, RoomBedroom},
	"living room": {PhotoInternal, RoomLiving}, "facade": {PhotoFront, NoRoom},
	"document": {PhotoDocument, NoRoom}, "text": {PhotoDocument, NoRoom},
}

// LabelMinScore is the least score at which a label is evidence of anything.
const LabelMinScore = 0.8

// contradicts reports whether the most certain telltale label speaks for something else
// than the claimed subject. An amenity or a room called OTHER may show anything.
func contradicts(labels []Label, claimed Subject) bool {
	if claimed.Type.Traits().ShowsAnything || claimed.Room == RoomOther {
		return false
	}
	for _, l := range labels {
		shown, known := telltale[strings.ToLower(l.Name)]
		if !known || l.Score < LabelMinScore {
			continue
		}
		if claimed.Type == PhotoSide && shown.Type == PhotoFront {
			return false
		}
		return shown != claimed
	}
	return false
}
