//go:build turbo && cgo

package main

import (
	"fmt"
	"time"

	"github.com/propflow/propflow/adapters/imaging/turbo"
)

// alone does the step of an inspection that word names, by itself. The only one is decode, here
// with libjpeg-turbo, which leaves out the conversion to RGB.
func alone(word string, file []byte) error {
	if word != "decode" {
		return fmt.Errorf("unknown word %q", word)
	}
	d, err := turbo.Open(file)
	if err != nil {
		return err
	}
	defer d.Close()
	if err = d.Start(turbo.Limits{Bytes: 1 << 30, Scans: 100, Time: time.Minute}); err != nil {
		return err
	}
	y, cb, cr := strip(d.Luma), strip(d.Chroma), strip(d.Chroma)
	for top := 0; top < d.Luma.Size.Y; top += d.Luma.Rows {
		if err = d.Strip(y, cb, cr); err != nil {
			return err
		}
	}
	return nil
}

func strip(p turbo.Plane) []byte { return make([]byte, p.Stride*p.Rows) }
