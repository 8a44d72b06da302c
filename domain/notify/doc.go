// Package notify holds the use cases of messages to people: the job that sends one, the
// daily digest to supervisors, what providers report of a message, and the list of what was
// sent.
//
// A message's text is made when it is sent and kept nowhere. Delivery is at least once.
//
// It imports domain and ports.
package notify
