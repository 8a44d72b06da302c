// Package identity contains the use cases of users: login by one-time password and second
// factor, sessions, profiles, the lender's staff and the settings that an ADMIN maintains.
//
// A customer logs in with the code sent to their phone. Staff need a second factor too: their
// code is exchanged for a short-lived token that is good for nothing but that factor. Codes and
// refresh tokens are stored as hashes, never logged, and good for one use.
//
// The package imports domain and ports.
package identity
