package postal

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNoSpellingNamesTwoStates(t *testing.T) {
	t.Parallel()
	owner := map[string]State{}
	for _, s := range states {
		for _, spelling := range append(s.spellings, string(s.code), s.english, s.hindi) {
			key := strings.Join(wordsOf(spelling), "")
			assert.NotEmpty(t, key)
			if other, taken := owner[key]; taken {
				assert.Equal(t, other, s.code, spelling)
			}
			owner[key] = s.code
			got, ok := ParseState(spelling)
			assert.True(t, ok, spelling)
			assert.Equal(t, s.code, got, spelling)
		}
	}
}
