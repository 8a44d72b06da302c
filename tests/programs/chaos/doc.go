// Command chaos runs the product as operating-system processes on servers of its own. Many
// people do the main job at once while every process and server is killed or cut off. At the
// end, what the product returns is compared with every write that it acknowledged.
//
//	go run ./tests/programs/chaos --journeys 200 --seed 1
//
// The seed decides what breaks and when: an outage begins once the journeys have done a certain
// share of their work, so that on a machine of any speed all of them come under load. Twilio is
// a fake in the stack, because only the vendor knows which of its replies were lost.
//
// It may import everything.
package main
