// Command collect writes notices/THIRD-PARTY-NOTICES, or with -check fails if the file is not
// what it would write. It runs in the repository's root and reads the modules that the
// binary and the container image link, from the module cache; it needs no network beyond.
//
// It fails if a module has no licence, if a licence is not one that this project accepts, if
// one that asks for more than a notice has no note, and if a component that is named by hand
// is described for another version than the one that is linked.
//
// It imports licensecheck, yaml and the standard library.
package main
