// Package cooldown leaves a server alone for a while after it failed to answer, so that an
// outage of something that is not needed costs each caller nothing instead of a time limit:
//
//	err := guard.Ask(ctx, func(ctx context.Context) error { return cache.Get(ctx, key) })
//	if err != nil { … } // go on without the cache
//
// It is for what a caller can do without. A call that must succeed in the end needs retries
// instead.
//
// It imports failsafe-go and the standard library only.
package cooldown
