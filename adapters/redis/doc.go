// Package redis keeps in Redis 7 what replicas share and may lose: OTPs holds hashes of
// one-time passwords, Sessions logins, RateLimiter what requests took of their limits, Stream
// the newest events for live clients, Cached the queue as it was last read, and Lease who of
// many does what one can do.
//
// What decides is one script per call, which Redis runs alone: of many that race, one wins.
// Nothing is tried twice, because a call whose answer was lost may have had its effect.
// Every call ends within Patience; where Redis does not answer it returns KindUnavailable,
// and the first call after Redis is back works again.
//
// Scripts name some of their keys themselves, so one primary must hold all keys: no cluster
// mode. It imports domain, ports, internal/cooldown and go-redis.
package redis
