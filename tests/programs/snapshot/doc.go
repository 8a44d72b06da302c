// Command snapshot runs a release of the product, takes cases through it, among them all that a
// later release would refuse, and keeps what it stored for tests/suites/upgrade:
//
//	go run ./tests/programs/snapshot --commit 8924d17 --release 0.2.0
//
// It builds the release from that commit in a worktree of its own, and starts it on servers of
// its own. People are invented, and photos are drawn. Requests are plain JSON rather than calls of
// the SDK, which speaks the language of the present release.
//
// With --beside it keeps nothing. It upgrades the running release to the sources here, takes cases
// through both at once and then through the earlier one alone, and checks what they stored.
//
// It may import everything.
package main
