//go:build !turbo || !cgo

package main

import (
	"bytes"
	"fmt"
	"image/jpeg"
)

// alone does one step of an inspection by itself: decode, with the standard library.
func alone(word string, file []byte) error {
	if word != "decode" {
		return fmt.Errorf("unknown word %q", word)
	}
	_, err := jpeg.Decode(bytes.NewReader(file))
	return err
}
