// Command load runs the product as operating-system processes on servers of its own, has
// people arrive at a rate and do the main job, and compares what they saw with the service
// levels.
//
//	go -C tests/programs/load run . --submissions 5000 --hold 2m
//	go -C tests/programs/load run . --ramp
//
// The load is open: people arrive when they are due, whatever became of those before them
// (docs/decisions/0018-load.md). In addition to the levels it prints what each process used and
// each store kept per submission, from which the capacity plan is made.
//
// It may import everything.
package main
