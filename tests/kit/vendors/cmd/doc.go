// Command cmd plays the vendors as a process: see package vendors for what it answers.
//
//	go run ./tests/kit/vendors/cmd --listen 127.0.0.1:9100
//
// It prints the variables that lead the product to it.
package main
