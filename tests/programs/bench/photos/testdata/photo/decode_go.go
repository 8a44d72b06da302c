//go:build !turbo || !cgo

package main

import (
	"bytes"
	"fmt"
	"image/jpeg"
)

// alone does the step of an inspection that word names, by itself. The only one is decode, here
// with the standard library.
func alone(word string, file []byte) error {
	if word != "decode" {
		return fmt.Errorf("unknown word %q", word)
	}
	_, err := jpeg.Decode(bytes.NewReader(file))
	return err
}
