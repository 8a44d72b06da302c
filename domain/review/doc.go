// Package review is how valuers work: the queue and its claims, follow-ups, rejection,
// sign-off, and the clock that watches over them.
//
// Every use case is a struct of the ports that it needs, with one method Execute. It
// imports domain and ports only.
package review
