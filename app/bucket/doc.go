// Package bucket leads from the configuration to the bucket. It imports adapters/s3 and
// app/config only.
package bucket
