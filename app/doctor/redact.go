package doctor

import (
	"errors"
	"net/url"
)

// withoutURL is the error of a request without its address, which may hold an account.
func withoutURL(err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}
