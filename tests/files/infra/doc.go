// Package infra compares infrastructure/ with the product: tasks get the variables that the
// processes read, the bucket accepts what the API signs, and the checks of `make verify-infra`
// detect faults that are planted in a copy.
//
// It imports app/config and adapters/s3. Tests that need Terraform are
// skipped if it is not available, or fail if REQUIRE_INFRA is set.
package infra
