// Package stack runs the whole product as operating-system processes on servers of its own:
// PostgreSQL, Redis and S3, APIs, workers and a scheduler, each of which can be killed and
// started again. It plays Twilio in this process (tests/kit/vendors), so that who logs in can
// read the code that came.
//
// tests/programs/chaos, tests/programs/drills and tests/programs/load stand on it. It may import everything but those.
package stack
