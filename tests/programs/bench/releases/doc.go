// Package releases compares what the steps of a case cost with what they cost in an earlier release.
package releases
