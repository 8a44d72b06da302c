// Package identity holds the use cases of who somebody is: login by one-time password and
// second factor, sessions, profiles, the lender's staff and the settings that an ADMIN keeps.
//
// A customer logs in with the code sent to their phone. Staff give a second factor too,
// for which the code earns them a short-lived token that opens nothing else. Codes and
// refresh tokens are stored as hashes, never logged, and die with their first use.
//
// It imports domain and ports.
package identity
