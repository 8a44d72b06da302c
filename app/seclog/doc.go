// Package seclog records failures and denials in the security log while requests go on. It bounds
// what a flood of them can write. It imports domain and ports only.
package seclog
