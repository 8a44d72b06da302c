// Command chaos runs the product as operating-system processes on servers of its own, has
// many people do the main job at once, kills and cuts off everything that can be while they
// do, and then holds what the product says against every write that it acknowledged.
//
//	go run ./tests/programs/chaos --journeys 200 --seed 1
//
// What is broken when follows from the seed: an outage comes once the journeys have done a
// certain share of their work. The stack plays Twilio, because only the vendor knows which of
// its replies were lost.
//
// It may import everything.
package main
