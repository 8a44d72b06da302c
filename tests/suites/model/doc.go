// Package model tests the rules of docs/domain.md under random sequences of all that people and
// time can do to several cases at once: owners, valuers, supervisors, an ADMIN, clocks and jobs,
// one after the other and in races.
//
// The sequences run on the use cases and memory adapters. After every commit the world is
// judged by an oracle that states the rules a second time, in simpler words than domain.Gate and
// without calling it: it knows the truth about every photo, address and sale, because it made
// them up.
//
// The usual run is the same every time. SEQUENCES=n runs n sequences of each kind from another seed, as
// make model does. A failure prints its seed and the moves of the shortest sequence found that fails.
package model
