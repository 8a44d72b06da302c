// Package inspect judges photo files by themselves, for people at a command line: the same
// inspection and the same photo table as an upload goes through, without a case around it.
//
// As part of app it may import everything but cmd and tests.
package inspect
