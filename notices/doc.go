// Package notices embeds the notices of third-party code that PropFlow distributes: licences,
// copyrights and the address of each part's source. `make notices` writes them.
//
// The linked Go modules are read from the build. Parts that no Go tool can see, such as C
// libraries inside WebAssembly and npm packages inside bundles, are listed by hand in the .yaml
// files of this folder, with the version of the module or package that contains them. If that
// version changes, `make notices` fails until the entry has been checked again.
//
// It imports nothing.
package notices
