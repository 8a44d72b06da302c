// Package redis stores in Redis 7 what replicas share and may lose: LoginAttempts the hashes of one-time
// passwords, Sessions logins, RateLimiter the used part of each limit, Stream the newest events
// for live clients, Cached the queue as it was last read, and Lease the process that does work
// that only one should do.
//
// Every decision is made by one script per call. Redis runs scripts one at a time, so concurrent
// callers cannot both win what only one may have. Nothing is retried, because a call whose answer
// was lost may have had its effect. Every call ends within Patience. A call that Redis does not
// answer returns KindUnavailable, and the first call after Redis is back works again.
//
// Scripts compute the names of some of their keys, so all keys must be on one primary: no
// cluster mode. The package imports domain, ports, internal/cooldown and go-redis.
package redis
