// Package upgrade tests the product on what the release before stored (testdata, made by
// tests/programs/snapshot): its rows and files are whole, its answers are repeated, and each of
// its open cases can be brought to a decision.
//
// The product's clock continues where that release ended, so that its cases are as old as they
// were then. The tests need PostgreSQL, Redis and an S3 server.
package upgrade
