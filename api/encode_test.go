package api

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/propflow/propflow/api/middleware"
	"github.com/propflow/propflow/domain"
)

func TestCursorsComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := domain.Cursor{Key: rapid.String().Draw(t, "key"), ID: rapid.StringN(1, -1, -1).Draw(t, "id")}
		text := nextCursor(want)
		require.NotNil(t, text)
		limit := rapid.IntRange(1, 100).Draw(t, "limit")
		got, err := page(&limit, text)
		require.NoError(t, err)
		assert.Equal(t, domain.Page{Limit: limit, Cursor: want}, got)
	})
	assert.Nil(t, nextCursor(domain.Cursor{}), "the last page has none")
	got, err := page(nil, nil)
	require.NoError(t, err)
	assert.Equal(t, domain.Page{Limit: 20}, got)
}

func TestCursorsOfSomebodysOwnMaking(t *testing.T) {
	t.Parallel()
	encoded := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	for _, text := range []string{"", "!", "e30", encoded("null"), encoded("[]"), encoded(`{"Key":7,"ID":"x"}`), encoded(`{"ID":"x"} x`), "eyJJRCI6IngifQ=="} {
		_, err := page(nil, &text)
		require.True(t, domain.IsKind(err, domain.KindInvalid), text)
	}
}

func TestVersionsAndTags(t *testing.T) {
	t.Parallel()
	tags := document(t).Components.Parameters["IfMatch"].Value.Schema.Value.Pattern
	rapid.Check(t, func(t *rapid.T) {
		version := rapid.Int64Range(0, 999_999_999_999_999_999).Draw(t, "version")
		assert.Equal(t, version, versionOf(etag(version)))
		assert.Regexp(t, tags, etag(version))
		compressed := strings.TrimSuffix(etag(version), `"`) + middleware.TaggedGzip + `"`
		assert.Equal(t, version, versionOf(compressed))
		assert.Regexp(t, tags, compressed)
	})
	assert.Equal(t, `"3"`, etag(3))
	assert.EqualValues(t, -1, versionOf(`"99999999999999999999"`), "no version is so high")
}

func TestWhatIsNotThereIsLeftOut(t *testing.T) {
	t.Parallel()
	assert.Nil(t, optional(""))
	assert.Nil(t, optionalText(domain.State("")))
	assert.Nil(t, moment(time.Time{}))
	assert.Nil(t, optionalMoney(0))
	assert.Equal(t, int64(7), optionalMoney(7).Amount)
	assert.Equal(t, "x", *optionalText(domain.State("x")))
	india := time.FixedZone("IST", 19_800)
	assert.Equal(t, time.Date(2026, 11, 23, 6, 30, 0, 0, time.UTC), *moment(time.Date(2026, 11, 23, 12, 0, 0, 0, india)))
	assert.NotNil(t, each(nil, func(int) int { return 0 }), "an empty list is a list")
}
