// Package secretbox encrypts the secrets that a store keeps, such as those of authenticator apps: it
// implements ports.SecretBox by AES-256-GCM with random nonces. The owner's id is additional
// authenticated data.
//
// A sealed text is "s1.<id of the key>.<nonce and ciphertext in base64url>". Keys and their ids are
// derived from what the operator sets by HKDF, so the id reveals nothing of the key. The first key
// seals, and all of them open, so that keys can be rotated.
//
// It imports domain and ports only.
package secretbox
