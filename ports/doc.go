// Package ports defines the small interfaces through which use cases reach everything
// outside: stores bound to one transaction, jobs, events, blobs, messages, clocks.
//
// Comments name every error returned; adapters translate their drivers' errors to
// domain.Error. For each port a suite in portstest checks what the comments promise. The
// package imports domain only.
package ports
