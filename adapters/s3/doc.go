// Package s3 keeps objects in a bucket of Amazon S3 or of any server with its API (MinIO,
// versitygw …): Blobs is the ports.Blobs of production.
//
// Upload links are signed over size, content type and SHA-256, so that the store itself
// refuses any other file. Objects are private; links are the only way to them from outside.
// Every call ends in a time that Options sets, retries included: all of them may safely run
// twice. In a bucket with versioning, deleted objects stay until its lifecycle rules end
// them. The identity used needs s3:ListBucket: without it S3 answers "access denied" where
// an object is missing.
//
// It imports domain, ports and the AWS SDK.
package s3
