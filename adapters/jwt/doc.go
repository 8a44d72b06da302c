// Package jwt signs and checks access tokens: it implements ports.AccessTokens with JSON Web
// Tokens (RFC 7519) and HMAC-SHA-256 (RFC 7515, HS256).
//
// Keys rotate: the first of the list signs, all of them verify, and the token's kid header
// names the key that signed it. To rotate, put a new key in front and drop the old one once
// domain.AccessTokenTTL has passed.
//
// It imports domain, ports and golang-jwt only.
package jwt
