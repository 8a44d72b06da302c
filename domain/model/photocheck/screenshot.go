package photocheck

import (
	"slices"
	"strings"

	"github.com/propflow/propflow/domain"
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

// checkScreenshot fails a screenshot: a file whose software tag names a screenshot program, or a
// PNG or a file of a screen's size that names no camera.
func checkScreenshot(e Evidence) []domain.Finding {
	software := strings.ToLower(e.Facts.EXIF.Software + "\n" + e.Facts.EXIF.CreatorTool)
	if slices.ContainsFunc(screenshotTools, func(tool string) bool { return strings.Contains(software, tool) }) {
		return fail(domain.FindingScreenshot)
	}
	if e.Facts.EXIF.HasCamera() {
		return nil
	}
	size := [2]int{min(e.Facts.Width, e.Facts.Height), max(e.Facts.Width, e.Facts.Height)}
	if e.Facts.Format == domain.FormatPNG || slices.Contains(screenSizes, size) {
		return fail(domain.FindingScreenshot)
	}
	return nil
}
