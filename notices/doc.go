// Package notices has the notices of what others wrote and PropFlow distributes: licences,
// copyrights and where the source of each part is. `make notices` writes them.
//
// What Go modules are linked is read from the build. What no Go tool sees, such as C
// libraries inside of WebAssembly and npm packages inside of bundles, is named by hand in the
// .yaml files of this folder, with the version of what contains it: if that changes, notices
// cannot be written until the entry was looked up again.
//
// It imports nothing.
package notices
