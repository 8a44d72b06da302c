// Package ports holds the small interfaces through which use cases reach everything
// outside: stores bound to one transaction, jobs, events, blobs, messages, clocks.
//
// Comments name every error returned; adapters translate their drivers' errors to
// domain.Error. A suite in portstest says what each port promises. It imports domain only.
package ports
