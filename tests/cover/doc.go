// Command cover reads a merged Go coverage profile and fails when a package, or a
// tree of packages, is covered less than it must be. Generated files do not count.
//
// It imports the standard library only.
package main
