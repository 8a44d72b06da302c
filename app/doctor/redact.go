package doctor

import (
	"errors"
	"net/url"
)

// withoutURL removes the address from the error of a request, because it may contain an account.
func withoutURL(err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}
