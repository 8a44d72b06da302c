// Package smtp delivers e-mail through a submission server (RFC 6409): it implements
// ports.Messenger for domain.ChannelEmail.
//
// The server is the organisation's own relay, or a service such as Amazon SES: it takes a message
// at once, and is the one that tries again for hours if the recipient's server does not answer or
// asks to come later. What it does not take, the caller's job tries again.
//
// # At least once
//
// SMTP knows no idempotency key. If a reply is lost, or the caller dies before it has noted that
// the message was taken, the message goes out again. Its Message-ID is derived from Message.Key,
// so that both copies have the same one and mailboxes that look at it show one of them.
//
// # What is refused for good
//
// Only what the server answers about the recipient's mailbox (550, 551 and 553 to RCPT TO) is
// KindInvalid. A refusal for policy, a full mailbox, a login or a sender that is refused, and every
// reply 4xx may end without the recipient doing anything, as the configuration is corrected or
// time passes: they are KindUnavailable.
//
// # Secrets and personal data
//
// The login is sent over TLS only. The package logs nothing, and its errors have the reply codes
// without the server's words, which may repeat the address.
//
// It imports domain, ports, go-mail and the standard library only.
package smtp
