package domain_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/domain"
)

func TestWordsInALanguage(t *testing.T) {
	t.Parallel()
	both := domain.Words{English: "is required", Hindi: "ज़रूरी है"}
	assert.Equal(t, "is required", both.In(domain.English))
	assert.Equal(t, "ज़रूरी है", both.In(domain.Hindi))
	assert.Equal(t, "is required", both.In("ta"), "an unknown language")
	assert.Equal(t, "is required", both.In(""), "no language")
	assert.Equal(t, "is required", domain.Words{English: "is required"}.In(domain.Hindi), "no translation")
}
