// Package doctor is `propflow doctor`. It checks configuration, clock, database, Redis, bucket,
// jobs, cases and vendors, and reports for each fault what to do. It only reads, except for a
// probe object in the bucket, which it deletes again. It may import domain, ports, the adapters
// and app/config.
package doctor
