// Package redis stores in Redis 7 what replicas share and may lose: OTPs the hashes of
// one-time passwords, Sessions logins, RateLimiter the used part of each limit, Stream the
// newest events for live clients, Cached the queue as it was last read, and Lease which of
// several processes does the work of one.
//
// Every decision is made by one script per call. Redis runs scripts one at a time, so exactly
// one of several concurrent callers wins. Nothing is retried, because a call whose answer was
// lost may have had its effect. Every call ends within Patience. If Redis does not answer it
// returns KindUnavailable, and the first call after Redis is back works again.
//
// Scripts compute the names of some of their keys, so all keys must be on one primary: no
// cluster mode. The package imports domain, ports, internal/cooldown and go-redis.
package redis
