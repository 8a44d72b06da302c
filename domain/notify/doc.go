// Package notify contains the use cases of messages to people: the job that sends one, the
// daily digest to supervisors, what providers report about a message, and the list of what was
// sent.
//
// A message's text is made when it is sent and never stored. Delivery is at least once.
//
// The package imports domain and ports.
package notify
