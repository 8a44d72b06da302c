// Package totp makes and checks time-based one-time passwords (RFC 6238), the second factor
// of the lender's staff: it implements ports.SecondFactors.
//
// Codes have six digits, SHA-1 and steps of 30 s, which is what every authenticator app
// understands. A code is good in its own step and in the one before and after it; that a
// step is used only once is for the caller to see to, with the step that Check returns.
//
// It imports ports and pquerna/otp only.
package totp
