package photocheck

import (
	"regexp"
	"slices"
	"strings"

	"github.com/propflow/propflow/domain"
)

// screenLabels are the labels that image recognition gives to a picture that is mainly a screen.
// Those of a television in a living room are not among them, and showsScreen uses only the best
// label of a photo.
var screenLabels = []string{
	"screenshot", "computer monitor", "display device", "flat panel display", "output device", "multimedia",
	"software", "web page", "operating system", "computer icon",
}

// statusBar matches the top line of a phone's screen: a clock with a battery's charge or a
// mobile network, in either order.
var statusBar = regexp.MustCompile(`(?i)^\s*(\d{1,2}:\d{2}\b.*(\d{1,3}\s?%|\b(vo)?lte\b|\b[345]g\b)|(.*(\d{1,3}\s?%|\b(vo)?lte\b|\b[345]g\b)).*\b\d{1,2}:\d{2})`)

// galleryCommands are the buttons that gallery and messenger apps show around a photo.
// galleryCommandsMin is the minimum number of different ones, each on its own line, that
// indicates such an app.
var galleryCommands = []string{
	"share", "edit", "delete", "favourite", "favorite", "lens", "details", "more", "forward", "reply", "download",
	"save", "auto", "bin", "google lens",
}

const galleryCommandsMin = 3

// checkScreen flags a photo of a screen. It looks for the moiré of the screen's grid and, if the
// photo was analysed, for a screen as the best label or the text of a phone's interface.
func checkScreen(e Evidence) []domain.Finding {
	if e.Facts.Moire > MoireFlagAbove || e.Analysis.Done && (showsScreen(e.Analysis.Labels) || readsLikeScreen(e.Analysis.Text)) {
		return flag(domain.FindingScreen)
	}
	return nil
}

// showsScreen reports whether a screen is what recognition is most certain of.
func showsScreen(labels []domain.Label) bool {
	return len(labels) > 0 && labels[0].Score >= LabelMinScore && slices.Contains(screenLabels, strings.ToLower(labels[0].Name))
}

// readsLikeScreen reports whether text begins with a phone's status bar or contains the buttons of
// a gallery.
func readsLikeScreen(text string) bool {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if statusBar.MatchString(lines[0]) {
		return true
	}
	seen := map[string]bool{}
	for _, line := range lines {
		if line = strings.ToLower(strings.TrimSpace(line)); slices.Contains(galleryCommands, line) {
			seen[line] = true
		}
	}
	return len(seen) >= galleryCommandsMin
}
