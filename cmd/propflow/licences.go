package main

import (
	"io"

	"github.com/propflow/propflow/notices"
)

// licencesCommand is `propflow licences`.
type licencesCommand struct{}

// Run prints the notices of third parties.
func (licencesCommand) Run(out io.Writer) error {
	_, err := io.WriteString(out, notices.Text)
	return err
}
