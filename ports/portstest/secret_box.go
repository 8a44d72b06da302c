package portstest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// boxKeys are three keys of 32 bytes.
var boxKeys = []string{strings.Repeat("a", 32), strings.Repeat("b", 32), strings.Repeat("c", 32)}

// SecretBox checks a ports.SecretBox. open returns a box with the keys.
func SecretBox(t *testing.T, open func(t *testing.T, keys ...string) ports.SecretBox) {
	for name, check := range map[string]func(t *testing.T, open func(keys ...string) ports.SecretBox){
		"opens what it sealed":           opensWhatItSealed,
		"reveals nothing":                sealsUnreadably,
		"binds a secret to its owner":    bindsToOwner,
		"notices every change":           noticesChanges,
		"opens with every key":           opensWithEveryKey,
		"passes on what nobody sealed":   passesOnTheUnsealed,
		"names the key that it lacks":    lacksAKey,
		"seals an empty secret as well":  sealsEmpty,
		"seals at once in many requests": sealsConcurrently,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, func(keys ...string) ports.SecretBox { return open(t, keys...) })
		})
	}
}

const boxed = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

func sealed(t *testing.T, box ports.SecretBox, secret, owner string) string {
	t.Helper()
	text, err := box.Seal(secret, owner)
	require.NoError(t, err)
	return text
}

func opensWhatItSealed(t *testing.T, open func(keys ...string) ports.SecretBox) {
	text := sealed(t, open(boxKeys[0]), boxed, "user 1")
	secret, err := open(boxKeys[0]).Open(text, "user 1") // in another process
	require.NoError(t, err)
	assert.Equal(t, boxed, secret)
}

func sealsUnreadably(t *testing.T, open func(keys ...string) ports.SecretBox) {
	box, seen := open(boxKeys[0]), make(map[string]bool)
	for range 100 {
		text := sealed(t, box, boxed, "user 1")
		require.False(t, seen[text], "two texts of one secret are alike")
		seen[text] = true
		require.NotContains(t, text, boxed)
		require.NotContains(t, text, boxKeys[0])
		require.NotContains(t, text, "user 1")
	}
}

func bindsToOwner(t *testing.T, open func(keys ...string) ports.SecretBox) {
	box := open(boxKeys[0])
	text := sealed(t, box, boxed, "user 1")
	for _, other := range []string{"user 2", "", "user 1 "} {
		secret, err := box.Open(text, other)
		require.Error(t, err, "for %q", other)
		assert.Empty(t, secret)
	}
}

func noticesChanges(t *testing.T, open func(keys ...string) ports.SecretBox) {
	box := open(boxKeys[0])
	text := sealed(t, box, boxed, "user 1")
	start := strings.LastIndexByte(text, '.') + 1
	for i := start; i < len(text); i++ {
		letter := byte('A')
		if text[i] == letter {
			letter = 'B'
		}
		secret, err := box.Open(text[:i]+string(letter)+text[i+1:], "user 1")
		require.Error(t, err, "letter %d", i)
		require.Empty(t, secret)
	}
	for _, cut := range []string{text[:start], text[:start+4], text[:len(text)-1], text + "A"} {
		_, err := box.Open(cut, "user 1")
		require.Error(t, err, "%d of %d letters", len(cut), len(text))
	}
}

func opensWithEveryKey(t *testing.T, open func(keys ...string) ports.SecretBox) {
	old, rotated := open(boxKeys[0]), open(boxKeys[1], boxKeys[0])
	text := sealed(t, old, boxed, "user 1")
	assert.True(t, old.Current(text))
	assert.False(t, rotated.Current(text))
	secret, err := rotated.Open(text, "user 1")
	require.NoError(t, err)
	assert.Equal(t, boxed, secret)
	again := sealed(t, rotated, secret, "user 1")
	assert.True(t, rotated.Current(again))
	secret, err = open(boxKeys[1]).Open(again, "user 1")
	require.NoError(t, err, "the first key seals")
	assert.Equal(t, boxed, secret)
}

func passesOnTheUnsealed(t *testing.T, open func(keys ...string) ports.SecretBox) {
	box := open(boxKeys[0])
	for _, text := range []string{boxed, "", "not base 32!"} {
		secret, err := box.Open(text, "user 1")
		require.NoError(t, err)
		assert.Equal(t, text, secret)
		assert.False(t, box.Current(text))
	}
}

func lacksAKey(t *testing.T, open func(keys ...string) ports.SecretBox) {
	text := sealed(t, open(boxKeys[0]), boxed, "user 1")
	secret, err := open(boxKeys[1], boxKeys[2]).Open(text, "user 1")
	assert.True(t, domain.IsKind(err, domain.KindUnavailable), "%v", err)
	assert.Equal(t, "secret_key_unavailable", domain.CodeOf(err))
	assert.Empty(t, secret)
}

func sealsEmpty(t *testing.T, open func(keys ...string) ports.SecretBox) {
	box := open(boxKeys[0])
	text := sealed(t, box, "", "user 1")
	require.NotEmpty(t, text)
	secret, err := box.Open(text, "user 1")
	require.NoError(t, err)
	assert.Empty(t, secret)
}

func sealsConcurrently(t *testing.T, open func(keys ...string) ports.SecretBox) {
	box := open(boxKeys[0])
	for _, err := range race(racers, func(int) error {
		text, err := box.Seal(boxed, "user 1")
		if err == nil {
			_, err = box.Open(text, "user 1")
		}
		return err
	}) {
		require.NoError(t, err)
	}
}
