package ports

// SecretBox encrypts secrets that stores keep, with keys that are in none of them. A person who reads or
// changes a store can neither read a secret nor give one to another owner.
type SecretBox interface {
	// Seal encrypts the secret of an owner with the first key. Sealing it again gives another text.
	// The text names its key, but does not reveal it.
	Seal(secret, owner string) (sealed string, err error)
	// Open returns the secret. A text that no SecretBox made is a secret that an earlier release
	// stored in the clear: Open returns it as it is. Errors: KindUnavailable
	// "secret_key_unavailable" if the key that sealed it is none of the keys, and an error
	// without a Kind if it was changed or sealed for another owner.
	Open(sealed, owner string) (secret string, err error)
	// Current reports whether the text is sealed with the first key.
	Current(sealed string) bool
}
