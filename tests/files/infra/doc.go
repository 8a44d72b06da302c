// Package infra holds infrastructure/ against the product: tasks are given what the processes
// read, the bucket lets in what the API signs, and the checks of `make verify-infra` see faults
// that are planted in a copy. It imports app/config and adapters/s3; what needs
// Terraform is skipped where it is out of reach, or fails with REQUIRE_INFRA set.
package infra
