package vendors

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/propflow/propflow/domain"
)

// Contents returns the Content SID of every template, as they are configured for WhatsApp. The
// texts of the contents are those of package domain, because the product finds a message that
// it sent before by its text.
func Contents() map[string]string {
	sids := make(map[string]string)
	for template := range formats() {
		sids[template] = contentSID(template)
	}
	return sids
}

// contentsVariable returns Contents in the format of the environment variable.
func contentsVariable() string {
	contents := Contents()
	pairs := make([]string, 0, len(contents))
	for _, template := range slices.Sorted(maps.Keys(contents)) {
		pairs = append(pairs, template+":"+contents[template])
	}
	return strings.Join(pairs, ",")
}

func contentSID(template string) string {
	sum := sha256.Sum256([]byte(template))
	return "HX" + hex.EncodeToString(sum[:16])
}

// formats returns the text of every template with {{1}}, {{2}}, … in place of the variables. It
// composes each with package domain and variables that are easy to recognise in the text.
func formats() map[string]string {
	due := time.Date(2001, time.February, 3, 4, 5, 0, 0, time.UTC)
	property := domain.Property{Reference: "{{1}}", FollowUps: []domain.FollowUp{{DueAt: due}}}
	all := make(map[string]string)
	for _, topic := range domain.Topics {
		for _, language := range []domain.Language{domain.English, domain.Hindi} {
			m := domain.Notification{Topic: topic}.Compose(domain.User{Language: language}, property)
			text := m.Text
			for i, param := range m.Params {
				text = strings.ReplaceAll(text, param, "{{"+strconv.Itoa(i+1)+"}}")
			}
			all[m.Template] = text
		}
	}
	return all
}

// written returns the template of a content and its text with the variables filled in. known
// reports whether a content has the SID.
func written(sid string, variables map[string]string) (template, text string, known bool) {
	for template, text := range formats() {
		if contentSID(template) == sid {
			for name, value := range variables {
				text = strings.ReplaceAll(text, "{{"+name+"}}", value)
			}
			return template, text, true
		}
	}
	return "", "", false
}

// inOrder returns the values of the variables "1", "2", … in this order.
func inOrder(variables map[string]string) []string {
	values := make([]string, len(variables))
	for i := range values {
		values[i] = variables[strconv.Itoa(i+1)]
	}
	return values
}
