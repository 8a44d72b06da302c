package portstest

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFieldsThatAReplayWouldLose(t *testing.T) {
	t.Parallel()
	const stored = `{"Name":"Anil","Rooms":[{"Area":18446744073709551615}],"At":"2026-11-23T06:30:00.123456Z"}`
	type room struct{ Area uint64 }
	assert.Empty(t, lostFields[struct {
		Name  string
		Rooms []room
		At    string
		Added int
	}]([]byte(stored)))
	assert.Empty(t, lostFields[struct {
		FullName string `json:"Name"`
		Rooms    []room
		At       string
	}]([]byte(stored)), "renamed in Go, stored under the same name")

	renamed := lostFields[struct {
		FullName string
		Rooms    []struct{ Size uint64 }
		At       string
	}]([]byte(stored))
	if assert.Len(t, renamed, 2) {
		assert.Contains(t, renamed[0], ".Name is lost: both releases")
		assert.Contains(t, renamed[1], ".Rooms[0].Area is lost")
	}
	rounded := lostFields[struct {
		Name  string
		Rooms []struct{ Area float64 }
		At    string
	}]([]byte(stored))
	assert.Len(t, rounded, 1, "digits")
	retyped := lostFields[struct{ Name int }]([]byte(stored))
	if assert.Len(t, retyped, 1) {
		assert.Contains(t, retyped[0], "cannot be decoded")
	}
	assert.Len(t, lostFields[struct {
		Name  string
		Rooms room
	}]([]byte(`{"Name":"x","Rooms":{"Area":1,"Floor":2}}`)), 1)
	assert.Equal(t, []string{"x.a"}, missing("x", document([]byte(`{"a":[{"b":1}]}`)), document([]byte(`{"a":[]}`))))
}
