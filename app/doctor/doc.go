// Package doctor is `propflow doctor`: it looks at configuration, clock, database, Redis,
// bucket, jobs, cases and vendors, and says for each fault what to do. Beside a probe object
// in the bucket, which it deletes again, it only reads. It may import domain, ports, the
// adapters and app/config.
package doctor
