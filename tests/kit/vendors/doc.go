// Package vendors plays the vendors of the product on this machine: Twilio's Messages resource
// and Google Cloud Vision's images:annotate, with their documented answers, an inbox to read
// codes from, and failures on demand; and a mail server that takes letters over TLS.
//
// Tests start it in their own process; ./cmd runs it as one of its own, for products that are
// processes too. It imports domain, go-smtp and testing
// libraries only.
package vendors
