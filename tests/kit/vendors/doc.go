// Package vendors provides fakes of the vendors that the product uses: Twilio's Messages
// resource and Google Cloud Vision's images:annotate, with their documented answers, an inbox
// from which tests read codes, and failures on demand; and a mail server that accepts letters
// over TLS.
//
// Tests start it in their own process. Package cmd runs it as a process of its own, for a
// product that runs as processes too. It imports domain, go-smtp and testing libraries only.
package vendors
