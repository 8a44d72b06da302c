// Package bucket derives the options of adapters/s3 from the configuration. It imports
// adapters/s3 and app/config only.
package bucket
