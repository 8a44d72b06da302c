// Package totp makes and checks time-based one-time passwords (RFC 6238), the second factor
// of the lender's staff: it implements ports.SecondFactors.
//
// Codes have six digits, SHA-1 and steps of 30 s, because every authenticator app supports
// that. A code is valid in its own step and in the ones before and after it. It is up to the
// caller to accept each step only once, by the step that Check returns.
//
// It imports ports and pquerna/otp only.
package totp
