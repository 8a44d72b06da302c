// Package smtp delivers e-mail through a submission server (RFC 6409): it implements
// ports.Messenger for domain.ChannelEmail.
//
// The server is the organisation's own relay, or a service such as Amazon SES. It takes a message
// at once, and retries for hours if the recipient's server does not answer or asks for a later
// try. If it does not take a message, the caller's job has to retry.
//
// # At least once
//
// SMTP has no idempotency key. If a reply is lost, or the caller dies before it has recorded that
// the message was taken, the message goes out again. Its Message-ID is derived from Message.Key,
// so that both copies have the same one, and mailboxes that compare it show only one of them.
//
// # What is refused for good
//
// KindInvalid is only for replies about the recipient's mailbox: 550, 551 and 553 to RCPT TO. A
// refusal for policy, a full mailbox, a login or a sender that is refused, and every reply 4xx are
// KindUnavailable, because they may end without the recipient doing anything, when the
// configuration is corrected or time passes.
//
// # Secrets and personal data
//
// The login is sent over TLS only. The package logs nothing, and its errors have the reply codes
// without the server's text, because that may repeat the address.
//
// It imports domain, ports, go-mail and the standard library only.
package smtp
