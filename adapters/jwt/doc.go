// Package jwt signs and checks access tokens: it implements ports.AccessTokens by JSON Web
// Tokens (RFC 7519) with HMAC-SHA-256 (RFC 7515, HS256).
//
// Keys rotate: the first of the list signs, each of the list verifies, and the token's kid
// header says which one it was. To rotate, put a new key in front and drop the old one once
// domain.AccessTokenTTL has passed.
//
// It imports domain, ports and golang-jwt only.
package jwt
