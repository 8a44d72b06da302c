// Package inspect judges single photo files, for people at a command line. Files pass the same
// inspection and the same photo table as uploads, but belong to no case.
//
// As part of app it may import everything but cmd and tests.
package inspect
