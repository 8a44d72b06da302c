// Command collect writes notices/THIRD-PARTY-NOTICES. With -check, it fails instead if the file
// differs from what it would write. It runs in the repository's root. It reads, from the module
// cache, the modules that the binary and the container image link; it needs no network beyond
// that. With -sbom FILE, it writes the same parts as a bill of materials (CycloneDX), with the base
// image.
//
// It fails if a module has no licence, if a licence is not one that this project accepts, if a
// licence that requires more than a notice has no note, and if a component that is listed by
// hand is described for another version than the linked one.
//
// It imports licensecheck, yaml and the standard library.
package main
