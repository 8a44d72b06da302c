package live

import "context"

// Begin makes a relay that is about to run go on from where things are now.
func (r *Relay) Begin(ctx context.Context) error { return r.begin(ctx) }
