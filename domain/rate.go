package domain

import "time"

// Rate is how often something may happen: at most Most times in any Window.
type Rate struct {
	Most   int
	Window time.Duration
}
