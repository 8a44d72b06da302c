// Command cmd runs the fake vendors of package vendors as a process.
//
//	go run ./tests/kit/vendors/cmd --listen 127.0.0.1:9100
//
// It prints the environment variables with which the product uses it.
package main
