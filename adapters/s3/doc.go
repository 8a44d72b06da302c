// Package s3 keeps objects in a bucket of Amazon S3 or of any server with its API (MinIO,
// versitygw …): Blobs is the ports.Blobs of production.
//
// Upload links are signed over size, content type and SHA-256, so that the store itself
// refuses any other file. Objects are private; links are the only way to them from outside.
// Every call ends within the time that Options set, retries included. Calls are retried
// because each may safely run twice. In a bucket with versioning, deleted objects stay until
// its lifecycle rules remove them. The identity used needs s3:ListBucket: without it S3
// answers "access denied" for a missing object.
//
// It imports domain, ports and the AWS SDK.
package s3
